/**
 * Decides which records belong to a selection. The server may narrow the list, but this decides.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Wanted } from "../resource/listing.ts";
import { SelectionError } from "../errors.ts";
import { type Described, isPlain, valueIn } from "../resource/fields.ts";
import { concealed } from "../text/secrets.ts";

/** Conditions, as data. */
export interface SelectionConditions {
  /** Conditions on tags. */
  readonly tags: Readonly<Record<string, unknown>>;
  /** One object for each `.where()`; all must match. */
  readonly where: readonly Readonly<Record<string, unknown>>[];
}

const isLiteral = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

/** The record and attribute being tested, for messages. */
interface Tested {
  readonly resource: Testable;
  readonly record: object;
  readonly key: string;
}

/** The parts of a resource that decide whether a record matches conditions. */
export type Testable = Pick<Described, "fields" | "tags" | "names"> & Partial<Pick<AnyResource, "name">>;

/** How literals are compared: exactly, or as people may have meant them. */
export type Same = (value: unknown, literal: unknown) => boolean;

const exactly: Same = (value, literal) => value === literal || String(value) === String(literal);

/** Whether a value matches a condition. A list matches if one of its elements does. */
export function satisfies(value: unknown, condition: unknown, tested: Tested, same = exactly): boolean {
  if (typeof condition === "function") return ask(condition as Test, value, tested);
  if (Array.isArray(condition)) return condition.some((one) => satisfies(value, one, tested, same));
  if (Array.isArray(value)) return value.some((one) => satisfies(one, condition, tested, same));
  if (condition instanceof RegExp) {
    if (value === undefined || value === null) return false;
    condition.lastIndex = 0; // a /g pattern remembers where it stopped
    return condition.test(String(value));
  }
  if (typeof condition === "object" && condition !== null) {
    // A record of another thing stands for its id.
    if ("id" in condition) return satisfies(value, condition.id, tested, same);
    // Any other object is compared with the fields of an object; other fields are ignored.
    return typeof value === "object" && value !== null &&
      Object.entries(condition).every(([key, one]) =>
        Object.hasOwn(value, key) && satisfies((value as Record<string, unknown>)[key], one, tested, same)
      );
  }
  if (typeof value === "object" && value !== null) {
    return "id" in value && isLiteral(value.id) && same(value.id, condition);
  }
  return isLiteral(condition) && isLiteral(value) ? same(value, condition) : value === condition;
}

type Test = (value: unknown) => unknown;

/** @throws {SelectionError} when the function returns neither true nor false. */
function ask(test: Test, value: unknown, { resource, record, key }: Tested): boolean {
  const of = () => `the test of ${key} for ${resource.name?.(record) ?? JSON.stringify(value)}`;
  let said: unknown;
  try {
    said = test(value);
  } catch (error) {
    if (error instanceof SelectionError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new SelectionError(
      `Cannot select by ${key}: ${of()} failed: ${why}. ` +
        "Correct the test. A value that the server left out is undefined.",
      { cause: error },
    );
  }
  if (said === true || said === false) return said;
  const later = typeof (said as PromiseLike<unknown> | null | undefined)?.then === "function";
  if (later) (said as PromiseLike<unknown>).then(undefined, () => {}); // reported here, not by the process
  throw new SelectionError(
    `Cannot select by ${key}: ${of()} gave ${
      later ? "a promise" : typeof said === "string" ? JSON.stringify(said) : String(said)
    }, not true or false. ${
      later ? "A test cannot be async. Wait for the value first, then select." : "Use a comparison."
    }`,
  );
}

/** Whether an attribute matches a condition. If a member has several names, one of them is enough. */
export function holds(tested: Tested, condition: unknown, same = exactly): boolean {
  const { resource, record, key } = tested;
  // Each name by itself, so that a function gets a string, as it does for a single name.
  if (key === "name" && resource.names) {
    return resource.names(record).some((name) => satisfies(name, condition, tested, same));
  }
  return satisfies(valueIn(resource as Described, record, key), condition, tested, same);
}

/** Whether a record has all these tags. */
export function hasTags(
  resource: Testable,
  record: object,
  wanted: Readonly<Record<string, unknown>>,
  same = exactly,
): boolean {
  const tags = resource.tags?.(record) ?? {};
  return Object.entries(wanted).every(([tag, condition]) =>
    Object.hasOwn(tags, tag) &&
    satisfies(tags[tag], condition, { resource, record, key: `the tag ${tag}` }, same)
  );
}

/** Whether a record matches every condition. */
export function matches(resource: Testable, record: object, conditions: SelectionConditions): boolean {
  return hasTags(resource, record, conditions.tags) &&
    conditions.where.every((where) =>
      Object.entries(where).every(([key, condition]) =>
        key === "tags" && resource.tags && isPlain(condition)
          ? hasTags(resource, record, condition)
          : holds({ resource, record, key }, condition)
      )
    );
}

/** Whether there is any condition. */
export function saysSomething(conditions: SelectionConditions): boolean {
  return Object.keys(conditions.tags).length > 0 ||
    conditions.where.some((where) => Object.keys(where).length > 0);
}

/** The part of the conditions that a server could filter by. */
export function wanted(conditions: SelectionConditions): Wanted {
  const attributes: Record<string, unknown> = {};
  const tags: Record<string, unknown> = {};
  for (const [tag, value] of Object.entries(conditions.tags)) if (isLiteral(value)) tags[tag] = value;
  for (const where of conditions.where) {
    for (const [key, value] of Object.entries(where)) if (isLiteral(value)) attributes[key] = value;
  }
  const allows = (attribute: string, value: unknown) => {
    const on = conditions.where.filter((where) => Object.hasOwn(where, attribute));
    return on.length === 0 ? undefined : on.every((where) => {
      try {
        return satisfies(value, where[attribute], { resource: {}, record: {}, key: attribute });
      } catch {
        return true; // a function cannot be sent: what is listed decides
      }
    });
  };
  return { tags, attributes, allows };
}

/** A record's name or, without one, its id. */
function nameOrId(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return String("name" in value ? value.name : value.id);
}

/** Conditions as source text: `{ type: "test", name: /^web/ }`. */
export function showConditions(conditions: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(conditions).map(([key, value]) => {
    const shown: string = value instanceof RegExp
      ? String(value)
      : typeof value === "function"
      ? "…"
      : Array.isArray(value)
      ? `[${
        value.map((one) =>
          one instanceof RegExp
            ? String(one)
            : typeof one === "function"
            ? "…"
            : JSON.stringify(nameOrId(one) ?? one)
        ).join(", ")
      }]`
      : typeof value === "object" && value !== null
      ? nameOrId(value) ?? showConditions(value as Record<string, unknown>)
      : JSON.stringify(value);
    return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${shown}`;
  });
  return parts.length === 0 ? "{}" : concealed(`{ ${parts.join(", ")} }`);
}
