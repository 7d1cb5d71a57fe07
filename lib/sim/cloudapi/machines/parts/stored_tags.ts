/**
 * Tags as the backend's store returns them. It keeps all tags of a machine in one text: `-role=web-size=%n{2}-`
 * (sdc-vmapi `objectToTagFormat`, `tagFormatToObject`).
 *
 * @module
 */
import type { Call } from "../../protocol/call.ts";
import { type FieldProblem, notFound } from "../../protocol/problem.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^%n\{([-+]?[0-9]*\.?[0-9]+)\}$/;
const BOOLEAN = /^%b\{(true|false)\}$/;

const unescaped = (text: string) => text.replaceAll("%2D", "-").replaceAll("%3D", "=");

function stored(value: unknown): unknown {
  const text = typeof value === "number"
    ? `%n{${value}}`
    : typeof value === "boolean"
    ? `%b{${value}}`
    : unescaped(String(value));
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) return Number(number);
  const boolean = BOOLEAN.exec(text)?.[1];
  return boolean === undefined ? text : boolean === "true";
}

/** How the store changes tags: a name `__proto__` is lost, and an escape becomes the character that it stands for. */
export function storedTags(tags: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(tags).filter(([key]) => key !== "__proto__");
  return Object.fromEntries(kept.map(([key, value]) => [unescaped(key), stored(value)]));
}

/** The backend's error for tags or metadata: there are none, or a value is not a text, number or boolean. */
export function forbidden(field: string, values: Record<string, unknown>): FieldProblem | undefined {
  const entries = Object.entries(values);
  if (entries.length === 0) return { field, code: "Invalid", message: "Invalid parameter" };
  const wrong = entries.find(([, value]) => !["string", "boolean", "number"].includes(typeof value));
  return wrong && { field: `${field}.${wrong[0]}`, code: "Invalid", message: "Forbidden Data Type" };
}

/**
 * Before a request is handled, a parameter `package` or `dataset` is looked up as an id, whatever it was meant as
 * (sdc-cloudapi `loadPackages`, `loadDatasets`).
 *
 * @throws {Problem} 404 when there is no such package or image.
 */
export function loadStray(call: Call): void {
  const { package: pkg, dataset } = call.params;
  if (typeof pkg === "string" && UUID.test(pkg) && !call.world.packages.some(({ id }) => id === pkg)) {
    throw notFound(`Package ${pkg} does not exist`);
  }
  if (typeof dataset === "string" && UUID.test(dataset)) {
    const image = call.world.images.find(({ id }) => id === dataset);
    if (image === undefined || image.state === "destroyed") throw notFound("image not found");
  }
}
