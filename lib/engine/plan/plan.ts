/**
 * A plan: what a run of a chain would do, member by member. Only reads are sent to make it.
 *
 * @module
 */
import type { AlsoDestroyed } from "../resource/destroyed_along.ts";
import { bare, othersOf, takingAlong } from "./consent/also_destroyed.ts";
import { type Estimate, type PlannedMember, UNMADE } from "./plan_facts.ts";
import type { Clock } from "../time/clock.ts";
import { couldDestroy } from "./consent/consent.ts";
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import { isDestructive } from "./consent/destructive.ts";
import { output } from "../process/output.ts";
import type { Endpoint, RateFacts } from "../resource/endpoint.ts";
import { predict, type Prediction } from "./predict.ts";
import { type Protection, protects, showProtection, Unproven } from "../select/protect.ts";
import type { Overlap } from "./overlap_facts.ts";
import type { RailSettings } from "./consent/consent_options.ts";
import { heldAtBarriers, isRefused, refusalOf } from "./not_begun.ts";
import { isId, isUnbounded, read, showSource, type Source } from "../select/read.ts";
import { asking, resolved } from "../select/resolve.ts";
import { type SelectionConditions, wanted } from "../select/conditions.ts";
import { showPlan } from "./text.ts";
import { unmatched } from "../select/unmatched_values.ts";
import { concealed } from "../text/secrets.ts";
import { labelOf, limitOf, type Step } from "../resource/steps.ts";

/** A chain, as data. */
export interface ChainState {
  /** The description of the members' resource. */
  readonly resource: AnyResource;
  /** Makes the endpoint. Called when the chain is run, planned or read, never before. */
  readonly endpoint: () => Promise<Endpoint>;
  /** The clock of the endpoint, if it is known beforehand. */
  readonly clock?: Clock | undefined;
  /** The source text of the handle: `dc("us-east-1")`. */
  readonly handle: string;
  /** Where the members come from. */
  readonly source: Source;
  /** The conditions for members. */
  readonly conditions: SelectionConditions;
  /** Conditions for members that must not be changed. */
  readonly protect: readonly Readonly<Record<string, unknown>>[];
  /** How many may be destroyed. */
  readonly rails: RailSettings;
  /** The steps, in order. */
  readonly steps: readonly Step[];
}

/**
 * What a run would do.
 *
 * `chain.plan()` makes it. Printing shows it to a person; {@linkcode Plan.toJSON} returns it as data.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const plan = await dc("sim").machines({ type: "web" }).stop().waitUntil("stopped").delete().plan();
 * console.log(plan.acts, plan.members.length, plan.writes, plan.irreversible, plan.destroyed, plan.refused);
 * console.log(plan.requestText(plan.members[0]!, 0), plan.tally(0).get("send"));
 * console.log(String(plan), Object.keys(plan.toJSON()));
 * ```
 */
