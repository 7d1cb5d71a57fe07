/**
 * The methods that chains and selections have, each with its documentation.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Duration } from "../time/duration.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "../run/report/report.ts";
import type { RunOptions } from "../run/run_options.ts";
import type { Protect, Where } from "../select/condition_types.ts";
import type {
  ArgsOf,
  CheckState,
  CheckTargets,
  Enters,
  Flat,
  From,
  Meant,
  Mistake,
  Named,
  Reach,
  RecordOf,
  StateOf,
} from "./state_types.ts";

/**
 * The method of one action, or the sentence about why it cannot be called in this state.
 *
 * @example
 * ```ts
 * import type { ActionMethod, Machines } from "@muster/muster";
 *
 * type Start = ActionMethod<Machines, "stopped", "start", Machines["actions"]["start"]>;
 * const start = (method: Start) => method().waitUntil("running");
 * console.log(typeof start);
 * ```
 */
export type ActionMethod<R extends AnyResource, Now extends string, Name, A> = [Now & From<R, A>] extends
  [never] ? Mistake<
    `Cannot ${Name & string} ${Named<R>} that is ${Now}: wait until it is ${
      & From<R, A>
      & Reach<R, Now>
      & string} first`
  >
  : (...args: ArgsOf<A>) => Chain<R, Enters<A, Now> & string>;

/**
 * One method for each action of the resource: those of {@linkcode MachineActions} for machines, of {@linkcode
 * InstanceActions} for instances, and those in the description for resources of your own.
 *
 * @example
 * ```ts
 * import { type ActionMethods, dc, type Machines } from "@muster/muster";
 *
 * const stopped: ActionMethods<Machines, "stopped"> = dc("sim").machines({ type: "test" }).stop().waitUntil("stopped");
 * console.log(String(stopped.start()));
 * ```
 */
export type ActionMethods<R extends AnyResource, Now extends string> = {
  readonly [Name in keyof R["actions"]]: ActionMethod<R, Now, Name, R["actions"][Name]>;
};

/**
 * The methods of steps that are not requests to the API, such as `.ssh()`: those of {@linkcode MachineSteps} for machines, of
 * {@linkcode InstanceSteps} for instances.
 *
 * @example
 * ```ts
 * import { dc, type Machines, type MachineState, type StepMethods } from "@muster/muster";
 *
 * const steps: StepMethods<Machines, MachineState> = dc("sim").machines({ type: "db" });
 * console.log(String(steps.snapshot("before")));
 * ```
 */
export type StepMethods<R extends AnyResource, Now extends string> = R extends { steps?: infer Steps } ? {
    readonly [Name in keyof NonNullable<Steps>]: NonNullable<Steps>[Name] extends
      (...args: infer Args) => unknown ? (...args: Args) => Chain<R, Now>
      : never;
  }
  : unknown;

/**
 * A reader as a method: its first argument is filled in.
 *
 * @internal
 */
// deno-lint-ignore no-explicit-any
type Reading<F> = F extends (subject: any, ...args: infer Args) => infer Result ? (...args: Args) => Result
  : never;

/**
 * One method for each thing that can be read of a single member: those of {@linkcode MachineReads} for machines, of
 * {@linkcode InstanceReads} for instances.
 *
 * @example
 * ```ts
 * import { dc, type Machines, type ReadMethods } from "@muster/muster";
 *
 * const reads: ReadMethods<Machines> = dc("sim").machine("web-00");
 * console.log(await reads.publicIps());
 * ```
 */
export type ReadMethods<R extends AnyResource> = R extends { reads?: infer Reads }
  ? { readonly [Name in keyof NonNullable<Reads>]: Reading<NonNullable<Reads>[Name]> }
  : unknown;

/**
 * The time limit of a wait, and how often it polls.
 *
 * @example
 * ```ts
 * import { dc, type WaitOptions } from "@muster/muster";
 *
 * const patient: WaitOptions = { timeout: "15m", every: "10s" };
 * console.log(dc("sim").machines({ type: "jump" }).reboot().waitUntil("running", patient));
 * ```
 */
export interface WaitOptions {
  /** Time limit. Default: the resource's own, or else 10 minutes. */
  timeout?: Duration;
  /** Time between two polls. Default: grows with the duration of the wait. */
  every?: Duration;
}

/**
 * Time limit and abort signal of planning.
 *
 * @example
 * ```ts
 * import { dc, type PlanOptions } from "@muster/muster";
 *
 * const hasty: PlanOptions = { timeout: "10s", signal: new AbortController().signal };
 * console.log((await dc("sim").machines({ type: "web" }).stop().plan(hasty)).writes);
 * ```
 */
export interface PlanOptions {
  /** Time limit for all of it, including login. Default: none. */
  timeout?: Duration;
  /** Aborting stops it: no more requests are sent, and those in flight are cancelled. */
  signal?: AbortSignal | undefined;
}

