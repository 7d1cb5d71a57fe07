/**
 * Finds out by the names of a record's properties which is the id, the name or the state.
 *
 * @module
 */
import type { Schemas, SchemaShape } from "./schema.ts";
import { wordParts } from "./words.ts";

/** The properties of a record with a known meaning; undefined if none was found. */
export interface RecordParts {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly state: string | undefined;
  /** Changes with the record. */
  readonly mark: string | undefined;
  /** When it was made. */
  readonly made: string | undefined;
  /** Why it is in a state of failure, as the path of a text: `fault`, or `fault` and `message`. */
  readonly fault: readonly string[] | undefined;
  /** An object of texts. */
  readonly tags: string | undefined;
}

const bare = (name: string) => wordParts(name).join("_");

/** Finds them. @param kind The kind of the record, so that `machine_id` is an id for machines. */
export function partsOfRecord(
  schemas: Schemas,
  record: SchemaShape,
  kind: string,
  parameter: string | undefined,
): RecordParts {
  const names = [...record.properties.keys()];
  const shapeOf = (name: string) => schemas.shape(record.properties.get(name)!.schema);
  const pick = (
    wanted: readonly (string | RegExp)[],
    fits: (shape: SchemaShape, name: string) => boolean,
  ) => {
    for (const one of wanted) {
      const found = names.find((name) =>
        (typeof one === "string" ? bare(name) === one : one.test(bare(name))) && fits(shapeOf(name), name)
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const scalar = ({ type }: SchemaShape) => type === "string" || type === "number" || type === "unknown";
  const text = ({ type }: SchemaShape) => type === "string";
  const own = bare(kind);
  const state = pick(
    ["state", "status", "phase", "lifecycle_state", `${own}_state`, `${own}_status`],
    (one) => text(one) && one.values.length > 0,
  ) ??
    pick(["state", "status", "phase", "lifecycle_state", `${own}_state`, `${own}_status`], text) ??
    pick([/(^|_)(state|status|phase)$/], (one) => text(one) && one.values.length > 0);
  const fault =
    pick([/^(fault|error|last_error|failure|problem)$/], (one) => one.type === "object" || text(one)) ??
      pick(
        [/^(error_message|fault_message|failure_reason|status_reason|status_message|state_reason)$/],
        text,
      );
  const inner = fault === undefined ? undefined : shapeOf(fault);
  return {
    id: pick(
      ["id", "uuid", `${own}_id`, `${own}_uuid`, ...parameter === undefined ? [] : [bare(parameter)]],
      scalar,
    ),
    name: pick(["name", "display_name", "hostname", "label", "title", "slug", "alias"], text),
    state,
    mark: pick(
      [
        /^(updated|updated_at|modified|modified_at|last_modified|last_updated|changed|changed_at|update_time)$/,
        "etag",
        /^(revision|resource_version|generation)$/,
      ],
      scalar,
    ),
    made: pick(
      [/^(created|created_at|creation_time|creation_date|create_time|created_time|date_created)$/],
      scalar,
    ),
    fault: fault === undefined
      ? undefined
      : inner!.type === "string"
      ? [fault]
      : inner!.properties.has("message")
      ? [fault, "message"]
      : undefined,
    tags: pick(
      [/^(tags|labels)$/],
      ({ type, properties, additional }) =>
        type === "object" && properties.size === 0 && schemas.shape(additional).type !== "object",
    ),
  };
}

/**
 * If a record has only one property, or one with the kind's name, that contains the actual record: `{ server: {…} }`.
 */
export function wrapperOf(
  schemas: Schemas,
  answer: SchemaShape,
  kind: string,
  record: SchemaShape,
): string | undefined {
  const like = (shape: SchemaShape) => {
    const names = [...record.properties.keys()];
    const shared = names.filter((name) => shape.properties.has(name)).length;
    return names.length > 0 && shared >= names.length / 2;
  };
  if (like(answer) && answer.properties.size > 2) return undefined;
  const inner = [...answer.properties].filter(([, { schema }]) => schemas.shape(schema).type === "object");
  const named = inner.find(([name]) => bare(name) === bare(kind));
  return (named ?? inner.find(([, { schema }]) => like(schemas.shape(schema))))?.[0];
}
