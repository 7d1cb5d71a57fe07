/**
 * The typed surface of chains: which methods a chain has, what they take, and which mistakes the compiler finds.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Duration } from "../time/duration.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "../run/report/report.ts";
import type { RunOptions } from "../run/run_options.ts";

/**
 * A mistake the compiler found; its name is a sentence that says which.
 *
 * @example
 * ```ts
 * import type { Chain, Machines, Mistake } from "@muster/muster";
 *
 * // `machines.stop().delete` is a Mistake: nothing that can be called, and its name says why.
 * type Delete = Chain<Machines, "stopping">["delete"];
 * type Why = Delete extends Mistake<infer Sentence> ? Sentence : never;
 * const why: Why = "Cannot delete a machine that is stopping: wait until it is stopped first";
 * console.log(why);
 * ```
 */
export interface Mistake<Sentence extends string> {
  /** Never there: the sentence is in the type. */
  readonly mistake: Sentence;
}

/**
 * A resource's record.
 *
 * @example
 * ```ts
 * import type { Machines, RecordOf } from "@muster/muster";
 *
 * const label = ({ name, state }: RecordOf<Machines>) => `${name}: ${state}`;
 * console.log(label.length);
 * ```
 */
export type RecordOf<R extends AnyResource> = R extends { read(body: unknown): infer Rec extends object }
  ? Rec
  : never;
/**
 * A resource's states.
 *
 * @example
 * ```ts
 * import type { Instances, StateOf } from "@muster/muster";
 *
 * const broken: StateOf<Instances>[] = ["ERROR", "FAILED"];
 * console.log(broken);
 * ```
 */
export type StateOf<R extends AnyResource> = R["states"][number];
/** The names of a resource's sets of states. */
export type SetOf<R extends AnyResource> = R extends { sets?: infer Sets } ? keyof NonNullable<Sets> & string
  : never;

/**
 * A state, and all that can follow it.
 *
 * @internal
 */
type Reach<R extends AnyResource, State, Seen = never> = State extends Seen ? never
  :
    | State
    | (State extends keyof R["drift"]
      ? R["drift"][State] extends readonly (infer Next)[] ? Reach<R, Next, Seen | State> : never
      : State extends StateOf<R> ? never
      : Reach<R, Landing<R, State>, Seen | State>);

/** Where a member goes that is in flight. */
type Landing<R extends AnyResource, State> = {
  [Name in keyof R["actions"]]: R["actions"][Name] extends
    { readonly inFlight: State; readonly enters: infer Next } ? Next : never;
}[keyof R["actions"]];

/** States in which the member may be without anything being known of where it goes. */
type Opaque<R extends AnyResource> = R extends { opaque?: infer O }
  ? NonNullable<O> extends readonly (infer State)[] ? State : never
  : never;

/**
 * The states a target stands for: itself, or those of a named set.
 *
 * @internal
 */
type Meant<R extends AnyResource, T> = T extends SetOf<R>
  ? R extends { sets?: infer Sets }
    ? T extends keyof NonNullable<Sets>
      ? NonNullable<Sets>[T] extends { states: readonly (infer State)[] } ? State : never
    : never
  : never
  : T;

type Listed<States extends readonly string[], Text extends string = ""> = States extends
  readonly [infer First extends string, ...infer Rest extends readonly string[]]
  ? Listed<Rest, Text extends "" ? First : `${Text}, ${First}`>
  : Text;

/**
 * `a machine`, `an instance`.
 *
 * @internal
 */
type Named<R extends AnyResource> = R["kind"] extends `${"a" | "e" | "i" | "o" | "u"}${string}`
  ? `an ${R["kind"]}`
  : `a ${R["kind"]}`;

type CheckTarget<R extends AnyResource, Now, T> = T extends StateOf<R> | SetOf<R>
  ? [Meant<R, T> & (Reach<R, Now> | Opaque<R>)] extends [never] ? `Cannot wait until ${T & string}: this ${R[
      "kind"
    ]} does not become ${T & string} by itself after the steps before: it is ${
      & Now
      & string}`
  : T
  : `Cannot wait until ${T & string}: ${Named<R>} does not have this state. It has ${Listed<R["states"]>}`;

/**
 * The targets of a wait, or the sentence that says what is wrong with them.
 *
 * @internal
 */
