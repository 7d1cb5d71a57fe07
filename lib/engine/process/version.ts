/** Which muster this is. A test holds it against `deno.json`. @module */

/** The version, as `muster --version` prints it. */
export const VERSION = "0.1.0";

/** How requests say who sends them. */
export const USER_AGENT: string = `muster/${VERSION} (https://github.com/muster/muster)`;
