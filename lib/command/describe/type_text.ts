/**
 * Writes a schema as a TypeScript type.
 *
 * @module
 */
import type { Schemas, SchemaShape } from "./schema.ts";
import { literal, property, sentence } from "./words.ts";

/**
 * How deep nested objects are written; deeper ones are `unknown`. So a schema that refers to itself comes to an end.
 */
const DEEPEST = 3;
/** How many properties of an inner object, or values of an enumeration, are written. */
const MOST = 40;

/** The type of a value, on one line if it is within another. */
export function typeOf(schemas: Schemas, schema: unknown, depth = 1): string {
  const shape = schemas.shape(schema);
  const bare = bareType(schemas, shape, depth);
  return shape.nullable && bare !== "unknown" && bare !== "null" ? `${bare} | null` : bare;
}

function bareType(schemas: Schemas, shape: SchemaShape, depth: number): string {
  switch (shape.type) {
    case "string":
      return shape.values.length > 0 && shape.values.length <= MOST
        ? shape.values.map(literal).join(" | ")
        : "string";
    case "number":
    case "boolean":
      return shape.type;
    case "array": {
      const items = shape.items === undefined ? "unknown" : typeOf(schemas, shape.items, depth + 1);
      return /[|&]/.test(items) ? `(${items})[]` : `${items}[]`;
    }
    case "object": {
      const { properties, additional } = shape;
      if (depth >= DEEPEST || (properties.size === 0 && additional === undefined) || properties.size > MOST) {
        return "Record<string, unknown>";
      }
      if (properties.size === 0) {
        const values = typeOf(schemas, additional, depth + 1);
        return `Record<string, ${values}>`;
      }
      const fields = [...properties].map(([name, { schema, required }]) =>
        `${property(name)}${required ? "" : "?"}: ${typeOf(schemas, schema, depth + 1)}`
      );
      return `{ ${fields.join("; ")} }`;
    }
    default:
      return "unknown";
  }
}

/**
 * The lines of an interface. Each property has its description.
 *
 * @param certain Properties that count as always present, whatever the schema says.
 */
export function interfaceLines(
  schemas: Schemas,
  name: string,
  shape: SchemaShape,
  certain: ReadonlySet<string> = new Set(),
): string[] {
  const lines = [`export interface ${name} {`];
  for (const [field, { schema, required }] of shape.properties) {
    const about = sentence(schemas.shape(schema).description);
    if (about !== "") lines.push(`  /** ${about} */`);
    lines.push(
      `  ${property(field)}${required || certain.has(field) ? "" : "?"}: ${typeOf(schemas, schema)};`,
    );
  }
  return [...lines, "}"];
}
