/**
 * A plan as data that outlives its process: in a journal, or in a file to be applied later.
 *
 * Records, functions and arguments that may hold secrets are not kept. A step with such an argument is kept only as its
 * label, and the run cannot be resumed from there.
 *
 * @module
 */
import type { AlsoDestroyed } from "../../resource/destroyed_along.ts";
import { bare } from "../consent/also_destroyed.ts";
import { type AnyAction, type AnyResource, article } from "../../resource/describe.ts";
import type { Endpoint } from "../../resource/endpoint.ts";
import { JournalError } from "../../errors.ts";
import { Plan } from "../plan.ts";
import type { PlannedMember } from "../plan_facts.ts";
import { ExpectedRecord, obstacleTo } from "../expected_record.ts";
import { alreadySo } from "../predict.ts";
import { restoreProtections, type SavedProtection, saveProtections } from "./saved_protections.ts";
import type { SelectionConditions } from "../../select/conditions.ts";
import { concealedJson, hasSecrets } from "../../text/secrets.ts";
import { concealedInSession } from "../../process/session_rules.ts";
import { labelOf, type Step } from "../../resource/steps.ts";

/** A step as data; `lost` says why its arguments are missing. */
export type SavedStep =
  | {
    readonly do: "action" | "perform";
    readonly name: string;
    readonly label: string;
    readonly args: unknown[];
  }
  | {
    readonly do: "wait";
    readonly until: boolean;
    readonly targets: string[];
    readonly timeout: number;
    readonly every?: number;
  }
  | { readonly do: "barrier"; readonly ifFailed: "hold" | "continue" }
  | { readonly do: "create"; readonly spec: unknown }
  | {
    readonly do: "lost";
    readonly kind: "action" | "perform" | "create";
    /** The name of the action or step, if it has one. */
    readonly name?: string;
    readonly label: string;
    readonly lost: string;
  };

/** A member as data. */
export interface SavedMember {
  /** Empty if the member does not exist yet. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly mark?: string | number;
  readonly tags?: Readonly<Record<string, unknown>>;
  /** What would be destroyed along with it. */
  readonly others?: readonly AlsoDestroyed[];
}

/** A plan as data. */
export interface SavedPlan {
  readonly endpoint: { readonly handle: string; readonly name: string; readonly key: string };
  readonly kind: string;
  readonly chain: string;
  readonly selection: string;
  /** When the plan was made (ISO time). */
  readonly at: string;
  readonly steps: readonly SavedStep[];
  readonly members: readonly SavedMember[];
  readonly query?: Plan["query"];
  readonly pages: number;
  /** The protections, to be checked against the members' current records when the plan is restored. */
  readonly protect?: readonly SavedProtection[];
  /** The conditions of the selection, written like protections. */
  readonly selected?: SavedProtection;
  /** The name by which a single member was selected. */
  readonly which?: string;
}

/** The endpoint and resource for a saved plan. */
export interface ChainPlace {
  readonly endpoint: Endpoint;
  readonly resource: AnyResource;
  /** The source text of the handle. Default: the one in the saved plan. */
  readonly handle?: string;
}

const SECRET =
  /pass|secret|token|credential|material|^key$|^env$|stdin|metadata|script|user.?data|cloud.?config|cloud.?init/i;

/** Why a value cannot be saved; undefined if it can. */
export function unkept(value: unknown): string | undefined {
  if (value === null || value === undefined || typeof value === "boolean") return undefined;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return `${value} is not JSON`;
    return concealedInSession(String(value)) === String(value) ? undefined : "it is a secret";
  }
  if (typeof value === "string") return concealedInSession(value) === value ? undefined : "it holds a secret";
  if (Array.isArray(value)) {
    // In a list it would become null.
    return value.map((one) =>
      one === undefined ? "a list with undefined in it cannot be written down" : unkept(one)
    )
      .find((why) => why !== undefined);
  }
  if (typeof value !== "object") return `a ${typeof value} cannot be written down`;
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) {
    return `a ${proto.constructor?.name ?? "special object"} cannot be written down`;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    if (SECRET.test(key)) return `its ${key} may hold secrets`;
    const why = unkept(inner);
    if (why !== undefined) return why;
  }
  return undefined;
}

