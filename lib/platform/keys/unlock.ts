/**
 * Opens encrypted keys. The passphrase comes from the `passphrase` option, else from `MUSTER_KEY_PASSPHRASE`, else from
 * the person at the terminal. Each key needs it only once in a process.
 *
 * @module
 */
import { keepLogin } from "../../engine/text/secrets.ts";
import { CredentialsError } from "../../engine/errors.ts";
import type { Environment } from "../permissions.ts";
import type { Bytes } from "./bytes.ts";
import { type KeyFile, parseKeyFile } from "./formats/key_file.ts";
import { damaged, KeyError, refusal, WrongPassphrase } from "./key_error.ts";
import type { PrivateKey } from "./formats/private_key.ts";
import { askHidden, processTerminal, type Terminal } from "../terminal.ts";

/** A passphrase, or a function that returns it. The function receives the path of the key. */
export type PassphraseSource = string | ((key: string) => string | undefined | Promise<string | undefined>);

/** Where passphrases can come from. */
export interface UnlockOptions {
  passphrase?: PassphraseSource | undefined;
  env: Environment;
  /** Default: the process's terminal. */
  terminal?: Terminal | undefined;
}

/** The variable with the passphrase for any encrypted key. */
export const PASSPHRASE_VARIABLE = "MUSTER_KEY_PASSPHRASE";

/** How often a person may try. */
const TRIES = 3;

/** Keys that are open or being opened, by the digest of their file; also those that a person refused to open. */
const opened = new Map<string, Promise<PrivateKey>>();

/**
 * Reads a private key.
 *
 * @param where The key's path, or another name that may be shown.
 * @throws {CredentialsError} with one sentence about the error in the key or its passphrase.
 */
export async function readPrivateKey(
  data: Bytes,
  where: string,
  options: UnlockOptions,
): Promise<PrivateKey> {
  const refuse = (error: unknown): never => {
    throw error instanceof KeyError ? refusal(where, error) : error;
  };
  const key = await unlock(data, where, options).catch(refuse);
  // Deno's Web Crypto reads a key only when it signs, and its error is not meant for people.
  const refuseLate = (error: unknown) => refuse(error instanceof KeyError ? error : damaged(NOT_FITTING));
  return { ...key, sign: (bytes, hash) => key.sign(bytes, hash).catch(refuseLate) };
}

const NOT_FITTING = "its numbers do not fit together";

async function unlock(
  data: Bytes,
  where: string,
  options: UnlockOptions,
): Promise<PrivateKey> {
  const envelope = parseKeyFile(data);
  if (!envelope.encrypted) return await envelope.open("");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
  const before = opened.get(digest);
  if (before) {
    try {
      return await before;
    } catch (error) {
      // A handle with its own passphrase is not affected by another's failure.
      if (options.passphrase === undefined) throw error;
    }
  }
  const work = openWith(envelope, where, options, () => opened.delete(digest));
  opened.set(digest, work);
  return await work;
}

async function openWith(envelope: KeyFile, where: string, options: UnlockOptions, forget: () => void) {
  const given = await fromOption(options.passphrase, where).catch((error) => {
    forget();
    throw error;
  }) ?? options.env.get(PASSPHRASE_VARIABLE);
  keepLogin(given);
  if (given !== undefined) {
    return await envelope.open(given).catch((error) => {
      forget();
      throw error;
    });
  }
  const terminal = options.terminal ?? processTerminal;
  if (!terminal.present()) {
    forget();
    throw new KeyError(noPassphrase(options.env));
  }
  for (let attempt = 1;; attempt++) {
    const typed = await askPassphrase(where, terminal);
    keepLogin(typed);
    try {
      return await envelope.open(typed);
    } catch (error) {
      if (!(error instanceof WrongPassphrase) || attempt === TRIES) throw error;
      terminal.write("The passphrase is wrong.\n");
    }
  }
}

async function askPassphrase(where: string, terminal: Terminal): Promise<string> {
  const typed = await askHidden(`Passphrase for ${where}: `, terminal);
  if ("text" in typed) return typed.text;
  throw new CredentialsError(
    typed.ended === "closed"
      ? "Cannot ask for the passphrase: the terminal was closed."
      : "Cannot use the private key: the question for its passphrase was cancelled.",
  );
}

async function fromOption(source: PassphraseSource | undefined, where: string): Promise<string | undefined> {
  if (typeof source !== "function") return source;
  try {
    return await source(where);
  } catch (cause) {
    throw new CredentialsError(`Cannot use the private key ${where}: the passphrase function failed.`, {
      cause,
    });
  }
}

function noPassphrase(env: Environment): string {
  const variable = env.denied.has(PASSPHRASE_VARIABLE)
    ? `${PASSPHRASE_VARIABLE} may not be read (--allow-env=${PASSPHRASE_VARIABLE})`
    : `${PASSPHRASE_VARIABLE} is not set`;
  return `it is encrypted and its passphrase is not known: there is no \`passphrase\` option, ${variable}, and ` +
    "there is no terminal to ask on. Provide one of these, or add the key to an ssh-agent";
}