type CheckTargets<R extends AnyResource, Now, T> = T extends string ? CheckTarget<R, Now, T>
  : T extends readonly string[] ? { readonly [I in keyof T]: CheckTarget<R, Now, T[I]> }
  : StateOf<R> | SetOf<R>;

/**
 * The states to leave, or the sentence that says what is wrong with them.
 *
 * @internal
 */
type CheckState<R extends AnyResource, T> = T extends string ? T extends StateOf<R> | SetOf<R> ? T
  : `Cannot wait while ${T}: ${Named<R>} does not have this state. It has ${Listed<R["states"]>}`
  : T extends readonly string[] ? { readonly [I in keyof T]: CheckState<R, T[I]> }
  : StateOf<R> | SetOf<R>;

/**
 * One of several, or the one there is.
 *
 * @internal
 */
type Flat<T> = T extends readonly (infer One)[] ? One : T;

/**
 * The state after an action: in flight, the one it enters, or the one before.
 *
 * @internal
 */
type Enters<A, Now> = A extends { inFlight: infer State extends string } ? State
  : A extends { enters: infer State extends string } ? State
  : Now;

/**
 * The states in which an action is taken: those that it names, or all but those.
 *
 * @internal
 */
type From<R extends AnyResource, A> = A extends { notFrom: readonly (infer Not)[] } ? Exclude<StateOf<R>, Not>
  : A extends { from: readonly (infer State)[] } ? State
  : never;

/**
 * What an action's method is given.
 *
 * @internal
 */
// deno-lint-ignore no-explicit-any
type ArgsOf<A> = A extends { request: (target: any, ...args: infer Args) => unknown } ? Args : never;

/**
 * The method of one action, or the sentence that says why it cannot be called in this state.
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
 * One method for each action of the resource: those of {@linkcode MachineActions} for machines, of {@linkcode InstanceActions} for
 * instances, and what `describe()` was told for resources of your own.
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
 * A reader as a method: what it is read of comes by itself.
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
 * How long a wait may take, and how often it looks.
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
  /** Time limit. Default: the resource's own, 10 minutes where it says none. */
  timeout?: Duration;
  /** Time between two looks. Default: adapted to how long the wait has lasted. */
  every?: Duration;
}

/**
 * How long making a plan may take, and what ends it.
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
  /** Time limit for all of it, logging in included. Default: none. */
  timeout?: Duration;
  /** Ends it: no more requests are sent, and those under way are given up. */
  signal?: AbortSignal | undefined;
}

/**
 * What an attribute may be compared with: its value, or where it names another thing, that thing's record.
 *
 * @example
 * ```ts
 * import { type Comparable, dc } from "@muster/muster";
 *
 * const image: Comparable<string> = await dc("sim").image("minimal-64"); // or its id, or its name
 * console.log(await dc("sim").machines().where({ image }).count());
 * ```
 */
export type Comparable<Value> =
  | Value
  | (Value extends string | readonly string[]
    ? string | { readonly id: string; readonly name?: string | undefined }
    : never);

/**
 * A condition on an attribute: its value, a pattern for its text, one of several, or a test.
 *
 * @example
 * ```ts
 * import { type Condition, dc } from "@muster/muster";
 *
 * const memory: Condition<number> = (mib) => mib >= 1024 && mib <= 4096;
 * const name: Condition<string> = [/^web-/, "bastion"];
 * console.log(dc("sim").machines().where({ memory, name }));
 * ```
 */
export type Condition<Value> =
  | Comparable<Value>
  | RegExp
  | readonly (Comparable<Value> | RegExp)[]
  | ((value: Value) => boolean);

/**
 * Conditions on a record's attributes, all of which must hold.
 *
 * @example
 * ```ts
 * import { dc, type Machine, type Where } from "@muster/muster";
 *
 * const small: Where<Machine> = { state: "running", image: "minimal-64", memory: (mib) => mib <= 512 };
 * console.log(await dc("sim").machines({ type: "test" }).where(small).count());
 * ```
 */
export type Where<Rec> = { readonly [Key in keyof Rec]?: Condition<NonNullable<Rec[Key]>> };

/**
 * What protects a member: its attributes, or its tags.
 *
 * @example
 * ```ts
 * import { dc, type Machine, type Protect } from "@muster/muster";
 *
 * const kept: Protect<Machine> = { type: "web", name: /-0$/ }; // the tag `type`, and the attribute `name`
 * console.log((await dc("sim").machines({ type: "web" }).protect(kept).stop().plan()).protections);
 * ```
 */
