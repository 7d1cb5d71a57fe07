/**
 * The fields of records that tables show: in the command, in notebooks, in mails.
 *
 * @module
 */
import type { AnyResource } from "./describe.ts";

/** How many fields are shown besides the id, the name and the state, if the description has no columns. */
const OTHERS = 5;

/**
 * The description's columns. Without them: the id, the name, the state, and the first others that are single values.
 */
export function columnsOf(resource: AnyResource, records: readonly object[]): readonly string[] {
  if (resource.columns) return resource.columns;
  const [first] = records;
  if (first === undefined) return [];
  const values = Object.entries(first).filter(([, value]) => isOneValue(value));
  const usual = [resource.id(first), resource.name(first), resource.state(first)].flatMap((wanted) =>
    values.find(([, value]) => String(value) === wanted)?.[0] ?? []
  );
  const others = values.map(([key]) => key).filter((key) => !usual.includes(key));
  return [...new Set([...usual, ...others.slice(0, OTHERS)])];
}

const isOneValue = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
