/**
 * The SSH keys of the account: who may sign for it, and log in to its machines.
 *
 * @module
 */
import { pathValue } from "../../../engine/process/path_value.ts";
import { ApiError, type Endpoint, MusterError, sendChecked } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { listIn } from "../catalogue/find_in_list.ts";

/**
 * A public key on record.
 *
 * @example
 * ```ts
 * import { type AccountKey, dc } from "@muster/muster";
 *
 * const keys: AccountKey[] = await dc("sim").keys();
 * console.log(keys.map(({ name, fingerprint }) => `${name} ${fingerprint}`));
 * ```
 */
export interface AccountKey {
  /** What it is called; unique in the account. */
  name: string;
  /** MD5, in pairs with colons. */
  fingerprint: string;
  /** The OpenSSH line. */
  key: string;
  /** Whether a hardware token vouched for it. */
  attested?: boolean;
  /** What the token asks for besides: `pin`, `touch`. */
  multifactor?: string[];
}

/**
 * A key, by its record, its name or its fingerprint: an MD5 with or without `MD5:`, or `SHA256:…` as ssh-keygen prints it.
 *
 * @example
 * ```ts
 * import { type AccountKeyRef, dc } from "@muster/muster";
 *
 * const [first] = await dc("sim").keys();
 * const which: AccountKeyRef = first!; // or its name, or its fingerprint
 * console.log((await dc("sim").key(which)).name);
 * ```
 */
export type AccountKeyRef = string | { readonly fingerprint: string };

/**
 * A key to put on record.
 *
 * @example
 * ```ts
 * import { dc, type NewKey } from "@muster/muster";
 *
 * const laptop: NewKey = {
 *   name: "laptop",
 *   key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me@laptop",
 * };
 * console.log((await dc("sim").addKey(laptop)).fingerprint);
 * ```
 */
export interface NewKey {
  /** Default: the server takes the fingerprint. */
  readonly name?: string;
  /** The OpenSSH public key line, or the file it is in. */
  readonly key: string | { readonly file: string | URL };
}

const nameOf = (key: AccountKeyRef): string => {
  const text = typeof key === "object" && key !== null ? key.fingerprint : key;
  if (typeof text !== "string" || text.trim() === "") {
    throw new MusterError(
      `Cannot use this as a key: it has no name and no fingerprint: ${JSON.stringify(key)}`,
    );
  }
  return text;
};
/**
 * A key as the server knows it: by its name, or by its MD5 without a prefix. A SHA-256 fingerprint is looked for among the
 * keys there are (sdc-cloudapi: 404 for `SHA256:…` and `MD5:…`).
 *
 * @throws {MusterError} for a SHA-256 fingerprint that none of the keys has.
 */
async function pathOf(endpoint: Endpoint, of: string, which: AccountKeyRef): Promise<string> {
  const at = (name: string) => `${of}/keys/${encodeURIComponent(name)}`;
  const text = nameOf(which).trim();
  const md5 = /^MD5:((?:[0-9a-f]{2}:){15}[0-9a-f]{2})$/i.exec(text)?.[1];
  if (md5 !== undefined) return at(md5.toLowerCase());
  const sha256 = /^SHA256:([A-Za-z0-9+/]{43})=?$/.exec(text)?.[1];
  if (sha256 === undefined) return at(text);
  for (const one of await keys(endpoint, of)) {
    if (await sha256Of(one.key) === sha256) return at(one.fingerprint);
  }
  throw new MusterError(
    `Cannot find the key: none of ${
      of === "" ? "the account's" : "the user's"
    } keys has this fingerprint: ${text}`,
  );
}

/** The SHA-256 of a key's line, as `ssh-keygen -l` writes it without the prefix; undefined where it is no such line. */
async function sha256Of(line: string): Promise<string | undefined> {
  try {
    const blob = Uint8Array.fromBase64(line.trim().split(/\s+/)[1] ?? "");
    return new Uint8Array(await crypto.subtle.digest("SHA-256", blob)).toBase64({ omitPadding: true });
  } catch {
    return undefined;
  }
}