function savedStep(plan: Plan, step: Step): SavedStep {
  const label = concealedInSession(labelOf(step));
  switch (step.kind) {
    case "wait": {
      const { until, targets, timeout, every } = step;
      return { do: "wait", until, targets: [...targets], timeout, ...(every === undefined ? {} : { every }) };
    }
    case "barrier":
      return { do: "barrier", ifFailed: step.ifFailed };
    case "create": {
      const spec = plan.members[0]?.record;
      const lost = unkept(spec);
      return lost === undefined ? { do: "create", spec } : { do: "lost", kind: "create", label, lost };
    }
    default: {
      const { kind, name } = step;
      // A label that is not made from the arguments is meant to hide them.
      const hidden = kind === "action" && step.label !== undefined
        ? "its arguments may hold secrets"
        : undefined;
      const args = [...step.args ?? []];
      while (args.length > 0 && args.at(-1) === undefined) args.pop();
      const lost = hidden ?? (name === undefined ? "it is not a step of the resource" : unkept(args));
      return lost === undefined
        ? { do: kind, name: name!, label: kind === "action" ? actionLabel(name!, args) : label, args }
        : { do: "lost", kind, ...(name === undefined ? {} : { name }), label, lost };
    }
  }
}

const holdsSecret = (value: unknown) => {
  const text = JSON.stringify(value);
  return concealedInSession(text) !== text;
};
const withoutSecrets = <T>(value: T): T => hasSecrets() ? JSON.parse(concealedJson(value)) : value;

/** Whether the saved plans would contain a secret, or leave out something because of one. */
export const plansHoldSecrets = (plans: readonly Plan[]): boolean =>
  plans.some(({ query, members, resource }) =>
    holdsSecret([query ?? {}, members.map(({ name, record }) => [name, resource.tags?.(record) ?? {}])])
  );

const actionLabel = (name: string, args: readonly unknown[]) =>
  concealedInSession(labelOf({ kind: "action", name, args }));

/** A plan as data. */
export function savePlan(plan: Plan): SavedPlan {
  const { endpoint, resource } = plan;
  return {
    endpoint: { handle: plan.handle, name: endpoint.name, key: endpoint.key },
    kind: resource.kind,
    chain: concealedInSession(plan.chain),
    selection: concealedInSession(plan.selection),
    at: new Date(plan.at).toISOString(),
    steps: plan.steps.map((step) => savedStep(plan, step)),
    members: plan.members.map(({ id, name, state, record, others }) => {
      name = concealedInSession(name);
      if (id === "") return { id, name, state };
      const mark = resource.mark?.(record) ?? undefined;
      const tags = resource.tags?.(record) ?? undefined;
      return {
        id,
        name,
        state,
        ...(mark === undefined ? {} : { mark }),
        ...(tags === undefined ? {} : { tags: withoutSecrets(tags) }),
        ...(others?.length ? { others: withoutSecrets(others.map(bare)) } : {}),
      };
    }),
    // With a secret in the query, the list is read without it: that costs more, and shows nothing.
    ...(plan.query === undefined || holdsSecret(plan.query) ? {} : { query: plan.query }),
    pages: plan.pages,
    ...(plan.conditions ? { selected: saveConditions(plan.conditions) } : {}),
    ...(plan.which === undefined || unkept(plan.which) !== undefined ? {} : { which: plan.which }),
    ...(plan.guards.length === 0 ? {} : { protect: saveProtections(plan.guards, unkept) }),
  };
}

/** The steps of a saved plan that cannot be restored, with the reasons. */
export function lostSteps(saved: SavedPlan): string[] {
  return saved.steps.flatMap((step) => step.do === "lost" ? [`${step.label}: ${step.lost}`] : []);
}

/** Stands for a step whose arguments are missing. No member may reach it. */
const goneStep = (label: string): Step => ({
  kind: "perform",
  performance: {
    name: label,
    label,
    perform: () => Promise.reject(new JournalError(`Cannot do ${label}: its arguments were not kept.`)),
  },
});

