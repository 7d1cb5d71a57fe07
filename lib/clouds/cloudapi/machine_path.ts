/**
 * Where a machine is, below the account.
 *
 * @module
 */

/** A machine's path, and what is below it: `/machines/…/tags`. The server knows ids in lower case only. */
export function machinePath(id: string, rest = ""): string {
  const known = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i.test(id) ? id.toLowerCase() : id;
  return `/machines/${encodeURIComponent(known)}${rest}`;
}
