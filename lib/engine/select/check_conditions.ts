/**
 * Refuses conditions that are probably mistakes, when they are given: conditions fail closed.
 *
 * @module
 */
import { article } from "../resource/describe.ts";
import { SelectionError } from "../errors.ts";
import { type Described, type Field, hasField, isPlain } from "../resource/fields.ts";
import { didYouMean } from "./did_you_mean.ts";

/** What conditions are about: attributes, tags, or either of them. */
export type ConditionSubject = "attributes" | "tags" | "either";

/** The method and the resource of a condition, for messages. */
interface Asked {
  readonly method: string;
  readonly resource: Described | undefined;
  readonly about: ConditionSubject;
}

/**
 * Refuses conditions that are probably mistakes.
 *
 * An undefined value usually comes from a variable that was never set. It would widen the selection.
 *
 * @param method The method that was called: `where()`.
 * @param given Its argument.
 * @param resource The resource that is selected. With its `fields`, unknown attributes are refused as well.
 * @throws {SelectionError}
 */
export function checkConditions(
  method: string,
  given: unknown,
  resource?: Described,
  about: ConditionSubject = "attributes",
): asserts given is Readonly<Record<string, unknown>> {
  const asked = { method, resource, about };
  if (!isPlain(given)) refuse(asked, `it takes an object of names and values, not ${shapeOf(given)}`);
  if (about === "either" && Reflect.ownKeys(given).length === 0) refuse(asked, "it is an empty object");
  for (const [key, value] of entries(asked, "", given)) {
    if (about === "tags") {
      checkValue(asked, `the tag ${key}`, value, "text");
      continue;
    }
    if (key === "tags" && resource?.tags && isPlain(value)) {
      checkTags(asked, value);
      continue;
    }
    const known = resource && hasField(resource, key);
    if (known === false && !(about === "either" && resource?.tags)) refuseUnknown(method, resource!, key);
    const field = known === undefined ? undefined : resource!.fields?.[key];
    checkValue(asked, key, value, field);
  }
}

/** @throws {SelectionError} when there is no such attribute. It names the nearest one. */
export function refuseUnknown(
  method: string,
  resource: Described,
  key: string,
  known: readonly string[] = Object.keys(resource.fields ?? {}),
): never {
  const tags = resource.tags === undefined || method === "protect()"
    ? ""
    : ` To select by a tag with this name, use where({ tags: { ${shownKey(key)}: … } }).`;
  throw new SelectionError(
    `Cannot use ${method} with ${shownKey(key)}: ${article(resource)} does not have this attribute. ` +
      didYouMean(key, known, `It has ${known.join(", ")}.`) + tags,
  );
}

const shownKey = (key: string) => /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);

function checkTags(asked: Asked, tags: Readonly<Record<string, unknown>>): void {
  const all = entries(asked, "tags", tags);
  if (all.length === 0) refuse(asked, "tags is an empty object", LEAVE_OUT);
  for (const [tag, value] of all) checkValue(asked, `the tag ${tag}`, value, "text");
}

const LEAVE_OUT = "Leave it out to not select by it.";

/** @param path The path of the value, for messages. */
function checkValue(asked: Asked, path: string, value: unknown, field: Field | undefined): void {
  if (typeof value === "function") return;
  if (value === undefined || value === null || Number.isNaN(value)) {
    refuse(asked, `the value of ${path} is ${value}`, LEAVE_OUT);
  }
  if (typeof value === "string" && value.trim() === "") {
    refuse(asked, `the value of ${path} is empty`, LEAVE_OUT);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) refuse(asked, `the value of ${path} is an empty list`, LEAVE_OUT);
    for (const [index, one] of value.entries()) checkValue(asked, `${path}[${index}]`, one, field);
    return;
  }
  if (value instanceof RegExp) {
    // The result of new RegExp(""), which usually comes from a variable that was never set.
    if (value.source === "(?:)") {
      refuse(asked, `the pattern of ${path} is empty`, "Use /./ to allow any text.");
    }
    if (field === "tags" || field === "object" || field === "objects") refuseKind(asked, path, value, field);
    return;
  }
  if (typeof value === "object") return checkObject(asked, path, value, field);
  if (typeof value === "symbol" || value === Infinity || value === -Infinity) {
    refuse(asked, `the value of ${path} is ${String(value)}, which is never a ${field ?? "text"}`);
  }
  checkLiteral(asked, path, value, field);
}

function checkObject(asked: Asked, path: string, value: object, field: Field | undefined): void {
  if (!isPlain(value)) refuse(asked, `the value of ${path} is ${shapeOf(value)}`, "Give a text or a test.");
  if (field === "object" || (field === "link" && !Object.hasOwn(value, "id"))) {
    const all = entries(asked, path, value);
    if (all.length === 0) refuse(asked, `the value of ${path} is an empty object`, LEAVE_OUT);
    for (const [key, one] of all) checkValue(asked, `${path}.${key}`, one, undefined);
    return;
  }
  const { id } = value;
  const named = (typeof id === "string" && id.trim() !== "") || Number.isFinite(id);
  const takes = field === undefined || field === "text" || field === "list" || field === "link";
  if (!named || !takes || path.startsWith("the tag ")) {
    refuse(
      asked,
      `the value of ${path} is an object without an id or a name`,
      "Give a text or a test.",
    );
  }
}

/** Refuses a literal that the attribute can never have. */
function checkLiteral(asked: Asked, path: string, value: unknown, field: Field | undefined): void {
  const text = String(value);
  switch (field) {
    case "state": {
      const { states = [] } = asked.resource!;
      if (states.length === 0 || states.includes(text)) return;
      refuse(
        asked,
        `${article(asked.resource!)} has no state ${JSON.stringify(text)}`,
        didYouMean(text, states, `It has ${states.join(", ")}.`),
      );
      break;
    }
    case "number":
      if (typeof value !== "boolean" && String(Number(text)) === text) return;
      break;
    case "flag":
      if (text === "true" || text === "false") return;
      break;
    case "tags":
    case "object":
    case "objects":
      break;
    default:
      return;
  }
  refuseKind(asked, path, value, field);
}

function refuseKind(asked: Asked, path: string, value: unknown, field: Field): never {
  const kinds: Partial<Record<Field, string>> = {
    number: "a number",
    flag: "true or false",
    tags: "an object of tags",
    object: "an object",
    objects: "a list of objects",
  };
  const shown = value instanceof RegExp ? String(value) : JSON.stringify(value);
  const tag = asked.about === "either" && asked.resource?.tags
    ? " If you mean a tag, write tags: { … }."
    : "";
  refuse(asked, `${path} is ${kinds[field]}, never ${shown}`, `Give such a value or a test.${tag}`);
}

/** The entries of an object that have string keys. */
function entries(asked: Asked, path: string, value: Readonly<Record<string, unknown>>): [string, unknown][] {
  const symbol = Object.getOwnPropertySymbols(value)[0];
  if (symbol) refuse(asked, `${path || "it"} has a value under ${String(symbol)}`, "Use texts as names.");
  return Object.entries(value);
}

function refuse({ method }: Asked, why: string, help = ""): never {
  throw new SelectionError(`Cannot use ${method}: ${why}.${help && ` ${help}`}`);
}

function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object") {
    return typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`;
  }
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "Object" ? `a ${name}` : "an object with its own prototype";
}
