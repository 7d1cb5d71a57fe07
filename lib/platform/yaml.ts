/**
 * YAML, read by a library that is loaded with the first file of it.
 *
 * @module
 */

/** Not a literal in the import, because that alone would download it. */
const LIBRARY = "npm:js-yaml@4";

/** A set of rules about which text is which value. */
export interface YamlSchema {
  extend(definition: { implicit: readonly unknown[] }): YamlSchema;
}

/** What is used of the library. */
export interface Yaml {
  load(text: string, options?: { schema: YamlSchema; filename?: string }): unknown;
  readonly DEFAULT_SCHEMA: YamlSchema;
  readonly FAILSAFE_SCHEMA: YamlSchema;
  readonly CORE_SCHEMA: YamlSchema;
  readonly types: { readonly merge: unknown; readonly null: unknown };
}

/** Loads the library. */
export async function loadYaml(): Promise<Yaml> {
  return await import(LIBRARY);
}

/**
 * What is wrong with a text that is not YAML. The library's own message shows the lines around the mistake, where a password
 * may stand: it is not repeated.
 */
export function yamlMistake(error: unknown): string {
  const { reason, mark } = error as { reason?: string; mark?: { line: number } };
  return `it is not valid YAML: ${reason ?? "it cannot be parsed"}` +
    (mark ? ` in line ${mark.line + 1}` : "");
}