/**
 * All keys of the account.
 *
 * @param of Whose: `/users/…` for those of a sub-user. Default: the account's own.
 */
export async function keys(endpoint: Endpoint, of = ""): Promise<AccountKey[]> {
  return listIn("keys", (await endpoint.send({ method: "GET", path: `${of}/keys` })).body);
}

/** One key. */
export async function key(endpoint: Endpoint, which: AccountKeyRef, of = ""): Promise<AccountKey> {
  return (await endpoint.send({ method: "GET", path: await pathOf(endpoint, of, which) })).body as AccountKey;
}

/** The type and the key itself: what is left when the comment is gone. */
const bare = (line: string) => line.trim().split(/\s+/).slice(0, 2).join(" ");

/** The public key line of what was given. */
async function lineOf(endpoint: Endpoint, { key }: NewKey): Promise<string> {
  let text: unknown = key;
  if (typeof key === "object" && key !== null) {
    if (typeof key.file === "string") pathValue(key.file, "the key's file");
    try {
      text = await endpoint.clock.hold(() => Deno.readTextFile(key.file));
    } catch (cause) {
      throw new MusterError(`Cannot read the public key: ${(cause as Error).message}: ${key.file}`, {
        cause,
      });
    }
  }
  if (typeof text === "string" && /PRIVATE KEY/.test(text)) {
    throw new MusterError(
      "Cannot add the key: it is a private key. Give the line of the .pub file beside it.",
    );
  }
  const line = typeof text === "string" ? text.trim() : "";
  if (/^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*( [^\r\n]*)?$/.test(line)) return line;
  throw new MusterError(
    "Cannot add the key: it is not an OpenSSH public key line, such as ssh-ed25519 AAAA…",
  );
}

/**
 * Puts a public key on record.
 *
 * @throws {ApiError} when it is on record already, or the server knows no such kind of key.
 */
export async function addKey(endpoint: Endpoint, wanted: NewKey, of = ""): Promise<AccountKey> {
  if (wanted.name !== undefined && (typeof wanted.name !== "string" || !/^[\x21-\x7e]+$/.test(wanted.name))) {
    throw new MusterError(
      `Cannot name a key ${
        JSON.stringify(wanted.name)
      }: a name contains only ASCII characters and no blanks.`,
    );
  }
  const line = await lineOf(endpoint, wanted);
  const body = { ...(wanted.name === undefined ? {} : { name: wanted.name }), key: line };
  checkSize("add the key", body, "it is not a key");
  const listed = async () => (await keys(endpoint, of)).find((one) => bare(one.key) === bare(line));
  // The server refuses a key that it has.
  const sent = await sendChecked(endpoint, { method: "POST", path: `${of}/keys`, body }, {
    what: "add the key",
    took: listed,
    repeatable: true,
  });
  const made = "found" in sent ? sent.found : sent.answer.body as AccountKey | undefined ?? await listed();
  if (made) return made;
  throw new MusterError(
    "Cannot tell the new key's fingerprint: the server accepted the key, but does not list it yet.",
  );
}

/**
 * Takes a key off the record. It may sign no longer, also where it is the one that signs this request.
 *
 * @throws {ApiError} when there is none.
 */
export async function deleteKey(endpoint: Endpoint, which: AccountKeyRef, of = ""): Promise<void> {
  const path = await pathOf(endpoint, of, which);
  const took = async () => {
    try {
      await endpoint.send({ method: "GET", path });
      return undefined;
    } catch (error) {
      // Gone; or gone with it is the right to ask.
      if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return true;
      throw error;
    }
  };
  await sendChecked(endpoint, { method: "DELETE", path }, {
    what: `delete the key ${nameOf(which)}`,
    took,
    repeatable: true,
  });
}
