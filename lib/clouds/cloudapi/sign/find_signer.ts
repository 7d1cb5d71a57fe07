/**
 * Finds the key to sign with. In this order: `keyMaterial`, `keyPath`, the ssh-agent, `~/.ssh`.
 *
 * If a fingerprint is given, the first key that has it is used. Otherwise (no `keyId`, or only a key's name),
 * `keyMaterial` or `keyPath` is the key; else the one key whose comment or file has that name; else the only key.
 * muster never guesses among several.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { pathValue } from "../../../engine/process/path_value.ts";
import { keepSecret } from "../../../engine/text/secrets.ts";
import {
  candidates,
  fileCandidate,
  homeFolder,
  type KeyCandidate,
  readKeyFile,
  type Rejected,
  type SearchOptions,
  takeKey,
} from "./key_candidates.ts";
import { type KeyIdSpelling, namesKey, parseKeyId, parsePublicLine, serverKeyId } from "./keyid.ts";
import { fingerprints, md5Fingerprint } from "../../../platform/keys/fingerprint.ts";
import { keySigner, type PrivateKey } from "../../../platform/keys/formats/private_key.ts";
import { readPrivateKey } from "../../../platform/keys/unlock.ts";
import { resolvePath } from "../../../platform/local_files.ts";
import type { Signer } from "../../../platform/keys/signer.ts";

/** The key that is wanted. */
export interface KeyWish {
  account: string;
  user?: string | undefined;
  /** In any form that {@linkcode parseKeyId} accepts. */
  keyId?: string | undefined;
  /** The private key's file. `~` is the user's home folder. */
  keyPath?: string | undefined;
  /** Returns the private key itself, as the text of a PEM or OpenSSH file. A function, so that no log prints it. */
  keyMaterial?: (() => string) | undefined;
}

type Found = Awaited<ReturnType<KeyCandidate["take"]>>;

/**
 * The signer for the wanted key. May read files, use the ssh-agent and ask for a passphrase.
 *
 * @throws {CredentialsError} when there is none; the message lists every key that was tried, and why it was not used.
 */
export async function findSigner(wish: KeyWish, options: SearchOptions): Promise<Signer> {
  const home = homeFolder(options.env);
  if (wish.keyPath !== undefined) pathValue(wish.keyPath, "keyPath", "keyMaterial");
  if (wish.keyId?.includes("PRIVATE KEY")) pathValue(wish.keyId, "keyId", "keyMaterial");
  let wanted: KeyIdSpelling = wish.keyId === undefined ? {} : parseKeyId(wish.keyId);
  checkOwner(wish, wanted);
  let keyPath = wish.keyPath && resolvePath(wish.keyPath, home, "");
  let beside: string | undefined;
  if (wanted.path !== undefined) {
    const named = resolvePath(wanted.path, home, "");
    const prints = await publicPrints(named, options);
    if (prints) [wanted, beside] = [prints, named.replace(/\.pub$/, "")];
    else [wanted, keyPath] = [{}, keyPath ?? named];
  }
  const out = ({ prints, signer }: Found) => signer(serverKeyId(wish, prints.md5));
  const given = async (key: PrivateKey, where: string) =>
    wanted.md5 === undefined && wanted.sha256 === undefined
      ? keySigner(key, serverKeyId(wish, md5Fingerprint(key.blob)))
      : out(checked(await takeKey(key), wanted, where));

  if (wish.keyMaterial !== undefined) {
    const material = wish.keyMaterial();
    if (material.length > 100) keepSecret(material);
    const data = new TextEncoder().encode(material);
    const where = "given as `keyMaterial`";
    return given(await readPrivateKey(data, where, options), where);
  }
  if (keyPath !== undefined) {
    return given(await readKeyFile(keyPath, options), keyPath);
  }
  return out(await search(wish, wanted, beside, options));
}

