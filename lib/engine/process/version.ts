/** The version of muster. A test compares it with `deno.json`. @module */

/** The version, as `muster --version` prints it. */
export const VERSION = "0.1.0";

/** The `User-Agent` of all requests. */
export const USER_AGENT: string = `muster/${VERSION} (https://github.com/muster/muster)`;
