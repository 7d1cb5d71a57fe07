/**
 * Reads an OpenAPI file: JSON or YAML, OpenAPI 3 or Swagger 2.
 *
 * @module
 */
import { loadYaml, yamlMistake } from "../../platform/yaml.ts";
import { mayRead } from "../../platform/permissions.ts";
import { oneLine } from "../../engine/text/visible.ts";
import { UsageError } from "../exit_codes.ts";

/** A JSON object of the file. */
export type JsonValue = { readonly [key: string]: unknown };

/** The longest file that is read, in bytes. The longest known one, for Microsoft Graph, has 35 MB. */
const LONGEST = 64 * 1024 * 1024;

/** Whether a value is a JSON object. */
export function isJson(value: unknown): value is JsonValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads the file.
 *
 * @throws {UsageError} when it is missing, may not be read, is too long, or is not an OpenAPI file.
 */
export async function readDocument(path: string): Promise<JsonValue> {
  const cannot = (why: string) => new UsageError(`Cannot describe ${path}: ${why}`, "describe");
  const text = await readText(path, cannot);
  const whole = await parse(text, path, cannot);
  if (!isJson(whole)) throw cannot(`it holds ${kindOf(whole)}, and not an OpenAPI document.`);
  const version = versionOf(whole);
  if (version === undefined) {
    const has = Object.keys(whole).slice(0, 5).map(oneLine).join(", ");
    throw cannot(
      `it is not an OpenAPI document: neither openapi nor swagger says its version. ` +
        (has === "" ? "It is empty." : `It begins with ${has}.`),
    );
  }
  if (!/^(2\.0|3\.[0-9]+)/.test(version)) {
    throw cannot(`its version ${oneLine(version)} is not known. OpenAPI 3 and Swagger 2.0 are.`);
  }
  if (!isJson(whole.paths) || Object.keys(whole.paths).length === 0) {
    throw cannot("it has no paths. A file of webhooks or of schemas alone has nothing to list.");
  }
  return whole;
}

async function readText(path: string, cannot: (why: string) => UsageError): Promise<string> {
  if (/^https?:/.test(path)) {
    throw cannot("it is an address. Download it first, and give the file.");
  }
  if (!mayRead(path)) throw cannot(`it may not be read. Run with --allow-read=${path}`);
  let data: Uint8Array;
  try {
    const { isDirectory, isFile, size } = await Deno.stat(path);
    if (isDirectory) throw cannot("it is a folder, and not a file.");
    if (isFile && size > LONGEST) {
      throw cannot(`it has ${Math.round(size / 1024 / 1024)} MB, and at most 64 MB are read.`);
    }
    data = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      throw cannot("this file does not exist.");
    }
    throw cannot(`the system refuses to read it: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    throw cannot("it is not a text in UTF-8.");
  }
}

async function parse(text: string, path: string, cannot: (why: string) => UsageError): Promise<unknown> {
  if (text.trim() === "") throw cannot("it is empty.");
  const looksLikeJson = /^\s*[[{"]/.test(text);
  if (looksLikeJson || /\.json$/i.test(path)) {
    try {
      return JSON.parse(text);
    } catch (error) {
      if (!looksLikeJson || /\.json$/i.test(path)) {
        throw cannot(`it is not JSON: ${oneLine((error as Error).message)}`);
      }
    }
  }
  const { load, CORE_SCHEMA, types } = await loadYaml();
  try {
    return load(text, { schema: CORE_SCHEMA.extend({ implicit: [types.merge] }), filename: path });
  } catch (error) {
    throw cannot(`it is neither JSON nor YAML: ${oneLine(yamlMistake(error))}`);
  }
}

function versionOf({ openapi, swagger }: JsonValue): string | undefined {
  const said = openapi ?? swagger;
  // YAML reads 2.0 as a number.
  if (typeof said === "number") return Number.isInteger(said) ? `${said}.0` : String(said);
  return typeof said === "string" ? said : undefined;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
}