/**
 * Methods of chains and selections: which members are left alone, and how many may be destroyed.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const chain = dc("sim").machines({ type: "test" }).protect({ name: "test-01" }).max(50).stop();
 * const exact = dc("sim").machines({ type: "jump" }).expect(1).reboot();
 * const every = dc("sim").machines().all().tag({ checked: true });
 * console.log(chain, exact, every);
 * ```
 */
export interface Rails<Rec, Self> {
  /**
   * Consents to destroying up to `count` members, instead of 20.
   *
   * @param count A whole number above zero.
   * @throws {SelectionError} for any other count.
   */
  max(count: number): Self;
  /**
   * Refuses to do anything unless the selection has exactly `count` members; if it has, that is consent.
   *
   * @param count A whole number, 0 or more.
   * @throws {SelectionError} for any other count; by the run, when the selection has more or fewer.
   */
  expect(count: number): Self;
  /** Consents to a selection without conditions, which means every member. */
  all(): Self;
  /**
   * Leaves out every member that matches, whatever is selected. When in doubt it protects: a plain key matches the
   * attribute or the tag of that name, and literals are compared without regard to case. Within one call all conditions
   * must match. Of several calls one is enough to protect a member. The plan says how many members each call keeps.
   *
   * @param where Attributes as in `where()`, or tags; under `tags` only tags. A record protects its own member.
   * @throws {SelectionError} when a value is undefined, null or empty; by the plan, for a name that no member has as an
   * attribute or a tag.
   */
  protect(where: Protect<Rec>): Self;
}

/**
 * Methods of chains and selections: what a run would do.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const chain = dc("sim").machines({ type: "test" }).stop();
 * const plan = await chain.plan({ timeout: "30s" });
 * console.log(chain.toString(), plan.writes);
 * ```
 */
export interface Inspect {
  /**
   * Predicts what a run would do, member by member. Sends only reads.
   *
   * @param options The time limit and the abort signal.
   * @throws {TransportError} when the time limit passed first.
   */
  plan(options?: PlanOptions): Promise<Plan>;
  /** The chain as text for a person. Sends nothing. */
  toString(): string;
}

/**
 * The methods of chains and selections that wait. Each member waits separately, except at `barrier()`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const restarted = dc("sim").machines({ type: "web" }).stop().waitWhile("stopping", { timeout: "5m" })
 *   .waitUntil("stopped").barrier({ ifFailed: "continue" }).start().waitUntil("running");
 * console.log(restarted);
 * ```
 */
export interface Waits<R extends AnyResource, Now extends string> {
  /**
   * Waits for each member to reach a state, separately from the others.
   *
   * A member that can no longer reach it fails at once, with the path it took.
   *
   * @param target A state, a named set of states, or several of either.
   * @param options The time limit, and how often to poll.
   * @throws {UnreachableStateError} as the member's error in the report: it can no longer reach the state.
   * @throws {WaitTimeoutError} as the member's error in the report: the time limit has passed.
   */
  waitUntil<const T extends string | readonly string[]>(
    target: CheckTargets<R, Now, T>,
    options?: WaitOptions,
  ): Chain<R, Meant<R, Flat<T>> & string>;
  /**
   * Waits for each member to leave a state.
   *
   * @param target A state, a named set of states, or several of either.
   * @param options The time limit, and how often to poll.
   * @throws {WaitTimeoutError} as the member's error in the report: the time limit has passed.
   */
  waitWhile<const T extends string | readonly string[]>(
    target: CheckState<R, T>,
    options?: WaitOptions,
  ): Chain<R, Exclude<Reach<R, Now>, Meant<R, Flat<T>>> & string>;
  /**
   * Makes all members meet before the next step.
   *
   * @param options `ifFailed` decides about the other members when one has failed: `"hold"` (default) ends them here,
   * `"continue"` lets them go on.
   */
  barrier(options?: { ifFailed?: "hold" | "continue" }): Chain<R, Now>;
}

/**
 * What every chain has besides the actions and steps of its resource. Its other methods are in {@linkcode Waits},
 * {@linkcode Rails} and {@linkcode Inspect}. Awaiting a chain runs it.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const chain = dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped");
 * const report = await chain.run({ throwOnError: false, view: false });
 * console.log(report.succeeded.length);
 * ```
 */
export interface ChainMethods<R extends AnyResource, Now extends string>
  extends Waits<R, Now>, Rails<RecordOf<R>, Chain<R, Now>>, Inspect, PromiseLike<Report<RecordOf<R>>> {
  /**
   * Runs the chain: makes the plan, asks for confirmation where needed, then carries out that plan.
   *
   * Memoised: a second call returns the report of the first, unless `again` is set.
   *
   * @param options How to run it.
   * @throws {ChainError} when a member failed and `throwOnError` is not false.
   * @throws {ConfirmationRequiredError} when confirmation is needed and nobody can be asked. Nothing was sent.
   * @throws {SelectionError} when the selection has no condition and no `.all()`, or does not have the count that
   * `.expect()` gave.
   */
  run(options?: RunOptions): Promise<Report<RecordOf<R>>>;
}

