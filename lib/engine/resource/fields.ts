/**
 * The attributes of a resource's records, as its description lists them.
 *
 * @module
 */

/**
 * The type of an attribute.
 *
 * `state` is the member's state. A `flag` that the server leaves out is false. A `list` has texts or things with an id,
 * `objects` anything else. A `link` is another thing's id.
 */
export type Field = "text" | "state" | "number" | "flag" | "list" | "objects" | "tags" | "link" | "object";

/** The types that an attribute with this TypeScript type may have. */
export type FieldOf<Value> = [Value] extends [boolean] ? "flag"
  : [Value] extends [number] ? "number"
  : [Value] extends [string] ? "text" | "state"
  : [Value] extends [readonly unknown[]] ? "list" | "objects"
  : "tags" | "link" | "object";

/** Each attribute of a record, with its type. A forgotten one does not compile. */
export type Fields<Rec> = { readonly [Key in keyof Rec]-?: FieldOf<NonNullable<Rec[Key]>> };

/** The parts of a description that decide which conditions on its records are valid. */
export interface Described {
  /** The name of one. */
  readonly kind: string;
  /** The name of several. Default: the kind with an s. */
  readonly plural?: string;
  /** Its states. */
  readonly states?: readonly string[];
  /** The attributes of its records. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** A record's tags, if it has tags. */
  // deno-lint-ignore no-explicit-any
  tags?(record: any): Record<string, unknown>;
  /** All names of a record. */
  // deno-lint-ignore no-explicit-any
  names?(record: any): readonly string[];
}

/** Whether records have an attribute, according to the description; undefined if it lists none. */
export function hasField({ fields, names }: Described, key: string): boolean | undefined {
  if (key === "name" && names) return true;
  return fields === undefined ? undefined : Object.hasOwn(fields, key);
}

/** The value of an attribute in a record. */
export function valueIn({ fields }: Described, record: object, key: string): unknown {
  const value = key in Object.prototype && !Object.hasOwn(record, key)
    ? undefined
    : (record as Record<string, unknown>)[key];
  return (value === undefined || value === null) && fields?.[key] === "flag" ? false : value;
}

/** Whether a value is a plain object. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
