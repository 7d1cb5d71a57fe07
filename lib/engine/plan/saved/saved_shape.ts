/**
 * The required shape of a saved plan: each field, and how the fields must agree with each other.
 *
 * From here on a person decides by what the plan shows. So nothing in it may show one thing and do another.
 *
 * @module
 */
import { alsoDestroyedShape } from "../consent/consent_line.ts";
import type { SavedPlan, SavedStep } from "./saved_plan.ts";
import { restoreProtections, type SavedProtection } from "./saved_protections.ts";
import { concealedInSession } from "../../process/session_rules.ts";
import {
  either,
  fields,
  isoTime,
  json,
  list,
  mapOf,
  numeric,
  oneOf,
  positiveTime,
  type Shape,
  someText,
  tagged,
  text,
  whole,
} from "../json_shape.ts";
import { labelOf } from "../../resource/steps.ts";

const name = text(/^[A-Za-z_$][\w$]*$/);
const step = tagged("do", {
  action: fields({ do: someText, name, label: someText, args: list(json) }),
  perform: fields({ do: someText, name, label: someText, args: list(json) }),
  wait: fields({
    do: someText,
    until: oneOf(true, false),
    targets: list(someText, 1),
    timeout: positiveTime,
    "every?": positiveTime,
  }),
  barrier: fields({ do: someText, ifFailed: oneOf("hold", "continue") }),
  create: fields({ do: someText, spec: mapOf(json) }),
  lost: fields({
    do: someText,
    kind: oneOf("action", "perform", "create"),
    "name?": name,
    label: someText,
    lost: someText,
  }),
});
const mark = either(text(), numeric(-Infinity));
const protection: Shape = (value, at) => {
  const why = either(fields({ given: mapOf(json), resolved: mapOf(json) }), fields({ lost: someText }))(
    value,
    at,
  );
  if (why !== undefined) return why;
  try {
    restoreProtections([value as SavedProtection]);
    return undefined;
  } catch {
    return `${at} is not a protection`;
  }
};
const member = fields({
  id: text(),
  name: text(),
  state: someText,
  "mark?": mark,
  "tags?": mapOf(json),
  "others?": alsoDestroyedShape,
});
const conditions = fields({ tags: fields({ of: mapOf(json) }), where: list(fields({ of: mapOf(json) })) });
const selected: Shape = (value, at) =>
  protection(value, at) ??
    ("given" in (value as object)
      ? conditions((value as { given: unknown }).given, `${at}.given`)
      : undefined);
const plan = fields({
  endpoint: fields({ handle: someText, name: someText, key: someText }),
  kind: text(/^[A-Za-z][\w-]*$/),
  chain: someText,
  selection: someText,
  at: isoTime,
  steps: list(step),
  members: list(member),
  "query?": mapOf(either(text(), numeric(-Infinity), oneOf(true, false), list(text()))),
  pages: whole,
  "protect?": list(protection),
  "selected?": selected,
  "which?": someText,
});

/** The plans of one run. */
export const plansShape: Shape = (value, at) =>
  list(
    (one, where) =>
      plan(one, where) ?? stepsDisagree(one as SavedPlan, where) ?? membersDisagree(one as SavedPlan, where),
    1,
  )(
    value,
    at,
  );

/** Whether a plan occurs twice. A run may do so, but nobody consents to one thing twice. */
export function doubled(plans: readonly SavedPlan[], at: string): string | undefined {
  const known = new Set<string>();
  for (const [index, one] of plans.entries()) {
    const same = JSON.stringify([
      one.endpoint.key,
      one.kind,
      one.steps,
      one.members.map(({ id, name }) => id || name).sort(),
    ]);
    if (known.has(same)) return `${at}[${index}] appears twice`;
    known.add(same);
  }
  return undefined;
}

function stepsDisagree({ endpoint, chain, selection, steps }: SavedPlan, at: string): string | undefined {
  for (const [index, step] of steps.entries()) {
    const why = stepDisagrees(step, index);
    if (why !== undefined) return `${at}.steps[${index}] ${why}`;
  }
  if (!selection.startsWith(`${endpoint.handle}.`)) return `${at}.selection is not one of ${endpoint.handle}`;
  if (!chain.startsWith(`${endpoint.handle}.`)) return `${at}.chain is not one of ${endpoint.handle}`;
  // The chain's text ends with its steps, in order. Their arguments may differ: a name instead of an id.
  let from = chain.startsWith(selection) ? selection.length : endpoint.handle.length;
  for (const step of steps) {
    const method = methodOf(step);
    if (method === undefined) continue;
    const found = chain.indexOf(`.${method}`, from);
    if (found < 0) {
      return `${at}.chain does not have the plan's steps: ${method} is missing`;
    }
    from = found + method.length;
  }
  return undefined;
}

/** How a step begins in the chain's text. */
function methodOf(step: SavedStep): string | undefined {
  switch (step.do) {
    case "create":
      return undefined;
    case "wait":
      return step.until ? "waitUntil(" : "waitWhile(";
    case "barrier":
      return "barrier(";
    default:
      if (step.do === "lost" && step.kind === "create") return undefined;
      // Each resource decides how a step reads, but usually it begins with the method.
      return /^[\w$]+\(/.exec(step.label)?.[0] ?? step.label;
  }
}

function stepDisagrees(step: SavedStep, index: number): string | undefined {
  if (step.do === "create" || step.do === "lost" && step.kind === "create") {
    return index === 0 ? undefined : "creates members that exist already";
  }
  if (step.do !== "action") return undefined;
  const text = concealedInSession(labelOf({ kind: "action", name: step.name, args: step.args }));
  return text === step.label ? undefined : `does ${text}, but its text is ${step.label}`;
}

function membersDisagree({ steps, members }: SavedPlan, at: string): string | undefined {
  const makes = steps[0]?.do === "create" || steps[0]?.do === "lost" && steps[0].kind === "create";
  const known = new Set<string>();
  for (const [index, { id, name }] of members.entries()) {
    const where = `${at}.members[${index}]`;
    if (!makes && id === "") return `${where} has no id`;
    if (makes && id !== "") return `${where} is to be created, but has an id already`;
    if (makes && name === "") return `${where} has no name`;
    const which = id || name;
    if (known.has(which)) return `${where} appears twice: ${which}`;
    known.add(which);
  }
  return undefined;
}
