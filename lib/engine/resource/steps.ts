/**
 * The steps of a chain, as data.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { StepFacts } from "./step_facts.ts";
import type { ApiRequest, ApiResponse } from "./endpoint.ts";
import { showDuration } from "../time/duration.ts";
import { concealed } from "../text/secrets.ts";

/** Changes each member by one request. */
export interface ActionStep {
  /** The kind of step. */
  readonly kind: "action";
  /** The action's name. */
  readonly name: string;
  /** Its arguments. */
  readonly args: readonly unknown[];
  /** Its text, if that is not made from its arguments. */
  readonly label?: string | undefined;
}

/** Waits for each member to be, or no longer to be, in one of `targets`: states or named sets. */
export interface WaitStep {
  /** The kind of step. */
  readonly kind: "wait";
  /** Whether it waits until the member is there (true), or while it is there (false). */
  readonly until: boolean;
  /** States and named sets. */
  readonly targets: readonly string[];
  /** Time limit, in milliseconds. */
  readonly timeout: number;
  /** Milliseconds between two polls; if undefined, the watcher decides. */
  readonly every: number | undefined;
}

/** Makes all members wait for each other. */
export interface BarrierStep {
  /** The kind of step. */
  readonly kind: "barrier";
  /** What happens to the other members when some have failed before it. */
  readonly ifFailed: "hold" | "continue";
}

/** Creates a member. */
export interface CreateStep {
  /** The kind of step. */
  readonly kind: "create";
}

/** Does something to each member that is not an API request: a command over SSH. */
export interface PerformStep {
  /** The kind of step. */
  readonly kind: "perform";
  /** The work. */
  // deno-lint-ignore no-explicit-any
  readonly performance: Performance<any>;
  /** The name of the resource's step. With its arguments, the step can be made again. */
  readonly name?: string;
  /** Its arguments. */
  readonly args?: readonly unknown[];
}

/** One link of a chain. */
export type Step = ActionStep | WaitStep | BarrierStep | CreateStep | PerformStep;

/** What a {@linkcode Performance} receives for one member. */
export interface PerformContext<Rec> {
  /** The member's record when last read. */
  record: Rec;
  /** The member. */
  member: { id: string; name: string };
  /** The clock for its waits. */
  clock: Clock;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
  /** Whether an earlier run may have done it already. If so, check before doing it. */
  doubt: boolean;
  /** When the earlier run did that, in milliseconds of our clock; undefined if unknown. */
  doubtSince?: number | undefined;
  /** Sends a request to the API for this member. It is counted and cancelled like the others. */
  send(request: ApiRequest): Promise<ApiResponse>;
  /** Call it if nothing had to be done, with the reason. */
  skip(why: string): void;
  /** Reads the record again, if the step needs the result of a change (a new address). */
  refresh(): Promise<Rec>;
  /** Shows a line of output as it comes. */
  line(text: string, stream: "stdout" | "stderr"): void;
}

/** Something that is done to each member outside the API. */
export interface Performance<Rec> {
  /** The method's name: `ssh`. */
  readonly name: string;
  /** Its text in a plan: `ssh "uptime"`. */
  readonly label: string;
  /** Whether it cannot be undone. Then it needs consent. Default false. */
  readonly destructive?: boolean;
  /** Why it cannot work, as far as the member's record or state shows; see an action's `obstacle`. */
  obstacle?(at: StepFacts<Rec>): string | undefined;
  /** The fields of the record that it may change. Default: none. */
  readonly changes?: readonly string[];
  /** Does it for one member. The result is that member's output in the report. */
  perform(context: PerformContext<Rec>): Promise<unknown>;
  /** Called once when the run has ended, in any case. */
  close?(): Promise<void>;
}

const quoted = (value: unknown): string => {
  if (typeof value === "function") return "…";
  const text = concealed(JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** A step as source text: `stop()`, `waitUntil("stopped")`. */
export function labelOf(step: Step): string {
  switch (step.kind) {
    case "action":
      return step.label !== undefined
        ? concealed(step.label)
        : `${step.name}(${step.args.map(quoted).join(", ")})`;
    case "wait":
      return `${step.until ? "waitUntil" : "waitWhile"}(${step.targets.map(quoted).join(", ")})`;
    case "barrier":
      return step.ifFailed === "hold" ? "barrier()" : `barrier({ ifFailed: "continue" })`;
    case "create":
      return "create()";
    case "perform":
      return concealed(step.performance.label);
  }
}

/** A step's limits, for the plan: `at most 10 m`; empty if it has none. */
export function limitOf(step: Step): string {
  return step.kind === "wait" ? `at most ${showDuration(step.timeout)}` : "";
}

/** Whether an action has arguments, so that the same action with other arguments leads elsewhere. */
export function isSpecific(args: readonly unknown[]): boolean {
  return args.some((one) => one !== undefined);
}