/**
 * What every selection has besides the actions and steps of its resource. Its other methods are in {@linkcode Waits},
 * {@linkcode Rails} and {@linkcode Inspect}. Awaiting a selection reads its records; `for await` reads them page by
 * page.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const large = dc("sim").machines({ type: "web" }).where({ state: "running", memory: (mib) => mib >= 1024 });
 * console.log(await large.count(), (await large).map(({ name }) => name));
 * ```
 */
export interface SelectionMethods<R extends AnyResource, Now extends string, Result>
  extends
    Waits<R, Now>,
    Rails<RecordOf<R>, Selection<R, Now>>,
    Inspect,
    PromiseLike<Result>,
    AsyncIterable<RecordOf<R>> {
  /**
   * Narrows the selection by attributes. Every record is tested here, whatever the server filtered.
   *
   * @param where Values, patterns, lists or functions by attribute; all must match. If the server leaves out a boolean,
   * it counts as false; a function for any other attribute that is left out is called with undefined. The object is
   * copied.
   * @throws {SelectionError} for an unknown attribute, and for a value that is undefined, null, empty, or that the
   * attribute never has; when the selection is read, for a function that returns neither true nor false.
   */
  where(where: Where<RecordOf<R>>): Selection<R, Now>;
  /**
   * How many members match now.
   *
   * @throws {SelectionError} for a condition that cannot be right.
   */
  count(): Promise<number>;
}

/**
 * A selection with steps. It is frozen, and does nothing until it is awaited or `run()`.
 *
 * Its methods are those of {@linkcode ChainMethods}, which every chain has; {@linkcode ActionMethods}, one for each action
 * of its resource; and {@linkcode StepMethods}, one for each of its other steps.
 *
 * @example
 * ```ts
 * import { type Chain, dc, type Machines, type Selection } from "@muster/muster";
 *
 * // One name for the work on any selection: stop, wait, delete.
 * const retire = (machines: Selection<Machines>): Chain<Machines, "deleted"> =>
 *   machines.stop().waitWhile("stopping").waitUntil("stopped").barrier({ ifFailed: "hold" }).delete();
 * const chain = retire(dc("sim").machines({ type: "test" })).max(50).protect({ name: "test-01" });
 * console.log(String(chain), (await chain.plan()).writes);
 * const report = await chain.run({ throwOnError: false });
 * console.log(report.succeeded.length);
 * ```
 */
export type Chain<R extends AnyResource, Now extends string = StateOf<R>> =
  & ChainMethods<R, Now>
  & ActionMethods<R, Now>
  & StepMethods<R, Now>;

/**
 * A lazy selection of members. Awaiting it returns their records; adding a step makes it a chain.
 *
 * Its methods are those of {@linkcode SelectionMethods}, which every selection has; {@linkcode ActionMethods}, one for each
 * action of its resource; and {@linkcode StepMethods}, one for each of its other steps.
 *
 * @example
 * ```ts
 * import { dc, type Machines, type Selection } from "@muster/muster";
 *
 * const running: Selection<Machines> = dc("sim").machines({ type: "test" }).where({ state: "running" });
 * console.log(await running.count());
 * for await (const machine of running) console.log(machine.name); // page by page
 * const records = await running; // all of them
 * const report = await running.expect(records.length).stop().waitUntil("stopped");
 * const everything = await dc("sim").machines().all().delete().plan();
 * console.log(report.succeeded.length, everything.destroyed);
 * ```
 */
export type Selection<R extends AnyResource, Now extends string = StateOf<R>> =
  & SelectionMethods<R, Now, RecordOf<R>[]>
  & ActionMethods<R, Now>
  & StepMethods<R, Now>;

/**
 * A selection of exactly one member. Awaiting it returns its record. It has the methods of any {@linkcode Selection},
 * and those of {@linkcode ReadMethods}, one for each thing that can be read of one member.
 *
 * @example
 * ```ts
 * import { dc, type Machines, type One } from "@muster/muster";
 *
 * const web: One<Machines> = dc("sim").machine("web-00");
 * const { state, memory } = await web;
 * console.log(state, memory, await web.publicIps());
 * await web.tag({ owner: "ops" });
 * ```
 */
export type One<R extends AnyResource, Now extends string = StateOf<R>> =
  & SelectionMethods<R, Now, RecordOf<R>>
  & ActionMethods<R, Now>
  & StepMethods<R, Now>
  & ReadMethods<R>;