export type Protect<Rec> =
  & Where<Omit<Rec, "tags">>
  & { readonly tags?: Readonly<Record<string, unknown>> }
  & (Rec extends { tags?: unknown } ? { readonly [Tag: string]: unknown } : unknown);

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
  /** Consents to a selection that says nothing: every member there is. */
  all(): Self;
  /**
   * Leaves out members that are so, whatever is selected. It errs on the side of protecting: a plain key is met by the
   * attribute or the tag of that name, and literals are compared without regard to case. All that one call says must
   * hold; each of several calls protects. The plan says how many each keeps.
   *
   * @param where Attributes as in `where()`, or tags; under `tags` those that are tags alone. A record protects itself.
   * @throws {SelectionError} when a value is undefined, null or empty; by the plan, for a name that is neither an
   * attribute nor a tag of anything there is.
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
   * What a run would do, member by member. Sends nothing but reads.
   *
   * @param options How long that may take, and what ends it.
   * @throws {TransportError} when the time limit passed before.
   */
  plan(options?: PlanOptions): Promise<Plan>;
  /** The chain as a person reads it, with nothing sent. */
  toString(): string;
}

/**
 * Methods of chains and selections: waiting. Each member waits for itself, but for `barrier()`.
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
   * Waits for each member to be in a state, each for itself.
   *
   * A member that can no longer get there fails at once, with the path it took.
   *
   * @param target A state, a named set of states, or several of either.
   * @param options Its time limit, and how often it looks.
   * @throws {UnreachableStateError} of the member, in the report: it can no longer get there.
   * @throws {WaitTimeoutError} of the member, in the report: its time is up.
   */
  waitUntil<const T extends string | readonly string[]>(
    target: CheckTargets<R, Now, T>,
    options?: WaitOptions,
  ): Chain<R, Meant<R, Flat<T>> & string>;
  /**
   * Waits for each member to leave a state.
   *
   * @param target A state, a named set of states, or several of either.
   * @param options Its time limit, and how often it looks.
   * @throws {WaitTimeoutError} of the member, in the report: its time is up.
   */
  waitWhile<const T extends string | readonly string[]>(
    target: CheckState<R, T>,
    options?: WaitOptions,
  ): Chain<R, Exclude<Reach<R, Now>, Meant<R, Flat<T>>> & string>;
  /**
   * Makes all members meet before the next step.
   *
   * @param options `ifFailed` says what becomes of the others when some failed before: `"hold"` (default) ends
   * them there, `"continue"` lets them go on.
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
   * Does the chain: makes the plan, asks where it must, then does that plan.
   *
   * Memoised: the second call gives the first one's report, unless `again` is set.
   *
   * @param options How it is done.
   * @throws {ChainError} when a member failed and `throwOnError` is not false.
   * @throws {ConfirmationRequiredError} when rails want an answer and nobody is there. Nothing was sent.
   * @throws {SelectionError} when the selection has no condition but for `.all()`, or is not what `.expect()` said.
   */
  run(options?: RunOptions): Promise<Report<RecordOf<R>>>;
}

/**
 * What every selection has besides the actions and steps of its resource. Its other methods are in {@linkcode Waits},
 * {@linkcode Rails} and {@linkcode Inspect}. Awaiting a selection reads its records; it can be gone through with `for await`
 * too, page by page.
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
   * Narrows the selection by attributes; every record that comes back is tested here, whatever the server did.
   *
   * @param where Values, patterns, lists or tests by attribute; all must hold. Yes or no that the server leaves out is
   * false; a test of anything else that it leaves out is given undefined. What is given is copied.
   * @throws {SelectionError} for an attribute there is not, and for a value that is undefined, null, empty, or never found
   * there; when the selection is read, for a test that gives anything but true or false.
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
 * A selection with steps: frozen, nothing done until it is awaited or `run()`.
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
 * A lazy description of which members; awaiting it gives their records, a step makes it a chain.
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
 * A selection of exactly one member; awaiting it gives its record. It has the methods of any {@linkcode Selection}, and those
 * of {@linkcode ReadMethods}, one for each thing that can be read of one member.
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