/**
 * Restores the steps of a saved plan.
 *
 * @throws {JournalError} when the resource does not have a step, the step differs from its label, or its arguments are
 * invalid.
 */
export function restoreSteps(saved: SavedPlan, resource: AnyResource): Step[] {
  return saved.steps.map((step, index): Step => {
    const refuse = (why: string, cause?: unknown): never => {
      throw new JournalError(
        `Cannot use ${titleOf(saved)}: step ${index + 1} ${why}. It was changed by hand, or written ` +
          "by another version of muster. Make it again.",
        { cause },
      );
    };
    switch (step.do) {
      case "wait": {
        const unknown = step.targets.find((target) =>
          !resource.states.includes(target) && !Object.hasOwn(resource.sets ?? {}, target)
        );
        if (unknown !== undefined) {
          refuse(`waits for ${JSON.stringify(unknown)}, which is not a state of ${article(resource)}`);
        }
        const { until, targets, timeout, every } = step;
        return { kind: "wait", until, targets, timeout, every };
      }
      case "barrier":
        return { kind: "barrier", ifFailed: step.ifFailed };
      case "create":
        if (!resource.create) refuse(`creates ${article(resource)}, which cannot be created`);
        for (const { name } of saved.members) {
          attempt(
            () => resource.create!.request(step.spec, name),
            (why, cause) => refuse(`is wrong (${why})`, cause),
          );
        }
        return { kind: "create" };
      case "lost":
        return step.kind === "create" ? { kind: "create" } : goneStep(`${nameOfLost(step, resource)}(…)`);
      case "action": {
        const { name, args } = step;
        if (!Object.hasOwn(resource.actions, name)) {
          refuse(`is a ${name}, which is not an action of ${article(resource)}`);
        }
        attempt(
          () => resource.actions[name]!.check?.(...args as never[]),
          (why, cause) => refuse(`is wrong (${why})`, cause),
        );
        if (args.length > 0 && takesNothing(resource.actions[name]!)) {
          refuse(`gives ${name} arguments that it does not accept: ${actionLabel(name, args)}`);
        }
        const label = resource.actions[name]!.label?.(...args as never[]);
        return { kind: "action", name, args, ...(label === undefined ? {} : { label }) };
      }
      case "perform": {
        const { name, args } = step;
        const maker = resource.steps && Object.hasOwn(resource.steps, name)
          ? resource.steps[name]!
          : undefined;
        if (!maker) refuse(`is a ${name}, which is not a step of ${article(resource)}`);
        const performance = attempt(
          () => maker!(...args as never[]),
          (why, cause) => refuse(`is wrong (${why})`, cause),
        )!;
        if (concealedInSession(performance.label) !== step.label) {
          refuse(`does ${concealedInSession(performance.label)}, but its text is ${step.label}`);
        }
        return { kind: "perform", performance, name, args };
      }
    }
  });
}

/** Whether an action certainly ignores its arguments. */
function takesNothing({ check, prepare, label, done, request }: AnyAction): boolean {
  if (check || prepare || label || (done && done.length > 1) || request.length > 1) return false;
  // A function's `length` does not count parameters with a default, or rest parameters.
  return [done, request].every((one) => !one || !/\.\.\.|=/.test(/^[^)]*/.exec(String(one))![0]));
}

/**
 * Checks that each step has arguments that can be checked.
 *
 * @throws {JournalError} when one does not.
 */
export function checkTaken(
  saved: SavedPlan,
  resource: AnyResource,
  steps: readonly Step[],
  record: object | undefined,
): void {
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "action" || record === undefined) continue;
    attempt(
      () => {
        const at = { record, state: resource.state(record), now: 0 };
        alreadySo(resource.actions[step.name]!, record, step.args);
        obstacleTo(resource, step, new ExpectedRecord(), at);
      },
      (why, cause) => {
        throw new JournalError(
          `Cannot use ${titleOf(saved)}: step ${index + 1} has arguments that it does not accept (${why})`,
          { cause },
        );
      },
    );
  }
}

