/**
 * What is wrong with a key, told by the readers below, which do not know where the key came from. Whoever knows
 * makes a `CredentialsError` of it.
 *
 * @module
 */
import { CredentialsError } from "../../engine/errors.ts";

/** A key that cannot be used. The message goes on after "Cannot use the private key <path>: …". */
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

/** The key ends too early, or is not what its own header says. */
export function damaged(what: string): KeyError {
  return new KeyError(`it is damaged or cut short: ${what}`);
}

/** The error for people. Never holds anything of the key itself. */
export function refusal(where: string, fault: KeyError): CredentialsError {
  return new CredentialsError(`Cannot use the private key ${where}: ${fault.message}`, { cause: fault });
}