export class Plan {
  /** The endpoint that the requests would go to. */
  readonly endpoint: Endpoint;
  /** The description of the members' resource. */
  readonly resource: AnyResource;
  /** The source text of the handle: `dc("us-east-1")`. */
  readonly handle: string;
  /** The chain's text. */
  readonly chain: string;
  /** The selection's text. */
  readonly selection: string;
  /** The chain's steps, in their order. */
  readonly steps: readonly Step[];
  /** The members, in the order of the list. */
  readonly members: readonly PlannedMember[];
  /** Members left out by `.protect()`. */
  readonly protected: readonly { readonly id: string; readonly name: string }[];
  /** Each `.protect()`, and how many members of the selection it keeps, 0 included. */
  readonly protections: readonly { readonly text: string; readonly keeps: number }[];
  /** Warnings about the selection that may be a mistake: a name in a list that no member has. */
  readonly remarks: readonly string[];
  /** The protections, to be checked again when a member is read later. */
  readonly guards: readonly Protection[];
  /** The conditions of the selection; undefined if they were not kept, as in a saved plan. */
  readonly conditions: SelectionConditions | undefined;
  /** For each other chain of the same run, the members that it has in common with this one. */
  readonly overlaps: readonly Overlap[];
  /** The name by which a single member was selected; undefined otherwise. */
  readonly which: string | undefined;
  /** The limits that the chain sets: `max`, `expect`, `all`. */
  readonly rails: RailSettings;
  /** Whether the selection has no conditions. */
  readonly unbounded: boolean;
  /** What is known about the server's rate limit. */
  readonly rate: RateFacts;
  /** The expected cost: requests, and at least how many milliseconds. */
  readonly estimate: Estimate;
  /** When it was made, in milliseconds by the endpoint's clock. */
  readonly at: number;
  /** The query that narrowed the list. Later polls use it too. */
  readonly query: Parameters<AnyResource["list"]["pages"]>[1];
  /** How many pages the list had. */
  readonly pages: number;
  /** What would be destroyed along with members and is not itself a member. Each only once. */
  readonly others: readonly AlsoDestroyed[];
  /**
   * How many could be destroyed: members that still have to do a step that cannot be undone, and what is destroyed
   * along with them. Predictions do not matter here, because the world may change between plan and run.
   */
  readonly destroyed: number;

  /**
   * Use `chain.plan()`.
   *
   * @param facts All properties that do not follow from others.
   */
  constructor(
    facts:
      & Pick<
        Plan,
        | "endpoint"
        | "resource"
        | "handle"
        | "chain"
        | "selection"
        | "steps"
        | "members"
        | "protected"
        | "rails"
        | "unbounded"
        | "rate"
        | "at"
        | "query"
        | "pages"
      >
      & Partial<Pick<Plan, "protections" | "guards" | "remarks" | "conditions" | "which" | "overlaps">>,
  ) {
    Object.assign(this, facts);
    this.endpoint = facts.endpoint;
    this.resource = facts.resource;
    this.handle = facts.handle;
    this.chain = facts.chain;
    this.selection = facts.selection;
    this.steps = facts.steps;
    this.members = facts.members;
    this.protected = facts.protected;
    this.protections = facts.protections ?? [];
    this.guards = facts.guards ?? [];
    this.remarks = (facts.remarks ?? []).map((one) => concealed(one));
    this.conditions = facts.conditions;
    this.which = facts.which;
    this.overlaps = facts.overlaps ?? [];
    this.rails = facts.rails;
    this.unbounded = facts.unbounded;
    this.rate = facts.rate;
    this.at = facts.at;
    this.query = facts.query;
    this.pages = facts.pages;
    let writes = 0;
    for (const { predictions } of facts.members) {
      for (const { verdict } of predictions) if (verdict === "send" || verdict === "perform") writes++;
    }
    this.others = othersOf(facts.resource, facts.members);
    const members = new Set([...couldDestroy(facts).values()].flatMap((some) => [...some]));
    this.destroyed = members.size === 0 ? 0 : members.size + this.others.length;
    this.estimate = {
      writes,
      reads: facts.pages,
      atLeast: facts.rate.perSecond === undefined ? undefined : (writes / facts.rate.perSecond) * 1000,
    };
  }

