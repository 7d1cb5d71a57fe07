/**
 * Checks a body against a schema, with the messages of the Python library in the real server.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";

/** The part of JSON Schema, draft 4, that Trove's bodies need. */
export interface Schema {
  type?: "object" | "array" | "string" | "integer" | "boolean" | "null";
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  /** Whether members that are not in `properties` are accepted. Default true: that is how typos get through. */
  additionalProperties?: boolean;
  minProperties?: number;
  maxProperties?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  enum?: readonly Json[];
  anyOf?: readonly Schema[];
}

type Path = readonly (string | number)[];
interface Complaint {
  path: Path;
  text: string;
}

/** The value as Python would print it. */
export function pythonText(value: Json | undefined): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") {
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("'", "\\'")}'`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${
    Object.entries(value).map(([key, one]) => `${pythonText(key)}: ${pythonText(one)}`).join(", ")
  }}`;
}

function isOfType(value: Json, type: NonNullable<Schema["type"]>): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
    case "null":
      return value === null;
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
  }
}

function* complaintsOf(value: Json, schema: Schema, path: Path): Generator<Complaint> {
  const say = (text: string): Complaint => ({ path, text });
  const shown = pythonText(value);
  if (schema.anyOf !== undefined) {
    const attempts = schema.anyOf.map((one) => [...complaintsOf(value, one, path)]);
    if (attempts.every((attempt) => attempt.length > 0)) {
      const why = attempts.flat().map(({ text }) => text);
      yield say([`${shown} is not valid under any of the given schemas`, ...why].join("; "));
    }
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    yield say(`${shown} is not one of ${pythonText([...schema.enum])}`);
  }
  if (schema.type !== undefined && !isOfType(value, schema.type)) {
    yield say(`${shown} is not of type '${schema.type}'`);
    return;
  }
  if (typeof value === "string") {
    if (value.length < (schema.minLength ?? 0)) yield say(`${shown} is too short`);
    if ([...value].length > (schema.maxLength ?? Infinity)) yield say(`${shown} is too long`);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
      yield say(`${shown} does not match '${schema.pattern}'`);
    }
  } else if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity)) {
      yield say(`${shown} is less than the minimum of ${schema.minimum}`);
    }
    if (value > (schema.maximum ?? Infinity)) {
      yield say(`${shown} is greater than the maximum of ${schema.maximum}`);
    }
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) yield say(`${shown} is too short`);
    if (value.length > (schema.maxItems ?? Infinity)) yield say(`${shown} is too long`);
    for (const [i, item] of value.entries()) {
      if (schema.items !== undefined) yield* complaintsOf(item, schema.items, [...path, i]);
    }
  } else if (isObject(value)) {
    yield* complaintsOfObject(value, schema, path);
  }
}

function* complaintsOfObject(value: JsonObject, schema: Schema, path: Path): Generator<Complaint> {
  const names = Object.keys(value);
  if (names.length < (schema.minProperties ?? 0)) {
    yield { path, text: `${pythonText(value)} does not have enough properties` };
  }
  if (names.length > (schema.maxProperties ?? Infinity)) {
    yield { path, text: `${pythonText(value)} has too many properties` };
  }
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) yield { path, text: `'${name}' is a required property` };
  }
  const extra = names.filter((name) => schema.properties?.[name] === undefined);
  if (schema.additionalProperties === false && extra.length > 0) {
    const which = extra.map((name) => pythonText(name)).join(", ");
    const verb = extra.length === 1 ? "was" : "were";
    yield { path, text: `Additional properties are not allowed (${which} ${verb} unexpected)` };
  }
  for (const [name, one] of Object.entries(schema.properties ?? {})) {
    const member = value[name];
    if (member !== undefined) yield* complaintsOf(member, one, [...path, name]);
  }
}

const placed = (path: Path): string =>
  path.map((step, i) => i === 0 ? String(step) : typeof step === "number" ? `[${step}]` : `['${step}']`).join(
    "",
  );

/** @throws {Refusal} 400 with every message, when the body does not match the schema. */
export function check(body: Json, schema: Schema): void {
  const complaints = [...complaintsOf(body, schema, [])]
    .map(({ path, text }) => ({ at: placed(path), text }))
    .sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
  if (complaints.length === 0) return;
  const all = complaints.map(({ at, text }) => at === "" ? text : `${at} ${text}`).join("; ");
  throw fault(400, `Validation error: ${all}`, false);
}
