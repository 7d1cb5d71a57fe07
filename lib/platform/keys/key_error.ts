/**
 * Errors of the readers of keys, which do not know where a key came from. Their caller turns them into a
 * `CredentialsError`.
 *
 * @module
 */
import { CredentialsError } from "../../engine/errors.ts";

/** A key that cannot be used. The message continues "Cannot use the private key <path>: …". */
export class KeyError extends Error {
  override readonly name: string = "KeyError";
}

/** The passphrase does not open the key. */
export class WrongPassphrase extends KeyError {
  override readonly name = "WrongPassphrase";
  constructor() {
    super("the passphrase is wrong");
  }
}

/** The error for a key that ends too early, or differs from its own header. */
export function damaged(what: string): KeyError {
  return new KeyError(`it is damaged or cut short: ${what}`);
}

/** The error for people. It never contains any part of the key. */
export function refusal(where: string, fault: KeyError): CredentialsError {
  return new CredentialsError(`Cannot use the private key ${where}: ${fault.message}`, { cause: fault });
}
