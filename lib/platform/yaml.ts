/**
 * Reads YAML with a library that is loaded for the first file.
 *
 * @module
 */

/** Not a literal in the import, because that alone would download it. */
const LIBRARY = "npm:js-yaml@4";

/** A set of rules that decide which text is which value. */
export interface YamlSchema {
  extend(definition: { implicit: readonly unknown[] }): YamlSchema;
}

/** The part of the library that is used. */
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
 * The error in a text that is not YAML. The library's own message is not used, because it shows the lines around the
 * error, which may contain a password.
 */
export function yamlMistake(error: unknown): string {
  const { reason, mark } = error as { reason?: string; mark?: { line: number } };
  return `it is not valid YAML: ${reason ?? "it cannot be parsed"}` +
    (mark ? ` in line ${mark.line + 1}` : "");
}