async function search(
  wish: KeyWish,
  wanted: KeyIdSpelling,
  beside: string | undefined,
  options: SearchOptions,
) {
  const looked: string[] = [];
  const usable: KeyCandidate[] = [];
  const exact = wanted.md5 !== undefined || wanted.sha256 !== undefined;
  for await (const one of inOrder(beside, options)) {
    if (!("take" in one)) {
      looked.push(`${one.label}: ${one.reason}`);
    } else if (!exact) {
      usable.push(one);
    } else if (one.prints && !namesKey(wanted, one.prints)) {
      looked.push(`${one.label}: another key`);
    } else {
      const found = await opened(one, looked);
      if (found && namesKey(wanted, found.prints)) return found;
      if (found) {
        looked.push(
          `${one.label}: ${one.prints ? "the private key does not match its .pub file" : "another key"}`,
        );
      }
    }
  }
  if (exact) throw notFound(wish, looked);

  const named = distinct(
    usable.filter((one) => wanted.name !== undefined && one.names.includes(wanted.name)),
  );
  const choice = named.length > 0 ? named : distinct(usable);
  if (choice.length === 1) return await choice[0]!.take();
  if (choice.length === 0) throw notFound(wish, looked);
  throw new CredentialsError(
    `Cannot choose the key for the account ${wish.account}: ` +
      (wish.keyId === undefined ? "no keyId is set" : `the keyId "${wish.keyId}" is not a fingerprint`) +
      `, and there are ${choice.length} keys. Set keyId to the fingerprint of the right one, or keyPath to its file:`,
    { lines: choice.map((one) => one.label) },
  );
}

async function* inOrder(
  beside: string | undefined,
  options: SearchOptions,
): AsyncGenerator<KeyCandidate | Rejected> {
  if (beside !== undefined) yield await fileCandidate(beside, options);
  yield* candidates(options);
}

/**
 * If a key's fingerprint matches, it is the right one, so its errors are reported. Errors of other keys are only noted.
 */
async function opened(one: KeyCandidate, looked: string[]): Promise<Found | undefined> {
  try {
    return await one.take();
  } catch (error) {
    if (one.prints !== undefined || !(error instanceof CredentialsError)) throw error;
    looked.push(`${one.label}: ${error.message}`);
    return undefined;
  }
}

/** The same key may be in the agent and in a file: the agent's comes first and stays. */
function distinct(list: readonly KeyCandidate[]): KeyCandidate[] {
  const seen = new Set<string>();
  return list.filter(({ prints }) => {
    if (prints === undefined) return true;
    const known = seen.has(prints.md5);
    seen.add(prints.md5);
    return !known;
  });
}

function checked(found: Found, wanted: KeyIdSpelling, where: string): Found {
  if (namesKey(wanted, found.prints)) return found;
  const { md5, sha256 } = found.prints;
  const asked = wanted.md5 === undefined ? `SHA256:${wanted.sha256}` : `MD5:${wanted.md5}`;
  throw new CredentialsError(
    `Cannot use the private key ${where}: keyId names another key. This key is MD5:${md5} SHA256:${sha256}, and ` +
      `keyId is ${asked}. Leave keyId out to use this key.`,
  );
}

function checkOwner(wish: KeyWish, wanted: KeyIdSpelling): void {
  if (wanted.account !== undefined && wanted.account !== wish.account) {
    throw new CredentialsError(
      `Cannot sign: the keyId belongs to the account ${wanted.account}, and the account is set to ${wish.account}.`,
    );
  }
  if (wanted.user !== undefined && wanted.user !== wish.user) {
    throw new CredentialsError(
      `Cannot sign: the keyId belongs to the sub-user ${wanted.user}, and the sub-user is set to ${
        wish.user ?? "none"
      }`,
    );
  }
}

/** The fingerprints of a public key file; undefined if the file is something else. */
async function publicPrints(path: string, { files }: SearchOptions) {
  const data = await files.read(path);
  if (data === undefined) {
    throw new CredentialsError(
      files.denied.has(path)
        ? `Cannot read the key that keyId names: ${path} may not be read. Run with --allow-read=${path}`
        : `Cannot read the key that keyId names: the file ${path} does not exist.`,
    );
  }
  const line = parsePublicLine(new TextDecoder().decode(data));
  return line && await fingerprints(line.blob);
}

function notFound(wish: KeyWish, looked: readonly string[]): CredentialsError {
  const which = wish.keyId === undefined ? "" : ` with the keyId ${JSON.stringify(wish.keyId.slice(0, 200))}`;
  return new CredentialsError(
    `Cannot find the private key of the account ${wish.account}${which}. Name its file with keyPath, or add it to an ` +
      `ssh-agent. These were tried:`,
    { lines: looked },
  );
}
