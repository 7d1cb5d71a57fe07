/**
 * Finds this library's own files, whether the sources or the built files were loaded.
 *
 * @module
 */

/** The URL of the folder `lib`, with a slash at the end. */
export const LIB: string = /^.*\/lib\//.exec(import.meta.url)?.[0] ?? new URL("./", import.meta.url).href;
