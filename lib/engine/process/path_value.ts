/**
 * Checks a value that should be a path. People put the key itself where its path belongs, and then it must not be
 * shown.
 *
 * @module
 */
import { CredentialsError } from "../errors.ts";
import { keepSecret } from "../text/secrets.ts";

/**
 * Refuses a value that cannot be a path, without showing it.
 *
 * @param option The name of the option: `keyPath`.
 * @param instead The option for the key's text: `keyMaterial`.
 * @returns The path.
 * @throws {CredentialsError}
 */
export function pathValue(value: string, option: string, instead?: string): string {
  const isKey = /PRIVATE KEY|PuTTY-User-Key-File/.test(value);
  const why = isKey
    ? "a private key, not the path of one"
    : /[\r\n\0]/.test(value)
    ? "a text of several lines, not a path"
    // A key without its first and last line.
    : value.length > 1000 || /^[A-Za-z0-9+/=]{150,}$/.test(value)
    ? `${value.length} characters long, not a path`
    : undefined;
  if (why === undefined) return value;
  keepSecret(value);
  throw new CredentialsError(
    `Cannot read a file: the value of ${option} is ${why}. ` +
      (isKey && instead !== undefined ? `Use ${instead}` : `Give ${option} the path of a file.`),
  );
}
