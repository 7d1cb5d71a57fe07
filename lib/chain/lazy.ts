/**
 * Loading a part of muster when it is first used.
 *
 * A literal `import("./x.ts")` is followed, read and analysed at start-up even if it is never reached: the
 * simulator and what it needs cost a script that never uses them 10 ms. A specifier that is made at run time costs
 * nothing until then.
 *
 * @module
 */

/**
 * Loads a module.
 *
 * @param specifier Relative to `base`, with its extension.
 * @param base The caller's `import.meta.url`.
 */
export function lazy<Module>(specifier: string, base: string): Promise<Module> {
  return import(new URL(specifier, base).href);
}
