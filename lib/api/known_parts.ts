/**
 * The names that a description and its parts may have. A misspelt one, such as `destuctive: true`, would be silently
 * ignored. Types do not find it, because they are inferred from the description.
 *
 * @module
 */
import type { Action, Creation, Definition, Gone, StateSet } from "../engine/resource/describe.ts";
import { didYouMean } from "../engine/select/did_you_mean.ts";
import type { VersionOptions } from "./negotiate_version.ts";
import type { ApiOptions } from "./options.ts";

type Names<T> = Readonly<Record<keyof T, true>>;

type Whole = Definition<
  string,
  object,
  readonly string[],
  Record<string, never>,
  Record<string, never>,
  Record<string, never>,
  Record<string, never>,
  string,
  Record<string, never>
>;

const DESCRIPTION: Names<Whole & { path: string; pushed: unknown }> = {
  kind: true,
  plural: true,
  path: true,
  states: true,
  drift: true,
  opaque: true,
  failures: true,
  fields: true,
  columns: true,
  state: true,
  id: true,
  name: true,
  names: true,
  prefer: true,
  tags: true,
  mark: true,
  markTime: true,
  fault: true,
  gone: true,
  complete: true,
  list: true,
  audit: true,
  get: true,
  read: true,
  isId: true,
  isShortId: true,
  actions: true,
  sets: true,
  steps: true,
  reads: true,
  conditions: true,
  create: true,
  timeout: true,
  pushed: true,
};

const ACTION: Names<Action<object>> = {
  from: true,
  notFrom: true,
  foundIn: true,
  enters: true,
  inFlight: true,
  via: true,
  destructive: true,
  always: true,
  inverse: true,
  part: true,
  request: true,
  label: true,
  check: true,
  prepare: true,
  obstacle: true,
  sideEffect: true,
  changes: true,
  makes: true,
  alsoDestroys: true,
  done: true,
  happened: true,
  leavesMark: true,
  repeatable: true,
};

const CREATION: Names<Creation<object, object>> = {
  enters: true,
  request: true,
  idIn: true,
  prepare: true,
  find: true,
  fits: true,
  madeAt: true,
  unique: true,
};

const SET: Names<StateSet<object>> = { states: true, holds: true, fails: true, stuck: true };
const GONE: Names<Gone> = { state: true, statuses: true, codes: true, shown: true };

const OPTIONS: Names<ApiOptions> = {
  url: true,
  account: true,
  headers: true,
  version: true,
  authorize: true,
  explain: true,
  ownError: true,
  expected: true,
  idempotencyKey: true,
  requestIdHeader: true,
  concurrency: true,
  rate: true,
  hint: true,
  group: true,
  timeout: true,
  retries: true,
  parse: true,
  caCerts: true,
  insecure: true,
  debug: true,
  fetch: true,
  clock: true,
  signal: true,
};

/** The unknown names in a part of a description, as sentences. */
function strange(where: string, part: unknown, names: Readonly<Record<string, true>>): string[] {
  if (typeof part !== "object" || part === null) return [`${where} is not an object.`];
  return Object.keys(part).filter((name) => !Object.hasOwn(names, name)).map((name) => {
    return `${where} has ${name}, which says nothing. ${didYouMean(name, Object.keys(names))}`.trim();
  });
}

/** The unknown names in a description, as sentences. */
export function strangeParts(description: {
  readonly actions?: object;
  readonly sets?: object | undefined;
  readonly create?: object | undefined;
  readonly gone?: object | undefined;
}): string[] {
  const { actions = {}, sets = {}, create, gone } = description;
  return [
    ...strange("it", description, DESCRIPTION),
    ...Object.entries(actions).flatMap(([name, action]) => strange(`the action ${name}`, action, ACTION)),
    ...Object.entries(sets).flatMap(([name, set]) => strange(`the set ${name}`, set, SET)),
    ...create === undefined ? [] : strange("create", create, CREATION),
    ...gone === undefined ? [] : strange("gone", gone, GONE),
  ];
}

const VERSION: Names<VersionOptions> = { header: true, min: true, max: true, value: true, discover: true };

/** What the version of an API's options says that says nothing. */
export const strangeVersion = (version: object): string[] => strange("its version", version, VERSION);

/** The unknown options of an API, as sentences. */
export const strangeOptions = (options: object): string[] => strange("it", options, OPTIONS);
