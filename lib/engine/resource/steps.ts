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
  /** Which kind of step it is. */
  readonly kind: "action";
  /** The action's name. */
  readonly name: string;
  /** What it was given. */
  readonly args: readonly unknown[];
  /** How it reads, where that is not made of its arguments. */
  readonly label?: string | undefined;
}

/** Waits for each member to be, or no longer to be, in one of `targets`: states or named sets. */
export interface WaitStep {
  /** Which kind of step it is. */
  readonly kind: "wait";
  /** Whether it waits until the member is there; else while it is. */
  readonly until: boolean;
  /** States and named sets. */
  readonly targets: readonly string[];
  /** Time limit, ms. */
  readonly timeout: number;
  /** Milliseconds between two looks; undefined leaves it to the watcher. */
  readonly every: number | undefined;
}

/** Makes all members meet. */
export interface BarrierStep {
  /** Which kind of step it is. */
  readonly kind: "barrier";
  /** What becomes of the others when some failed before it. */
  readonly ifFailed: "hold" | "continue";
}

/** Makes a member that did not exist. */
export interface CreateStep {
  /** Which kind of step it is. */
  readonly kind: "create";
}

/** Work on each member that is no API request: a command over SSH. */
export interface PerformStep {
  /** Which kind of step it is. */
  readonly kind: "perform";
  /** The work. */
  // deno-lint-ignore no-explicit-any
  readonly performance: Performance<any>;
  /** Of which step of the resource it is, and what that was given: enough to make it anew. */
  readonly name?: string;
  /** What it was given. */
  readonly args?: readonly unknown[];
}

/** One link of a chain. */
export type Step = ActionStep | WaitStep | BarrierStep | CreateStep | PerformStep;

/** What a {@linkcode Performance} is given for one member. */
export interface PerformContext<Rec> {
  /** The member's record as it was last read. */
  record: Rec;
  /** Which member it is. */
  member: { id: string; name: string };
  /** What its waits go by. */
  clock: Clock;
  /** Aborted when the run is stopped. */
  signal: AbortSignal;
  /** Whether an earlier run may have done it already: then look before doing it. */
  doubt: boolean;
  /** When that was sent, ms by our clock; undefined where that is not known. */
  doubtSince?: number | undefined;
  /** Sends a request of the member's own to the API; counted and cancelled like the rest. */
  send(request: ApiRequest): Promise<ApiResponse>;
  /** Says that nothing had to be done, and why. */
  skip(why: string): void;
  /** Reads the record anew, where the step needs what a change made (a new address). */
  refresh(): Promise<Rec>;
  /** Shows a line of output as it comes. */
  line(text: string, stream: "stdout" | "stderr"): void;
}

/** Work done on each member besides the API. */
export interface Performance<Rec> {
  /** The method's name: `ssh`. */
  readonly name: string;
  /** How it reads in a plan: `ssh "uptime"`. */
  readonly label: string;
  /** Whether it cannot be undone. Rails guard it. Default false. */
  readonly destructive?: boolean;
  /** Why it cannot work, as far as that shows in the member's record or state: see an action's `obstacle`. */
  obstacle?(at: StepFacts<Rec>): string | undefined;
  /** The fields of the record that it may change. Default: none. */
  readonly changes?: readonly string[];
  /** Does it for one member; what it resolves to is that member's output in the report. */
  perform(context: PerformContext<Rec>): Promise<unknown>;
  /** Called once when the run has ended, whatever happened. */
  close?(): Promise<void>;
}

const quoted = (value: unknown): string => {
  if (typeof value === "function") return "…";
  const text = concealed(JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

/** A step as people write it: `stop()`, `waitUntil("stopped")`. */
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

/** A step's limits for the plan: `at most 10 m`; empty where it has none. */
export function limitOf(step: Step): string {
  return step.kind === "wait" ? `at most ${showDuration(step.timeout)}` : "";
}

/** Whether an action was given arguments, so that the same action with others leads elsewhere. */
export function isSpecific(args: readonly unknown[]): boolean {
  return args.some((one) => one !== undefined);
}