  /** Whether any step changes something, whatever is predicted. */
  get acts(): boolean {
    return this.steps.some(({ kind }) => kind === "action" || kind === "perform" || kind === "create");
  }
  /** How many members are not begun because one of their steps is refused. Nothing at all is sent to them. */
  get refused(): number {
    return this.members.filter(isRefused).length;
  }
  /** How many requests and other steps would change something. */
  get writes(): number {
    return this.estimate.writes;
  }
  /** The names of the steps that cannot be undone. */
  get irreversible(): string[] {
    return [
      ...new Set(
        this.steps.filter((step) => isDestructive(this.resource, step)).map((step) =>
          step.kind === "perform" ? step.performance.name : (step as { name: string }).name
        ),
      ),
    ];
  }
  /**
   * How many members have each verdict at a step.
   *
   * @param step The step's index, from 0.
   */
  tally(step: number): Map<Prediction["verdict"] | "unreached", number> {
    const counts = new Map<Prediction["verdict"] | "unreached", number>();
    for (const { predictions } of this.members) {
      const verdict = predictions[step]?.verdict ?? "unreached";
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    return counts;
  }

  /**
   * The request that an action would send, as `POST /path?query`; undefined if nothing is sent.
   *
   * @param member One of the plan's members.
   * @param index The step's index, from 0.
   */
  requestText(member: PlannedMember, index: number): string | undefined {
    const step = this.steps[index]!;
    if (member.predictions[index]?.verdict !== "send") return undefined;
    if (step.kind !== "action" && step.kind !== "create") return undefined;
    const request = step.kind === "create"
      ? { method: "POST", path: `/${this.resource.plural ?? `${this.resource.kind}s`}`, query: undefined }
      : this.resource.actions[step.name]!.request(
        { id: member.id || "(new)", record: member.record },
        ...step.args as never[],
      );
    const query = Object.entries(request.query ?? {}).filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}=${value}`).join("&");
    return concealed(`${request.method} ${request.path}${query ? `?${query}` : ""}`);
  }

  /** The plan as plain data. */
  toJSON(): Record<string, unknown> {
    return {
      endpoint: this.endpoint.name,
      kind: this.resource.kind,
      chain: this.chain,
      selection: this.selection,
      at: new Date(this.at).toISOString(),
      steps: this.steps.map((step) => ({ step: labelOf(step), limit: limitOf(step) || undefined })),
      members: this.members.map((member) => ({
        id: member.id,
        name: member.name,
        state: member.state,
        ...(isRefused(member) ? { refused: refusalOf(this, member)!.text } : {}),
        ...(member.others?.length ? { alsoDestroyed: member.others.map(bare) } : {}),
        steps: member.predictions.map((prediction, index) => ({
          step: labelOf(this.steps[index]!),
          verdict: prediction.verdict,
          ...(prediction.why ? { why: prediction.why } : {}),
          ...(prediction.verdict === "send" ? { request: this.requestText(member, index) } : {}),
        })),
      })),
      refused: this.refused,
      ...(this.overlaps.length > 0 ? { overlaps: this.overlaps } : {}),
      protected: this.protected,
      protections: this.protections,
      remarks: this.remarks,
      rails: { ...this.rails, unbounded: this.unbounded, destroyed: this.destroyed },
      ...(this.others.length > 0 ? { alsoDestroyed: this.others } : {}),
      rate: this.rate,
      concurrency: this.endpoint.concurrency,
      estimate: this.estimate,
    };
  }
  /** How `console.log` and notebooks show it. */
  [Symbol.for("Deno.customInspect")](_inspect: unknown, options?: { colors?: boolean }): string {
    return showPlan(this, options?.colors ?? false);
  }
  /** The plan for a notebook cell. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const text = { "text/plain": showPlan(this, false) };
    return output.html ? { ...text, "text/html": await output.html.plan(this) } : text;
  }
  /** The plan as text for a person, without colours. */
  toString(): string {
    return showPlan(this, false);
  }
}

/** A chain as source text. */
export function showChain(state: ChainState, from = 0): string {
  const steps = state.steps.slice(from).map((step) => `.${labelOf(step)}`).join("");
  const rails = [
    ...state.protect.map((where) => `.${showProtection(where)}`),
    state.rails.all ? ".all()" : "",
    state.rails.expect === undefined ? "" : `.expect(${state.rails.expect})`,
    state.rails.max === undefined ? "" : `.max(${state.rails.max})`,
  ].join("");
  return concealed(
    `${state.handle}.${showSource(state.resource, state.source, state.conditions)}${rails}${steps}`,
  );
}

/** Turns the names in a chain's steps into what the API accepts. Sends only reads. */
async function prepared(state: ChainState, endpoint: Endpoint): Promise<Step[]> {
  const steps = await Promise.all(state.steps.map(async (step): Promise<Step> => {
    if (step.kind !== "action") return step;
    const action = state.resource.actions[step.name]!;
    return action.prepare ? { ...step, args: await action.prepare(endpoint, ...step.args as never[]) } : step;
  }));
  return state.source.kind === "create" ? [{ kind: "create" }, ...steps] : steps;
}

/** Makes a plan: reads the selection, and predicts every step for every member. Sends only reads. */
export async function makePlan(
  state: ChainState,
  options: {
    signal?: AbortSignal | undefined;
    on?: WireListener | undefined;
    known?: (endpoint: Endpoint) => void;
  } = {},
): Promise<Plan> {
  const { resource } = state;
  const endpoint = await state.endpoint();
  options.known?.(endpoint);
  options.signal?.throwIfAborted();
  const names = asking(endpoint, options);
  const [steps, { conditions, protections }] = await Promise.all([
    prepared(state, names),
    resolved(state, names),
  ]);
  const source = state.source.kind === "create" && resource.create?.prepare
    ? { ...state.source, spec: await resource.create.prepare(names, state.source.spec) }
    : state.source;
  const members: PlannedMember[] = [];
  const kept: { id: string; name: string }[] = [];
  const fitting: object[] = [];
  const now = endpoint.clock.now();
  const add = (id: string, name: string, at: string, record: object) => {
    const known = { record: source.kind === "create" ? undefined : record, now };
    const predictions = predict(resource, steps, at, known);
    members.push({ id, name, state: at, record, predictions });
  };
  let pages = 0;
  if (source.kind === "create") {
    for (const name of source.names) add("", name, UNMADE, source.spec as object);
  }
  const unproven = new Unproven(resource, protections);
  const see = unproven.any ? (record: object) => unproven.see(record) : undefined;
  const keeps = protections.map(() => 0);
  const keep = (record: object) => {
    let kept = false;
    for (const [index, one] of protections.entries()) {
      if (!protects(resource, record, one)) continue;
      keeps[index]!++;
      kept = true;
    }
    return kept;
  };
  const acting = steps.some((step) => step.kind === "action" || step.kind === "perform");
  for await (const page of read({ resource, endpoint, source, conditions, acting, see, ...options })) {
    pages++;
    for (const record of page) {
      const [id, name] = [resource.id(record), resource.name(record)];
      fitting.push(record);
      if (keep(record)) kept.push({ id, name });
      else add(id, name, resource.state(record), record);
    }
  }
  await unproven.refuse(endpoint, options);
  const along = await takingAlong(resource, steps, members, names);
  // A member is left alone as well if something protected would be destroyed along with it.
  const taken = along.filter(({ id, name, others = [] }) => {
    const shielded = others.some(({ kind, record }) =>
      kind === resource.kind && record !== undefined && keep(record)
    );
    if (shielded) kept.push({ id, name });
    return !shielded;
  });
  return new Plan({
    endpoint,
    resource,
    handle: state.handle,
    chain: showChain(state),
    selection: concealed(`${state.handle}.${showSource(resource, source, state.conditions)}`),
    steps,
    members: heldAtBarriers(steps, taken),
    protected: kept,
    protections: protections.map(({ given }, index) => ({
      text: showProtection(given),
      keeps: keeps[index]!,
    })),
    guards: protections,
    remarks: await unmatched(resource, state.conditions, names, fitting),
    conditions,
    which: source.kind === "one" && !isId(resource, source.which) ? source.which : undefined,
    rails: state.rails,
    unbounded: isUnbounded(source, conditions),
    rate: endpoint.rate(resource.get("x")),
    at: endpoint.clock.now(),
    query: source.kind === "list"
      // Only tags, because an attribute such as the state changes while the members are waited for.
      ? resource.list.query?.(wanted({ tags: conditions.tags, where: [] }))
      : undefined,
    pages,
  });
}
