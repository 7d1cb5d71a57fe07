/**
 * Reads `known_hosts` lines, and checks a server's key against them (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 *
 * @module
 */

/** One usable line. */
export interface KnownHostLine {
  /** `revoked`: the key must never be trusted. */
  marker: "revoked" | undefined;
  /** The host patterns as written: `a,b*,!c`, or `|1|salt|hash`. */
  hosts: string;
  /** Such as `ssh-ed25519`. */
  type: string;
  /** The key in base64, as in the line. */
  key: string;
  /** Its place, `path:line`, for messages. */
  at: string;
}

/** The verdict of known_hosts about a server's key. */
export type HostVerdict =
  /** This key is known for the host. */
  | { verdict: "match"; line: KnownHostLine }
  /** No key is known for the host. */
  | { verdict: "unknown" }
  /** Other keys are known for the host, but not this one. */
  | { verdict: "changed"; lines: KnownHostLine[] }
  /** The key is marked as revoked for the host. */
  | { verdict: "revoked"; line: KnownHostLine };

/**
 * Parses a file.
 *
 * @param path For messages only.
 * @returns The lines, and a sentence for each line that is not used.
 */
export function parseKnownHosts(text: string, path: string): { lines: KnownHostLine[]; ignored: string[] } {
  const lines: KnownHostLine[] = [];
  const ignored: string[] = [];
  text.split("\n").forEach((raw, index) => {
    const fields = raw.trim().split(/[ \t]+/);
    const at = `${path}:${index + 1}`;
    if (fields[0] === "" || fields[0]!.startsWith("#")) return;
    const marker = fields[0]!.startsWith("@") ? fields.shift() : undefined;
    const [hosts, type, key] = fields;
    if (marker === "@cert-authority") {
      ignored.push(`${at} is not used: host certificates (@cert-authority) are not supported`);
    } else if (marker !== undefined && marker !== "@revoked") {
      ignored.push(`${at} is not used: unknown marker ${marker}`);
    } else if (!hosts || !type || !key || !/^[A-Za-z0-9+/]+=*$/.test(key)) {
      ignored.push(`${at} is not used: it is not "hosts type key"`);
    } else {
      lines.push({ marker: marker && "revoked", hosts, type, key, at });
    }
  });
  return { lines, ignored };
}

/** A host in the form of known_hosts: in lower case, with the port in brackets if it is not 22. */
export function hostPattern(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Whether a line's patterns match the host, in the form of {@linkcode hostPattern}. */
export async function lineMatches(hosts: string, name: string): Promise<boolean> {
  if (hosts.startsWith("|")) return await hashMatches(hosts, name);
  let found = false;
  for (const pattern of hosts.toLowerCase().split(",")) {
    const negated = pattern.startsWith("!");
    if (!globMatches(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/**
 * Checks a key against the lines that match its host.
 *
 * A key of another type than the known ones counts as changed, because a real server shows the type that was requested
 * first.
 *
 * @param lines Only lines that match the host.
 * @param key The key in base64.
 */
export function verdictOn(lines: readonly KnownHostLine[], key: string): HostVerdict {
  const bare = key.replace(/=+$/, "");
  const same = lines.filter((line) => line.key.replace(/=+$/, "") === bare);
  const revoked = same.find((line) => line.marker === "revoked");
  if (revoked) return { verdict: "revoked", line: revoked };
  if (same[0]) return { verdict: "match", line: same[0] };
  const others = lines.filter((line) => line.marker === undefined);
  return others.length > 0 ? { verdict: "changed", lines: others } : { verdict: "unknown" };
}

async function hashMatches(hosts: string, name: string): Promise<boolean> {
  const [, version, salt, hash] = hosts.split("|");
  if (version !== "1" || !salt || !hash) return false;
  try {
    const raw = Uint8Array.from(atob(salt), (c) => c.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    const made = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(name)));
    return btoa(String.fromCharCode(...made)) === hash;
  } catch {
    return false; // A salt that is not base64 matches nothing.
  }
}

/** `*` and `?`, with backtracking only to the last star, because a hostile pattern must not take exponential time. */
function globMatches(pattern: string, name: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let n = 0; n < name.length;) {
    if (p < pattern.length && pattern[p] !== "*" && (pattern[p] === "?" || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (pattern[p] === "*") {
      star = p++;
      resume = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
