/**
 * The path of a machine, below the account.
 *
 * @module
 */

/** The path of a machine, or of something below it: `/machines/…/tags`. The server knows ids only in lower case. */
export function machinePath(id: string, rest = ""): string {
  const known = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i.test(id) ? id.toLowerCase() : id;
  return `/machines/${encodeURIComponent(known)}${rest}`;
}
