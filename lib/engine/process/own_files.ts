/**
 * Finds this library's own files, whether the sources or the built files were loaded.
 *
 * @module
 */

const at = import.meta.url.lastIndexOf("/lib/");

/** The URL of the folder `lib`, with a slash at the end. */
export const LIB: string = at < 0
  ? new URL("./", import.meta.url).href
  : import.meta.url.slice(0, at + "/lib/".length);
