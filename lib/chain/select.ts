/**
 * Which records belong to a selection. The server may narrow the list; this decides.
 *
 * @module
 */
import type { AnyResource, Wanted } from "./describe.ts";
import { SelectionError } from "./errors.ts";

/** Conditions, as data. */
export interface Conditions {
  readonly tags: Readonly<Record<string, unknown>>;
  /** One object for each `.where()`; all must hold. */
  readonly where: readonly Readonly<Record<string, unknown>>[];
}

const isLiteral = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);

/** Whether one value satisfies one condition. Lists satisfy it when one of their elements does. */
function satisfies(value: unknown, condition: unknown): boolean {
  if (typeof condition === "function") return Boolean(condition(value));
  if (Array.isArray(condition)) return condition.some((one) => satisfies(value, one));
  if (Array.isArray(value)) return value.some((one) => satisfies(one, condition));
  if (condition instanceof RegExp) {
    if (value === undefined || value === null) return false;
    condition.lastIndex = 0; // a /g pattern remembers where it stopped
    return condition.test(String(value));
  }
  if (isLiteral(condition) && isLiteral(value)) {
    return value === condition || String(value) === String(condition);
  }
  // The record of another thing stands for its id.
  if (typeof condition === "object" && condition !== null && "id" in condition) return value === condition.id;
  return value === condition;
}

/** Whether an attribute satisfies a condition; of a thing that goes by several names, one of them. */
function has(resource: Pick<AnyResource, "names">, record: object, key: string, condition: unknown): boolean {
  // Name by name: a test is given a text, as where there is only one.
  if (key === "name" && resource.names) {
    return resource.names(record).some((name) => satisfies(name, condition));
  }
  return satisfies((record as Record<string, unknown>)[key], condition);
}

/** Whether a record satisfies every condition. */
export function matches(
  resource: Pick<AnyResource, "tags" | "names">,
  record: object,
  conditions: Conditions,
): boolean {
  const tags = resource.tags?.(record) ?? {};
  for (const [tag, condition] of Object.entries(conditions.tags)) {
    if (!Object.hasOwn(tags, tag) || !satisfies(tags[tag], condition)) return false;
  }
  return conditions.where.every((where) =>
    Object.entries(where).every(([key, condition]) =>
      key === "tags" && resource.tags && typeof condition === "object" && condition !== null &&
        !(condition instanceof RegExp)
        ? Object.entries(condition).every(([tag, wanted]) =>
          Object.hasOwn(tags, tag) && satisfies(tags[tag], wanted)
        )
        : has(resource, record, key, condition)
    )
  );
}

/** Whether any condition at all is given. */
export function saysSomething(conditions: Conditions): boolean {
  return Object.keys(conditions.tags).length > 0 ||
    conditions.where.some((where) => Object.keys(where).length > 0);
}

/** The part of the conditions that a server could filter by. */
export function wanted(conditions: Conditions): Wanted {
  const attributes: Record<string, unknown> = {};
  const tags: Record<string, unknown> = {};
  for (const [tag, value] of Object.entries(conditions.tags)) if (isLiteral(value)) tags[tag] = value;
  for (const where of conditions.where) {
    for (const [key, value] of Object.entries(where)) if (isLiteral(value)) attributes[key] = value;
  }
  const allows = (attribute: string, value: unknown) => {
    const on = conditions.where.filter((where) => attribute in where);
    return on.length === 0 ? undefined : on.every((where) => satisfies(value, where[attribute]));
  };
  return { tags, attributes, allows };
}

/**
 * Refuses conditions that cannot mean what was meant.
 *
 * An undefined value is most often a variable that was never set, and would otherwise widen the selection.
 *
 * @throws {SelectionError}
 */
export function checkConditions(
  what: string,
  conditions: unknown,
): asserts conditions is Record<string, unknown> {
  if (typeof conditions !== "object" || conditions === null || Array.isArray(conditions)) {
    throw new SelectionError(
      `Cannot select by ${what} as it is no object: ${JSON.stringify(conditions) ?? conditions}`,
    );
  }
  for (const [key, value] of Object.entries(conditions)) {
    if (value === undefined || value === null || (typeof value === "number" && Number.isNaN(value))) {
      throw new SelectionError(
        `Cannot select by ${what} as the value of ${
          JSON.stringify(key)
        } is ${value}: leave it out to not select by it`,
      );
    }
    if (value === "") {
      throw new SelectionError(`Cannot select by ${what} as the value of ${JSON.stringify(key)} is empty`);
    }
  }
}

/** A record's name, or else its id. */
function named(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return String("name" in value ? value.name : value.id);
}

/** Conditions as people wrote them: `{ type: "test", name: /^web/ }`. */
export function showConditions(conditions: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(conditions).map(([key, value]) => {
    const shown: string = value instanceof RegExp
      ? String(value)
      : typeof value === "function"
      ? "…"
      : Array.isArray(value)
      ? `[${
        value.map((one) => one instanceof RegExp ? String(one) : JSON.stringify(named(one) ?? one)).join(", ")
      }]`
      : typeof value === "object" && value !== null
      ? named(value) ?? showConditions(value as Record<string, unknown>)
      : JSON.stringify(value);
    return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${shown}`;
  });
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
