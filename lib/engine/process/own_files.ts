/**
 * Where this library's own files are, wherever they were loaded from: beside the sources, or in the few files made of them.
 *
 * @module
 */

const at = import.meta.url.lastIndexOf("/lib/");

/** The address of the folder `lib`, with a slash at its end. */
export const LIB: string = at < 0
  ? new URL("./", import.meta.url).href
  : import.meta.url.slice(0, at + "/lib/".length);