/** Runs code that may throw because of the file's contents, and reports it. */
function attempt<T>(work: () => T, refuse: (why: string, cause: unknown) => never): T {
  try {
    return work();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error), error);
  }
}

/** The name of a step that was not kept, if the resource knows it. */
function nameOfLost({ name, label }: SavedStep & { do: "lost" }, resource: AnyResource): string {
  const said = name ?? /^[\w$]+(?=\()/.exec(label)?.[0] ?? "";
  return Object.hasOwn(resource.actions, said) || Object.hasOwn(resource.steps ?? {}, said)
    ? said
    : "unknown";
}

/** The most member names in a text; further ones are counted. */
const NAMED = 3;

/** The text of a selection that names its members one by one. */
function selectionText(
  handle: string,
  { kind, plural }: Pick<AnyResource, "kind" | "plural">,
  members: readonly { readonly name: string; readonly id: string }[],
): string {
  const names = members.slice(0, NAMED).map(({ name, id }) => JSON.stringify(name || id));
  if (members.length === 1) return `${handle}.${kind}(${names[0]})`;
  const more = members.length > NAMED ? `, … ${members.length} in all` : "";
  return `${handle}.${plural ?? `${kind}s`}(${names.join(", ")}${more})`;
}

/** A title for a saved plan. It is made from what the plan would do, not from texts in the file. */
export function titleOf({ endpoint, kind, steps, members }: SavedPlan): string {
  const texts = steps.map((step) => {
    switch (step.do) {
      case "wait":
        return labelOf({ ...step, kind: "wait", every: step.every });
      case "barrier":
        return labelOf({ kind: "barrier", ifFailed: step.ifFailed });
      case "create":
        return "create()";
      case "action":
        return actionLabel(step.name, step.args);
      case "perform":
        return `${step.name}(…)`;
      case "lost":
        return `${step.name ?? step.kind}(…)`;
    }
  });
  return `${selectionText(endpoint.handle, { kind }, members)}${texts.map((text) => `.${text}`).join("")}`;
}

/** Makes a plan with a saved plan's steps for these members. */
export function restorePlan(
  saved: SavedPlan,
  { endpoint, resource, handle = saved.endpoint.handle }: ChainPlace,
  steps: readonly Step[],
  members: readonly PlannedMember[],
): Plan {
  // The text for a person is made from what will be done, not from texts in the file.
  const selection = selectionText(handle, resource, members);
  return new Plan({
    endpoint,
    resource,
    handle,
    chain: `${selection}${steps.map((step) => `.${labelOf(step)}`).join("")}`,
    selection,
    steps,
    members,
    protected: [],
    rails: {},
    // The members are named one by one.
    unbounded: false,
    rate: endpoint.rate(resource.get("x")),
    at: endpoint.clock.now(),
    query: saved.query,
    pages: saved.pages,
    guards: restoreProtections(saved.protect),
    conditions: restoreConditions(saved),
    which: saved.which,
  });
}

/** Conditions as data. If they contain a function they are lost. */
function saveConditions({ tags, where }: SelectionConditions): SavedProtection {
  return saveProtections([{ given: { tags, where }, resolved: {} }], unkept)[0]!;
}

/** The saved conditions; undefined if there are none. */
export function restoreConditions({ selected }: SavedPlan): SelectionConditions | undefined {
  return selected && (restoreProtections([selected])[0]?.given as unknown as SelectionConditions | undefined);
}

/** Checks that the endpoint is the one for which the plan was made. */
export function checkPlace(saved: SavedPlan, place: ChainPlace): void {
  if (place.endpoint.key !== saved.endpoint.key) {
    throw new JournalError(
      `Cannot use ${titleOf(saved)}: ${place.handle ?? saved.endpoint.handle} leads to another server or ` +
        `account than before: ${place.endpoint.key}, not ${saved.endpoint.key}`,
    );
  }
  if (place.resource.kind !== saved.kind) {
    throw new JournalError(
      `Cannot use ${titleOf(saved)}: it is about a ${saved.kind}, not a ${place.resource.kind}`,
    );
  }
}
