/**
 * A plan as data that survives its process: in a journal, or in a file to be applied later.
 *
 * Records are not kept. Neither are arguments that may hold secrets, nor functions: a step with such is kept by its
 * label only, and cannot be taken up from there.
 *
 * @module
 */
import type { AnyResource } from "./describe.ts";
import type { Endpoint } from "./endpoint.ts";
import { JournalError } from "./errors.ts";
import { Plan, type PlannedMember } from "./plan.ts";
import { concealed } from "./session.ts";
import { labelOf, type Step } from "./steps.ts";

/** A step as data; `lost` says why its arguments are not there. */
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
    readonly label: string;
    readonly lost: string;
  };

/** A member as data. */
export interface SavedMember {
  /** Empty while it is yet to be made. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly mark?: string | number;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** A plan as data. */
export interface SavedPlan {
  readonly endpoint: { readonly handle: string; readonly name: string; readonly key: string };
  readonly kind: string;
  readonly chain: string;
  readonly selection: string;
  /** ISO time. */
  readonly at: string;
  readonly steps: readonly SavedStep[];
  readonly members: readonly SavedMember[];
  readonly query?: Plan["query"];
  readonly pages: number;
}

/** Where a saved plan's chain runs, found again. */
export interface Place {
  readonly endpoint: Endpoint;
  readonly resource: AnyResource;
}

const SECRET =
  /pass|secret|token|credential|material|^key$|^env$|stdin|metadata|script|user.?data|cloud.?config|cloud.?init/i;

/** Why a value cannot be kept; undefined where it can. */
export function unkept(value: unknown): string | undefined {
  if (value === null || value === undefined || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value} is no JSON`;
  if (typeof value === "string") return concealed(value) === value ? undefined : "it holds a secret";
  if (Array.isArray(value)) return value.map(unkept).find((why) => why !== undefined);
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
  const label = concealed(labelOf(step));
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
      // A label that is not made of the arguments is there to hide them.
      const hidden = kind === "action" && step.label !== undefined
        ? "its arguments may hold secrets"
        : undefined;
      const lost = hidden ?? (name === undefined ? "it is no step of the resource" : unkept(step.args));
      return lost === undefined
        ? { do: kind, name: name!, label, args: [...step.args ?? []] }
        : { do: "lost", kind, label, lost };
    }
  }
}

/** A plan as data. */
export function savePlan(plan: Plan): SavedPlan {
  const { endpoint, resource } = plan;
  return {
    endpoint: { handle: plan.handle, name: endpoint.name, key: endpoint.key },
    kind: resource.kind,
    chain: concealed(plan.chain),
    selection: concealed(plan.selection),
    at: new Date(plan.at).toISOString(),
    steps: plan.steps.map((step) => savedStep(plan, step)),
    members: plan.members.map(({ id, name, state, record }) => {
      if (id === "") return { id, name, state };
      const mark = resource.mark?.(record);
      const tags = resource.tags?.(record);
      return {
        id,
        name,
        state,
        ...(mark === undefined ? {} : { mark }),
        ...(tags === undefined ? {} : { tags }),
      };
    }),
    ...(plan.query === undefined ? {} : { query: plan.query }),
    pages: plan.pages,
  };
}

/** The steps of a saved plan that cannot be taken up, with the reasons. */
export function lostSteps(saved: SavedPlan): string[] {
  return saved.steps.flatMap((step) => step.do === "lost" ? [`${step.label}: ${step.lost}`] : []);
}

/** What stands for a step whose arguments are not there; nobody may come to it. */
const goneStep = (label: string): Step => ({
  kind: "perform",
  performance: {
    name: label,
    label,
    perform: () => Promise.reject(new JournalError(`Cannot do ${label} as its arguments were not kept`)),
  },
});

/** The steps of a saved plan, to be done again. */
export function restoreSteps(saved: SavedPlan, resource: AnyResource): Step[] {
  return saved.steps.map((step): Step => {
    switch (step.do) {
      case "wait":
        return {
          kind: "wait",
          until: step.until,
          targets: step.targets,
          timeout: step.timeout,
          every: step.every,
        };
      case "barrier":
        return { kind: "barrier", ifFailed: step.ifFailed };
      case "create":
        return { kind: "create" };
      case "lost":
        return step.kind === "create" ? { kind: "create" } : goneStep(step.label);
      case "action":
        if (!Object.hasOwn(resource.actions, step.name)) throw unknownStep(saved, step.name);
        return { kind: "action", name: step.name, args: step.args };
      case "perform": {
        const maker = resource.steps?.[step.name];
        if (!maker) throw unknownStep(saved, step.name);
        return {
          kind: "perform",
          performance: maker(...step.args as never[]),
          name: step.name,
          args: step.args,
        };
      }
    }
  });
}

function unknownStep(saved: SavedPlan, name: string): JournalError {
  return new JournalError(
    `Cannot take up ${saved.chain} as this muster knows no ${name} of a ${saved.kind}: it was made by another version`,
  );
}

/** A plan of a saved one's steps for these members. */
export function restorePlan(
  saved: SavedPlan,
  { endpoint, resource }: Place,
  steps: readonly Step[],
  members: readonly PlannedMember[],
): Plan {
  return new Plan({
    endpoint,
    resource,
    handle: saved.endpoint.handle,
    chain: saved.chain,
    selection: saved.selection,
    steps,
    members,
    protected: [],
    rails: {},
    // They are named one by one.
    unbounded: false,
    rate: endpoint.rate(resource.get("x")),
    at: endpoint.clock.now(),
    query: saved.query,
    pages: saved.pages,
  });
}

/** Checks that what was found is where the plan was made. */
export function checkPlace(saved: SavedPlan, place: Place): void {
  if (place.endpoint.key !== saved.endpoint.key) {
    throw new JournalError(
      `Cannot take up ${saved.chain} as ${saved.endpoint.handle} leads to another server or account than it did then: ` +
        `${place.endpoint.key}, not ${saved.endpoint.key}`,
    );
  }
  if (place.resource.kind !== saved.kind) {
    throw new JournalError(
      `Cannot take up ${saved.chain} as it is about a ${saved.kind}, not a ${place.resource.kind}`,
    );
  }
}
