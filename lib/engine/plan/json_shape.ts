/**
 * Checks values from a file against what muster writes into it: every field, and no other.
 *
 * @module
 */

/**
 * Why a value does not have a shape, and where; undefined if it has the shape. `at` is the path of the value:
 * `plans[0].steps[1]`.
 */
export type Shape = (value: unknown, at: string) => string | undefined;

/** The deepest nesting that is accepted. muster writes nothing deeper. */
const DEEPEST = 40;

const shown = (value: unknown) => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
};

/** A string, which matches the pattern if one is given. */
export const text = (pattern?: RegExp): Shape => (value, at) => {
  if (typeof value !== "string") return `${at} is not a text`;
  return pattern && !pattern.test(value) ? `${at} does not allow the value ${shown(value)}` : undefined;
};

/** A string that is not empty. */
export const someText: Shape = text(/[^]/);

/** One of these values. */
export const oneOf = (...values: readonly unknown[]): Shape => (value, at) =>
  values.includes(value) ? undefined : `${at} is not ${values.map(shown).join(" or ")}`;

/** A finite number of at least `least`; with `whole`, one without a fraction. */
export const numeric = (least: number, whole = false): Shape => (value, at) =>
  typeof value === "number" && Number.isFinite(value) && value >= least &&
    (!whole || Number.isSafeInteger(value))
    ? undefined
    : `${at} is not a ${whole ? "whole " : ""}number of at least ${least}`;

/** A whole number, such as a count or an index. */
export const whole: Shape = numeric(0, true);

/** A time limit in milliseconds: a number above zero. */
export const positiveTime: Shape = (value, at) =>
  typeof value === "number" && Number.isFinite(value) && value > 0
    ? undefined
    : `${at} is not a time above zero`;

/** An ISO time, exactly as JavaScript writes it. */
export const isoTime: Shape = (value, at) => {
  const time = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(time) || new Date(time).toISOString() !== value ? `${at} is not a time` : undefined;
};

/** A value of any of these shapes. */
export const either = (...shapes: readonly Shape[]): Shape => (value, at) => {
  const reasons = shapes.map((shape) => shape(value, at));
  return reasons.includes(undefined) ? undefined : reasons[0];
};

/** A list whose items have the shape. */
export const list = (shape: Shape, least = 0): Shape => (value, at) => {
  if (!Array.isArray(value)) return `${at} is not a list`;
  if (value.length < least) return `${at} is empty`;
  for (let index = 0; index < value.length; index++) {
    const why = shape(value[index], `${at}[${index}]`);
    if (why !== undefined) return why;
  }
  return undefined;
};

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object with these fields and no others; one whose name ends in `?` may be missing. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  const known = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name.replace(/\?$/, ""),
      { shape, optional: name.endsWith("?") },
    ]),
  );
  return (value, at) => {
    if (!isPlain(value)) return `${at} is not an object`;
    for (const name of Object.keys(value)) {
      if (!known.has(name)) return `${at} has a field ${shown(name)} that muster does not write`;
    }
    for (const [name, { shape, optional }] of known) {
      if (!Object.hasOwn(value, name)) {
        if (optional) continue;
        return `${at} has no ${name}`;
      }
      const why = shape(value[name], `${at}.${name}`);
      if (why !== undefined) return why;
    }
    return undefined;
  };
}

/** An object whose values have the shape, with any keys. */
export const mapOf = (shape: Shape): Shape => (value, at) => {
  if (!isPlain(value)) return `${at} is not an object`;
  for (const [name, inner] of Object.entries(value)) {
    const why = name === "__proto__" ? `${at} has a field "__proto__"` : shape(inner, `${at}.${name}`);
    if (why !== undefined) return why;
  }
  return undefined;
};

/** Any JSON that is not nested too deeply. */
export const json: Shape = (value, at) => anyJson(value, at, 0);

function anyJson(value: unknown, at: string, depth: number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${at} is not a finite number`;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > DEEPEST) return `${at} is nested too deeply`;
  if (Array.isArray(value)) {
    for (const one of value) {
      const why = anyJson(one, at, depth + 1);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  for (const [name, inner] of Object.entries(value)) {
    const why = name === "__proto__"
      ? `${at} has a field "__proto__"`
      : anyJson(inner, `${at}.${name}`, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** An object with one field that decides which of several shapes it has. */
export const tagged = (tag: string, shapes: Readonly<Record<string, Shape>>): Shape => (value, at) => {
  if (!isPlain(value)) return `${at} is not an object`;
  const which = value[tag];
  if (typeof which !== "string" || !Object.hasOwn(shapes, which)) {
    return `${at}.${tag} is not ${Object.keys(shapes).join(" or ")}: ${shown(which)}`;
  }
  return shapes[which]!(value, at);
};

/**
 * Whether a JSON text contains nothing but the value that was parsed from it: no field twice, no number that parsing
 * changes. Spaces between its parts do not matter.
 *
 * @param value The parsed value.
 */
export function saysOnly(written: string, value: unknown): boolean {
  return written.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1") === JSON.stringify(value);
}
