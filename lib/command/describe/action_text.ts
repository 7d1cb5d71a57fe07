/**
 * Writes actions as text. A guess is marked, and prevents the action from being sent until a person has decided.
 *
 * @module
 */
import { decide, indented } from "./api_text.ts";
import type { NamedAction } from "./find_actions.ts";
import { guessEffect, type States } from "./guess_states.ts";
import type { Schemas, SchemaShape } from "./schema.ts";
import { interfaceLines } from "./type_text.ts";
import { literal, property, sentence } from "./words.ts";

/** What writing an action needs. */
export interface Writing {
  readonly schemas: Schemas;
  readonly record: SchemaShape;
  /** The record's type. */
  readonly type: string;
  /** The name of one record in functions. */
  readonly one: string;
  readonly kind: string;
  readonly states: States;
  /** Whether the record has a state. */
  readonly hasState: boolean;
  /** Returns a type name that is not used yet. */
  typeName(wanted: string): string;
}

/** An action as text, and the type of its argument. */
export interface ActionText {
  readonly lines: readonly string[];
  readonly types: readonly string[];
  /** The states that it names. */
  readonly named: readonly string[];
}

/** Writes one action. */
export function actionText(action: NamedAction, writing: Writing): ActionText {
  const { states, hasState } = writing;
  const { called, operation, sets } = action;
  const effect = guessEffect(called, states);
  const stays = [...states.resting, ...states.failures];
  const from = effect.from ?? (stays.length > 0 ? stays : states.all.filter((one) => one !== states.gone));
  const enters = hasState ? effect.enters : called === "delete" ? states.gone : undefined;
  const argument = argumentOf(action, writing);
  const settled = sets && argument !== undefined && fits(argument.shape, writing.record);
  const about = sentence(operation.summary);
  const lines = [
    `// ${operation.method} ${sentence(operation.path, 200, true)}${about === "" ? "" : `: ${about}`}`,
    ...decide(questions(action, { ...effect, enters }, settled, hasState)),
    `${property(called)}: {`,
    ...indented([
      `from: [${from.map(literal).join(", ")}],`,
      ...enters === undefined ? [] : [`enters: ${literal(enters)},`],
      ...effect.always && enters !== undefined ? ["always: true,"] : [],
      ...effect.destructive ? ["destructive: true,"] : [],
      ...settled ? settingLines(writing, argument) : [],
      "obstacle: undecided,",
      ...requestLines(action, argument),
    ]),
    "},",
  ];
  return {
    lines,
    types: argument?.lines ?? [],
    named: [...from, ...enters === undefined ? [] : [enters]],
  };
}

function questions(
  { called }: NamedAction,
  { enters, always, destructive }: { enters: string | undefined; always: boolean; destructive: boolean },
  settled: boolean,
  hasState: boolean,
): string {
  const asked = [
    ...hasState ? ["from"] : [],
    enters !== undefined ? "enters" : settled ? "done" : "how it shows",
    ...always ? ["always"] : [],
    ...destructive && called !== "delete" ? ["destructive"] : [],
  ];
  return `${asked.join(", ")}. Then take out undecided.`;
}

/** The argument of an action, besides the member. */
interface Argument {
  readonly name: string;
  readonly type: string;
  readonly lines: readonly string[];
  readonly shape: SchemaShape;
  readonly optional: boolean;
  /** The key in the body that holds it: `{ server: {…} }`. */
  readonly under: string | undefined;
}

function argumentOf({ called, takes, sets }: NamedAction, writing: Writing): Argument | undefined {
  if (takes === undefined) return undefined;
  const { schemas, kind, type } = writing;
  const { shape, under } = unwrapped(schemas, takes, kind);
  const name = sets ? "changes" : "options";
  const optional = [...shape.properties.values()].every(({ required }) => !required);
  if (shape.properties.size === 0) {
    return { name, type: "Record<string, unknown>", lines: [], shape, optional: !sets, under };
  }
  const typed = writing.typeName(`${type}${called[0]!.toUpperCase()}${called.slice(1)}`);
  const lines = [
    `/** What ${called} takes. */`,
    ...interfaceLines(schemas, typed, shape),
    "",
  ];
  return { name, type: typed, lines, shape, optional: optional && !sets, under };
}

/** If a body's only part is an object with the kind's name, returns that object. */
export function unwrapped(
  schemas: Schemas,
  shape: SchemaShape,
  kind: string,
): { shape: SchemaShape; under: string | undefined } {
  const key =
    [...shape.properties.keys()].find((name) =>
      name.toLowerCase() === kind.replaceAll("-", "").toLowerCase()
    ) ??
      [...shape.properties.keys()].find((name) => name.toLowerCase() === kind.replaceAll("-", "_"));
  const inner = key === undefined ? undefined : schemas.shape(shape.properties.get(key)!.schema);
  return inner && inner.properties.size > 0 ? { shape: inner, under: key } : { shape, under: undefined };
}

/** Whether everything that is set is a field of the record. */
function fits(shape: SchemaShape, record: SchemaShape): boolean {
  return shape.properties.size > 0 &&
    [...shape.properties.keys()].every((name) => record.properties.has(name));
}

function settingLines({ one, type }: Writing, { name, type: argument }: Argument): string[] {
  return [
    `changes: (${name}: ${argument}) => Object.keys(${name}),`,
    `done: (${one}, ${name}: ${argument}) =>`,
    `  Object.entries(${name}).every(([key, value]) =>`,
    `    JSON.stringify(${one}[key as keyof ${type}]) === JSON.stringify(value)`,
    "  ),",
  ];
}

function requestLines(
  { name, operation, rest, query, named }: NamedAction,
  argument: Argument | undefined,
): string[] {
  const said = argument === undefined
    ? ""
    : `, ${argument.name}: ${argument.type}${argument.optional ? " = {}" : ""}`;
  const sent = argument === undefined
    ? undefined
    : argument.under === undefined
    ? argument.name
    : `{ ${property(argument.under)}: ${argument.name} }`;
  const body = named?.as === "key"
    ? `{ ${property(name)}: ${sent ?? "null"} }`
    : named?.as === "value"
    ? `{ ${sent === undefined ? "" : `...${sent}, `}${property(named.key)}: ${literal(name)} }`
    : sent;
  const parts = [
    `method: ${literal(operation.method)},`,
    `path: at(id${rest === "" ? "" : `, ${literal(rest)}`}),`,
    ...query
      ? [
        `query: { ${
          Object.entries(query).map(([key, value]) => `${property(key)}: ${literal(value)}`).join(", ")
        } },`,
      ]
      : [],
    ...body === undefined ? [] : [`body: ${body},`],
  ];
  return [`request: ({ id }${said}) => ({`, ...indented(parts), "}),"];
}
