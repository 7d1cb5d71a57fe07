/**
 * The SSH keys of the account: they sign its requests, and log in to its machines.
 *
 * @module
 */
import { pathValue } from "../../../engine/process/path_value.ts";
import { ApiError, type Endpoint, MusterError, sendChecked } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import { listIn } from "../catalogue/find_in_list.ts";

/**
 * A public key that the server has.
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
  /** Its name; unique in the account. */
  name: string;
  /** The MD5 fingerprint, in pairs with colons. */
  fingerprint: string;
  /** The public key in OpenSSH format. */
  key: string;
  /** Whether a hardware token attested it. */
  attested?: boolean;
  /** What else the token requires: `pin`, `touch`. */
  multifactor?: string[];
}

/**
 * A key, by its record, its name or its fingerprint: an MD5 with or without `MD5:`, or `SHA256:…` as ssh-keygen prints
 * it.
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
 * A new key.
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
  /** Its name. Default: the server uses the fingerprint. */
  readonly name?: string;
  /** The public key in OpenSSH format, or the file that contains it. */
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
 * The path of a key: by its name, or by its MD5 without a prefix. A SHA-256 fingerprint is looked up in the list of
 * keys (sdc-cloudapi answers 404 for `SHA256:…` and `MD5:…`).
 *
 * @throws {MusterError} for a SHA-256 fingerprint that no key has.
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

/**
 * The SHA-256 fingerprint of a public key, as `ssh-keygen -l` prints it, without the prefix; undefined if the text is
 * not a key.
 */
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
 * @param of The path of a sub-user, `/users/…`. Default: the account's own keys.
 */
export async function keys(endpoint: Endpoint, of = ""): Promise<AccountKey[]> {
  return listIn("keys", (await endpoint.send({ method: "GET", path: `${of}/keys` })).body);
}

/** One key. */
export async function key(endpoint: Endpoint, which: AccountKeyRef, of = ""): Promise<AccountKey> {
  return (await endpoint.send({ method: "GET", path: await pathOf(endpoint, of, which) })).body as AccountKey;
}

/** The type and the key itself, without the comment. */
const bare = (line: string) => line.trim().split(/\s+/).slice(0, 2).join(" ");

/** The text of the public key. */
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
 * Adds a public key.
 *
 * @throws {ApiError} when the server already has it, or does not support this type of key.
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
  // The server refuses a key that it already has.
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
 * Deletes a key. It can no longer sign, even if it signed this very request.
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
      // The key is gone, or the right to read it is gone with it.
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
