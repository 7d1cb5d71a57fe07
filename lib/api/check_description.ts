/**
 * Checks a description for mistakes that types cannot find. It reports every mistake at once, each in a sentence.
 *
 * @module
 */
import { MusterError } from "../engine/errors.ts";
import { reachable } from "../engine/resource/graph.ts";
import { didYouMean } from "../engine/select/did_you_mean.ts";

/** An action, as far as it is checked. */
interface CheckedAction {
  readonly from: readonly string[];
  readonly notFrom?: readonly string[] | undefined;
  readonly foundIn?: readonly string[] | undefined;
  readonly enters?: string | undefined;
  readonly inFlight?: string | undefined;
  readonly via?: readonly string[] | undefined;
  readonly inverse?: string | undefined;
  readonly always?: boolean | undefined;
  readonly leavesMark?: boolean | undefined;
  readonly changes?: unknown;
  readonly request?: unknown;
}

/** The parts of a description that are checked against one another. */
export interface Checked {
  readonly kind: string;
  readonly path?: string | undefined;
  readonly states: readonly string[];
  readonly drift: { readonly [state: string]: readonly string[] | undefined };
  readonly opaque?: readonly string[] | undefined;
  readonly failures?: readonly string[] | undefined;
  readonly gone: { readonly state: string; readonly statuses: readonly number[] } | undefined;
  readonly actions: Readonly<Record<string, CheckedAction>>;
  readonly fields?: Readonly<Record<string, string>> | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly filters?: readonly string[] | undefined;
  readonly mark?: unknown;
  readonly audit?: { readonly of: readonly string[] } | undefined;
  readonly create?: { readonly enters: string } | undefined;
  readonly steps?: Readonly<Record<string, unknown>> | undefined;
  readonly reads?: Readonly<Record<string, unknown>> | undefined;
  readonly sets?:
    | Readonly<
      Record<string, { readonly states: readonly string[]; readonly fails?: readonly string[] | undefined }>
    >
    | undefined;
}

/** Names that every chain has. An action, a step or a read cannot have one of these. */
export const TAKEN: ReadonlySet<string> = new Set(
  ("where protect max expect all waitUntil waitWhile barrier plan run count then catch finally toString constructor " +
    "step with ask isOne valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString __proto__ " +
    "__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__").split(" "),
);

/**
 * Checks that a description does not contradict itself.
 *
 * @param strange Sentences about other mistakes.
 * @throws {MusterError} with a sentence for each mistake.
 */
export function checkDescription(definition: Checked, strange: readonly string[] = []): void {
  const wrong: string[] = [...strange];
  mistakesOf(wrong, definition);
  if (wrong.length === 0) return;
  const kind = typeof definition.kind === "string" && definition.kind !== "" ? definition.kind : "a resource";
  const [only] = wrong;
  if (wrong.length === 1) throw new MusterError(`Cannot describe ${kind}: ${only}`);
  throw new MusterError(`Cannot describe ${kind}: ${wrong.length} things in it cannot be right.`, {
    lines: wrong.map((one) => `- ${one}`),
  });
}

function mistakesOf(wrong: string[], definition: Checked): void {
  const { kind, states } = definition;
  if (typeof kind !== "string" || kind.trim() === "") {
    wrong.push(`its kind is not a word such as "machine".`);
  }
  pathMistakes(wrong, definition.path);
  if (!Array.isArray(states) || states.length === 0) return void wrong.push("it has no states.");
  for (const state of states) {
    if (typeof state !== "string" || state === "") {
      wrong.push(`one of its states is not a text: ${String(state)}.`);
    }
  }
  const twice = states.find((one, index) => states.indexOf(one) !== index);
  if (twice !== undefined) wrong.push(`the state ${twice} is listed twice.`);
  stateMistakes(wrong, definition);
  for (const [name, action] of Object.entries(definition.actions)) {
    actionMistakes(wrong, definition, name, action);
  }
  setMistakes(wrong, definition);
  fieldMistakes(wrong, definition);
  nameMistakes(wrong, definition);
  lonelyStates(wrong, definition);
}

