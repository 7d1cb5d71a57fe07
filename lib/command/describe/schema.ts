/**
 * What a schema of an OpenAPI file allows, with its references followed.
 *
 * Every schema may refer to itself, and a file may be made so that following all of it never ends: a shape is made only of the
 * schema that is asked for, and its parts when they are asked for.
 *
 * @module
 */
import { isJson, type JsonValue } from "./read_document.ts";

/** What a value of a schema looks like. */
export interface SchemaShape {
  readonly type: "object" | "array" | "string" | "number" | "boolean" | "unknown";
  /** Whether it may be null. */
  readonly nullable: boolean;
  /** Of an object: its properties' schemas, and whether each is always there. */
  readonly properties: ReadonlyMap<string, { readonly schema: unknown; readonly required: boolean }>;
  /** Of an object: the schema of whatever else it holds; undefined where it holds nothing else that is described. */
  readonly additional: unknown;
  /** Of an array: the schema of its elements. */
  readonly items: unknown;
  /** Of a text: the values it may have. */
  readonly values: readonly string[];
  readonly format: string | undefined;
  readonly maximum: number | undefined;
  readonly description: string;
  /** The name of the schema it refers to, where it is one. */
  readonly named: string | undefined;
}

/** References and alternatives within one another, at most. */
const DEEPEST = 40;

/** An OpenAPI file whose references can be followed. */
export class Schemas {
  readonly #root: JsonValue;
  /** The shapes that were made: where schemas share others in layers, each is made once. */
  readonly #made = new Map<JsonValue, SchemaShape>();
  readonly #making = new Set<JsonValue>();
  /** References to other files: nothing is known of what they refer to. */
  readonly foreign: Set<string> = new Set();

  constructor(root: JsonValue) {
    this.#root = root;
  }

  /** What a reference leads to, followed to its end; any other value as it is. Undefined where it leads nowhere. */
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

  /** A schema that has this name; undefined where none has. */
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

  /** What a value of the schema looks like. */
  shape(schema: unknown): SchemaShape {
    return this.#shape(schema, 0) ?? NOTHING;
  }

  #shape(schema: unknown, depth: number): SchemaShape | undefined {
    const node = this.follow(schema);
    // One that is a part of itself adds nothing to itself.
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

/** One of several: what some of them may lack may be missing. */
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
    // A text of which one kind is not listed may be anything.
    values: real.every(({ values }) => values.length > 0) ? whole.values : [],
    properties: new Map(
      [...whole.properties].map(([name, { schema }]) => [name, { schema, required: everywhere(name) }]),
    ),
    named: real.length === 1 ? real[0]!.named : undefined,
  };
}

/** All of several at once. */
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
