/**
 * Copies what people give to a chain, because a chain is a value, not a view of somebody's object.
 *
 * @module
 */
import { MusterError } from "../errors.ts";

/** The deepest nesting of objects that is accepted. */
const DEPTH = 64;

/** Copies that were made here. Nobody else can change them, so they are not copied again. */
const made = new WeakSet<object>();

/**
 * A deep, frozen copy. Getters are read once, here. Functions are kept as they are, and so are objects that hide their
 * content, such as a secret or a signal.
 *
 * @param what The method it was given to, for the message: `where()`.
 * @throws {MusterError} when it contains itself, or is nested too deeply.
 */
export function copied<T>(what: string, value: T): T {
  return copy(what, value, []) as T;
}

/** Copies the options of a handle. Lists in them are copied; other objects (a clock, a signal) are used as they are. */
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
    // A hole becomes undefined, so that the checks see it.
    return kept(Array.from(value, (one) => copy(what, one, inner)));
  }
  // Not frozen, because a pattern stores where it stopped. Nobody outside has this one.
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
  // An object without visible keys keeps its content where a copy cannot have it.
  if (!plain && keys.length === 0) return value;
  const own = (prototype === Object.prototype ? {} : Object.create(prototype)) as Record<
    PropertyKey,
    unknown
  >;
  for (const key of keys) {
    const one = copy(what, Reflect.get(value, key), inner);
    // Defined, not assigned: a key called __proto__ is a key like any other, and a class may have setters with other
    // effects.
    Object.defineProperty(own, key, { value: one, enumerable: true });
  }
  return kept(own);
}

function kept<T extends object>(own: T): T {
  made.add(own);
  return Object.freeze(own);
}