function pathMistakes(wrong: string[], path: string | undefined): void {
  if (path === undefined) return;
  if (typeof path !== "string" || !/^(\/[A-Za-z0-9\-._~!$&'()*+,;=:@%]+)+$/.test(path)) {
    wrong.push(
      `its path is not one such as "/jobs": ${
        JSON.stringify(path)
      }. It begins with /, does not end with it, ` +
        "and has no query.",
    );
  }
}

/** Unknown states that part of a description names. */
function unknown(wrong: string[], states: readonly string[], where: string, named: readonly unknown[]): void {
  for (const state of named) {
    if (typeof state === "string" && states.includes(state)) continue;
    wrong.push(
      `${where} names the state ${String(state)}, which it does not have. ` +
        didYouMean(String(state), states, `It has ${states.join(", ")}.`),
    );
  }
}

function stateMistakes(wrong: string[], definition: Checked): void {
  const { states, drift, opaque = [], failures = [], gone, create } = definition;
  for (const [from, ways] of Object.entries(drift)) {
    unknown(wrong, states, "drift", [from]);
    unknown(wrong, states, `drift from ${from}`, ways ?? []);
  }
  unknown(wrong, states, "opaque", opaque);
  unknown(wrong, states, "failures", failures);
  if (create) unknown(wrong, states, "create", [create.enters]);
  if (gone === undefined) {
    return void wrong.push(
      "none of its states is called gone or deleted. Name the state of a member that is there no more with " +
        "gone: { state, statuses }.",
    );
  }
  unknown(wrong, states, "gone", [gone.state]);
  if ((drift[gone.state] ?? []).length > 0) {
    wrong.push(
      `drift leads from ${gone.state} to ${drift[gone.state]}, but what is gone does not come back.`,
    );
  }
  if (opaque.includes(gone.state)) {
    wrong.push(`${gone.state} is opaque, but a member that is gone hides nothing.`);
  }
  const odd = gone.statuses.filter((status) => !(Number.isInteger(status) && status >= 400 && status < 500));
  if (gone.statuses.length === 0 || odd.length > 0) {
    wrong.push(`gone.statuses has to hold statuses such as 404: ${JSON.stringify(gone.statuses)}.`);
  }
}

function actionMistakes(wrong: string[], definition: Checked, name: string, action: CheckedAction): void {
  const { states, drift, gone, actions, mark, path } = definition;
  const { from, notFrom, foundIn = [], via = [], enters, inverse } = action;
  if (!Array.isArray(from) || from.length === 0) {
    return void wrong.push(
      `the action ${name} is taken in no state. Name its states with from, or the others with notFrom.`,
    );
  }
  unknown(wrong, states, notFrom ? `notFrom of ${name}` : `from of ${name}`, notFrom ?? from);
  unknown(wrong, states, `foundIn of ${name}`, foundIn);
  unknown(wrong, states, `via of ${name}`, via);
  if (enters !== undefined) unknown(wrong, states, `enters of ${name}`, [enters]);
  const { inFlight } = action;
  if (inFlight !== undefined && (typeof inFlight !== "string" || states.includes(inFlight))) {
    wrong.push(
      `${name} is in flight as ${inFlight}, which has to be a name of its own and not a state of the API.`,
    );
  }
  if (inFlight !== undefined && enters === undefined) {
    wrong.push(`${name} is in flight as ${inFlight}, but does not say with enters where it leads.`);
  }
  if (notFrom && gone && !notFrom.includes(gone.state)) {
    wrong.push(
      `notFrom of ${name} has to name ${gone.state}, because nothing can be done to a member that is gone.`,
    );
  } else if (gone && [...from, ...foundIn].includes(gone.state)) {
    wrong.push(`${name} is taken in ${gone.state}, but nothing can be done to a member that is gone.`);
  }
  if (enters !== undefined && !action.always && from.every((state) => state === enters)) {
    wrong.push(
      `${name} leads from ${enters} to ${enters}, so it would always be skipped. Say always: true where it is done ` +
        "all the same, as a reboot is.",
    );
  }
  if (action.leavesMark && mark === undefined) {
    wrong.push(`${name} is seen by the mark it leaves, but the description has no mark.`);
  }
  if (typeof action.request !== "function") {
    wrong.push(
      path === undefined && action.request === undefined
        ? `${name} has no request. Say what it sends, or give the resource a path that it follows from.`
        : `the request of ${name} is not a function.`,
    );
  }
  if (inverse === undefined) return;
  const back = Object.hasOwn(actions, inverse) ? actions[inverse] : undefined;
  if (back === undefined) {
    const meant = didYouMean(inverse, Object.keys(actions));
    wrong.push(`${name} is undone by ${inverse}, which is not an action of it. ${meant}`.trim());
  } else if (inverse === name) wrong.push(`${name} is undone by itself.`);
  else if (enters !== undefined) {
    const then = reachable(drift, enters);
    if (![...back.from, ...back.foundIn ?? []].some((state) => then.has(state))) {
      wrong.push(
        `${name} is undone by ${inverse}, which is not taken in ${
          [...then].join(" or ")
        }, where ${name} leads.`,
      );
    }
  }
}

function setMistakes(wrong: string[], { states, sets = {} }: Checked): void {
  for (const [name, set] of Object.entries(sets)) {
    if (states.includes(name)) {
      wrong.push(`the set ${name} has the name of a state, and nobody could tell which is waited for.`);
    }
    if (set.states.length === 0) wrong.push(`the set ${name} has no states.`);
    unknown(wrong, states, `the set ${name}`, [...set.states, ...set.fails ?? []]);
    const both = set.fails?.find((state) => set.states.includes(state));
    if (both !== undefined) wrong.push(`the set ${name} both wants and fails at ${both}.`);
  }
}

function fieldMistakes(wrong: string[], definition: Checked): void {
  const { fields, columns = [], filters = [], actions, audit } = definition;
  for (const name of audit?.of ?? []) {
    if (!Object.hasOwn(actions, name)) {
      wrong.push(`its audit tells of ${name}, which is not an action of it.`);
    }
  }
  if (fields === undefined) return;
  const known = Object.keys(fields);
  const check = (what: string, names: readonly string[]): void => {
    for (const name of names) {
      if (Object.hasOwn(fields, name.split(".")[0]!)) continue;
      wrong.push(
        `${what} ${name} is not among its fields. ` +
          didYouMean(name, known, `They are ${known.join(", ")}.`),
      );
    }
  };
  check("the filter", filters);
  check("the column", columns);
  for (const [name, { changes }] of Object.entries(actions)) {
    if (Array.isArray(changes)) check(`the field that ${name} changes,`, changes);
  }
}

function nameMistakes(wrong: string[], { actions, steps = {}, reads = {} }: Checked): void {
  for (const name of new Set([actions, steps, reads].flatMap((one) => Object.keys(one)))) {
    if (TAKEN.has(name)) wrong.push(`nothing can be called ${name}: every chain has a method of that name.`);
    if (Object.hasOwn(actions, name) && Object.hasOwn(steps, name)) {
      wrong.push(`${name} is both an action and a step.`);
    }
  }
}

/** States that nothing leads to and nothing leaves: usually misspelt, or forgotten in `drift`. */
function lonelyStates(
  wrong: string[],
  { states, drift, opaque = [], gone, actions, sets = {}, create }: Checked,
): void {
  // If a resource has no actions and no drift, nobody waits for its states.
  if (Object.keys(actions).length === 0 && Object.keys(drift).length === 0) return;
  const reached = new Set<string | undefined>([
    ...Object.keys(drift),
    ...opaque,
    gone?.state,
    create?.enters,
  ]);
  const add = (some: readonly string[] | undefined) => some?.forEach((state) => reached.add(state));
  for (const ways of Object.values(drift)) add(ways);
  for (const { from, notFrom, foundIn, via, enters } of Object.values(actions)) {
    // `notFrom` stands for all other states, so it does not prove that any of them is meant.
    if (!notFrom) add(from);
    add(foundIn);
    add(via);
    reached.add(enters);
  }
  for (const set of Object.values(sets)) {
    add(set.states);
    add(set.fails);
  }
  for (const state of states) {
    if (!reached.has(state)) {
      wrong.push(
        `nothing leads to the state ${state}, and nothing leaves it. Say where it comes from in drift, or leave it out.`,
      );
    }
  }
}
