/**
 * Reads what a schema of an OpenAPI file allows, and follows its references.
 *
 * A schema may refer to itself, and a file may be written so that following all references never ends. So a shape is
 * made only for the requested schema, and for its parts only when they are requested.
 *
 * @module
 */
import { isJson, type JsonValue } from "./read_document.ts";

/** The shape of a schema's values. */
export interface SchemaShape {
  readonly type: "object" | "array" | "string" | "number" | "boolean" | "unknown";
  /** Whether it may be null. */
  readonly nullable: boolean;
  /** For an object: its properties' schemas, and whether each is always present. */
  readonly properties: ReadonlyMap<string, { readonly schema: unknown; readonly required: boolean }>;
  /** For an object: the schema of other properties; undefined if none are described. */
  readonly additional: unknown;
  /** For an array: the schema of its elements. */
  readonly items: unknown;
  /** For a string: the values that it may have. */
  readonly values: readonly string[];
  readonly format: string | undefined;
  readonly maximum: number | undefined;
  readonly description: string;
  /** The name of the schema that it refers to, if it does. */
  readonly named: string | undefined;
}

/** The deepest nesting of references and alternatives. */
const DEEPEST = 40;

/** An OpenAPI file whose references can be followed. */
export class Schemas {
  readonly #root: JsonValue;
  /** The shapes so far, so that each is made once, even if many schemas share it. */
  readonly #made = new Map<JsonValue, SchemaShape>();
  readonly #making = new Set<JsonValue>();
  /** References to other files. What they refer to is not known. */
  readonly foreign: Set<string> = new Set();

  constructor(root: JsonValue) {
    this.#root = root;
  }

  /** Follows a reference to its end; other values stay as they are. Undefined if it leads nowhere. */
  follow(value: unknown): unknown {
    let at = value;
    const seen = new Set<unknown>();
    while (isJson(at) && typeof at.$ref === "string") {
      if (seen.has(at.$ref) || seen.size > DEEPEST) return undefined;
      seen.add(at.$ref);
      at = this.#at(at.$ref);
    }
    return at;
  }

  /** The schema with a name; undefined if there is none. */
  named(name: string): unknown {
    const components = isJson(this.#root.components) ? this.#root.components : {};
    const all = components.schemas ?? this.#root.definitions;
    return isJson(all) && Object.hasOwn(all, name) ? all[name] : undefined;
  }

  #at(reference: string): unknown {
    if (!reference.startsWith("#")) {
      this.foreign.add(reference);
      return undefined;
    }
    let at: unknown = this.#root;
    for (const part of reference.slice(1).split("/").slice(1)) {
      const name = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
      if (!(isJson(at) || Array.isArray(at)) || !Object.hasOwn(at, name)) return undefined;
      at = (at as JsonValue)[name];
    }
    return at;
  }

  /** The shape of a schema's values. */
  shape(schema: unknown): SchemaShape {
    return this.#shape(schema, 0) ?? NOTHING;
  }

  #shape(schema: unknown, depth: number): SchemaShape | undefined {
    const node = this.follow(schema);
    // A schema that contains itself adds nothing to itself.
    if (!isJson(node) || depth > DEEPEST || this.#making.has(node)) return undefined;
    let whole = this.#made.get(node);
    if (whole === undefined) {
      this.#making.add(node);
      const each = (list: unknown) =>
        Array.isArray(list) ? list.flatMap((one) => this.#shape(one, depth + 1) ?? []) : [];
      const anyOf = [...each(node.oneOf), ...each(node.anyOf)];
      whole = together([ownShape(node), ...each(node.allOf), ...anyOf.length > 0 ? [oneOfThese(anyOf)] : []]);
      this.#making.delete(node);
      this.#made.set(node, whole);
    }
    const named = isJson(schema) && typeof schema.$ref === "string"
      ? schema.$ref.split("/").at(-1)
      : undefined;
    return named === undefined ? whole : { ...whole, named };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const NOTHING: SchemaShape = {
  type: "unknown",
  nullable: false,
  properties: new Map(),
  additional: undefined,
  items: undefined,
  values: [],
  format: undefined,
  maximum: undefined,
  description: "",
  named: undefined,
};

function ownShape(node: JsonValue): SchemaShape {
  const types = [node.type].flat().filter((one) => typeof one === "string");
  const type = types.find((one) => one !== "null");
  const required = new Set(Array.isArray(node.required) ? node.required : []);
  const properties = isJson(node.properties)
    ? new Map(
      Object.entries(node.properties).map(([name, schema]) =>
        [name, { schema, required: required.has(name) }] as const
      ),
    )
    : new Map();
  const listed = Array.isArray(node.enum) ? node.enum : "const" in node ? [node.const] : [];
  const values = listed.filter((one): one is string => typeof one === "string");
  return {
    type: type === "integer"
      ? "number"
      : type === "object" || type === "array" || type === "string" || type === "number" || type === "boolean"
      ? type
      : isJson(node.properties)
      ? "object"
      : values.length > 0
      ? "string"
      : "unknown",
    nullable: node.nullable === true || types.includes("null") || listed.includes(null),
    properties,
    additional: isJson(node.additionalProperties)
      ? node.additionalProperties
      : isJson(node.patternProperties)
      ? Object.values(node.patternProperties)[0]
      : undefined,
    items: node.items,
    values,
    format: typeof node.format === "string" ? node.format : type === "integer" ? "integer" : undefined,
    maximum: typeof node.maximum === "number" ? node.maximum : undefined,
    description: typeof node.description === "string" ? node.description : "",
    named: undefined,
  };
}

/** One of several shapes: what some of them lack may be missing. */
function oneOfThese(shapes: readonly SchemaShape[]): SchemaShape {
  const real = shapes.filter((one) => one.type !== "unknown" || one.named !== undefined);
  const nullable = shapes.length > real.length || shapes.some((one) => one.nullable);
  const types = new Set(real.map(({ type }) => type));
  if (types.size !== 1) return { ...NOTHING, nullable };
  const whole = together(real);
  const everywhere = (name: string) => real.every(({ properties }) => properties.get(name)?.required);
  return {
    ...whole,
    nullable,
    // If one of the alternatives allows any string, so does the whole.
    values: real.every(({ values }) => values.length > 0) ? whole.values : [],
    properties: new Map(
      [...whole.properties].map(([name, { schema }]) => [name, { schema, required: everywhere(name) }]),
    ),
    named: real.length === 1 ? real[0]!.named : undefined,
  };
}

/** All of several shapes at once. */
function together(shapes: readonly SchemaShape[]): SchemaShape {
  const first = <T>(pick: (shape: SchemaShape) => T | undefined): T | undefined => {
    for (const shape of shapes) {
      const found = pick(shape);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    type: first(({ type }) => type === "unknown" ? undefined : type) ?? "unknown",
    nullable: shapes.some(({ nullable }) => nullable),
    properties: new Map(shapes.flatMap(({ properties }) => [...properties])),
    additional: first(({ additional }) => additional),
    items: first(({ items }) => items),
    values: [...new Set(shapes.flatMap(({ values }) => values))],
    format: first(({ format }) => format),
    maximum: first(({ maximum }) => maximum),
    description: first(({ description }) => description || undefined) ?? "",
    named: first(({ named }) => named),
  };
}
