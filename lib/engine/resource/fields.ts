/**
 * What a description says of the attributes its records have.
 *
 * @module
 */

/**
 * What an attribute holds.
 *
 * `state` is where the member is; a `flag` that the server leaves out is false; a `list` holds texts or things with an
 * id, `objects` anything else; a `link` is another thing, by its id.
 */
export type Field = "text" | "state" | "number" | "flag" | "list" | "objects" | "tags" | "link" | "object";

/** What a field of this type may be said to hold. */
export type FieldOf<Value> = [Value] extends [boolean] ? "flag"
  : [Value] extends [number] ? "number"
  : [Value] extends [string] ? "text" | "state"
  : [Value] extends [readonly unknown[]] ? "list" | "objects"
  : "tags" | "link" | "object";

/** Each attribute of a record, and what it holds: one that is forgotten does not compile. */
export type Fields<Rec> = { readonly [Key in keyof Rec]-?: FieldOf<NonNullable<Rec[Key]>> };

/** What of a description tells which conditions on its records make sense. */
export interface Described {
  /** What one is called. */
  readonly kind: string;
  /** What several are called. Default: the kind with an s. */
  readonly plural?: string;
  /** The states it can be in. */
  readonly states?: readonly string[];
  /** The attributes its records have. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** A record's tags, where it has tags. */
  // deno-lint-ignore no-explicit-any
  tags?(record: any): Record<string, unknown>;
  /** Everything one may be called by. */
  // deno-lint-ignore no-explicit-any
  names?(record: any): readonly string[];
}

/** Whether a description says that its records have an attribute; undefined where it says of none. */
export function hasField({ fields, names }: Described, key: string): boolean | undefined {
  if (key === "name" && names) return true;
  return fields === undefined ? undefined : Object.hasOwn(fields, key);
}

/** What a record holds in an attribute. */
export function valueIn({ fields }: Described, record: object, key: string): unknown {
  const value = key in Object.prototype && !Object.hasOwn(record, key)
    ? undefined
    : (record as Record<string, unknown>)[key];
  return (value === undefined || value === null) && fields?.[key] === "flag" ? false : value;
}

/** Whether a value is an object of named values, and nothing more special. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
