/**
 * Copies of what people give to a chain: a chain is a value, not a view of somebody's object.
 *
 * @module
 */
import { MusterError } from "../errors.ts";

/** Levels of objects within objects that are taken. */
const DEPTH = 64;

/** Copies that were made here: nobody else can change them, so they need no copy of their own. */
const made = new WeakSet<object>();

/**
 * A deep, frozen copy. Getters are asked once, here. Functions are kept as they are, and so is what keeps its content
 * to itself, such as a secret or a signal.
 *
 * @param what Whom it was given to, for the message: `where()`.
 * @throws {MusterError} when it holds itself, or is nested too deeply.
 */
export function copied<T>(what: string, value: T): T {
  return copy(what, value, []) as T;
}

/** Options of a handle: the lists among them are copied, what else they hold (a clock, a signal) is used as it is. */
export function copiedOptions<T extends object>(options: T): Readonly<T> {
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    own[key] = Array.isArray(value) ? Object.freeze([...value]) : value;
  }
  return Object.freeze(own) as Readonly<T>;
}

function copy(what: string, value: unknown, above: readonly object[]): unknown {
  if (typeof value !== "object" || value === null || made.has(value)) return value;
  if (above.includes(value)) {
    throw new MusterError(`Cannot copy what was given to ${what}: it contains itself. Give plain values.`);
  }
  if (above.length >= DEPTH) {
    throw new MusterError(
      `Cannot copy what was given to ${what}: it is nested more than ${DEPTH} levels deep. Give a simpler value.`,
    );
  }
  const inner = [...above, value];
  if (Array.isArray(value)) {
    // A hole becomes undefined, which whoever checks the copy sees.
    return kept(Array.from(value, (one) => copy(what, one, inner)));
  }
  // Not frozen: a pattern writes down where it stopped. Nobody outside has this one.
  if (value instanceof RegExp) return new RegExp(value.source, value.flags);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof URL) return new URL(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [copy(what, key, inner), copy(what, one, inner)]));
  }
  if (value instanceof Set) return new Set([...value].map((one) => copy(what, one, inner)));
  const prototype = Object.getPrototypeOf(value);
  const plain = prototype === Object.prototype || prototype === null;
  const keys = Reflect.ownKeys(value).filter((key) =>
    (plain || typeof key === "string") && Object.prototype.propertyIsEnumerable.call(value, key)
  );
  // What shows nothing has it where a copy could not have it.
  if (!plain && keys.length === 0) return value;
  const own = (prototype === Object.prototype ? {} : Object.create(prototype)) as Record<
    PropertyKey,
    unknown
  >;
  for (const key of keys) {
    const one = copy(what, Reflect.get(value, key), inner);
    // A key called __proto__ is a key like any other, and a class may do more than keep what it is given.
    if (plain && key !== "__proto__") own[key] = one;
    else Object.defineProperty(own, key, { value: one, enumerable: true });
  }
  return kept(own);
}

function kept<T extends object>(own: T): T {
  made.add(own);
  return Object.freeze(own);
}
