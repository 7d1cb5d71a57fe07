/**
 * A resource whose methods are in interfaces, each with its documentation. Editors and `deno doc` show it for the
 * chains. The compiler refuses a description that differs from the interfaces.
 *
 * @module
 */
import type { Mistake } from "../engine/chain/state_types.ts";
import type { Action, AnyResource, StateSet, StepMaker, Subject } from "../engine/resource/describe.ts";

/**
 * The effect of an action, for the compiler: the states in which the API accepts it, the state it leads to, and the
 * in-flight state until the API shows that. A chain's method of that name returns a chain. If the action leads nowhere,
 * the member stays in its state.
 *
 * @example
 * ```ts
 * import type { Acts } from "@muster/muster";
 *
 * interface JobActions {
 *   // Stops the job's work: "working" becomes "pausing".
 *   pause(): Acts<"working", "pausing">;
 * }
 * const name: keyof JobActions = "pause";
 * console.log(name);
 * ```
 */
export interface Acts<From extends string, To extends string = never, Flight extends string = never> {
  /** The states in which the API accepts it. */
  readonly from: From;
  /** The state it leads to. */
  readonly to: To;
  /** The name of the in-flight state. */
  readonly flight: Flight;
}

/** An action that does not change the member's state. */
export interface StayingAction<Rec, S extends string, Args extends readonly unknown[], From extends S>
  extends Action<Rec, S, Args> {
  /** The states in which the API accepts it. */
  readonly from: readonly From[];
  /** It does not lead to another state. */
  readonly enters?: never;
  /** There is no in-flight state. */
  readonly inFlight?: never;
}

/** An action that leads to another state. */
export interface LeadingAction<
  Rec,
  S extends string,
  Args extends readonly unknown[],
  From extends S,
  To extends S,
> extends Action<Rec, S, Args> {
  /** The states in which the API accepts it. */
  readonly from: readonly From[];
  /** The state it leads to. */
  readonly enters: To;
  /** The member counts as being there at once. */
  readonly inFlight?: never;
}

/** An action that leads to another state, with an in-flight state until the API shows it. */
export interface FlyingAction<
  Rec,
  S extends string,
  Args extends readonly unknown[],
  From extends S,
  To extends S,
  Flight extends string,
> extends Action<Rec, S, Args> {
  /** The states in which the API accepts it. */
  readonly from: readonly From[];
  /** The state it leads to. */
  readonly enters: To;
  /** The name of the in-flight state. */
  readonly inFlight: Flight;
}

/** One action of a description, from its documented method. */
export type ActionOf<Rec, S extends string, Method> = Method extends
  (...args: infer Args) => Acts<infer From extends S, infer To extends S, infer Flight>
  ? [To] extends [never] ? StayingAction<Rec, S, Args, From>
  : [Flight] extends [never] ? LeadingAction<Rec, S, Args, From, To>
  : FlyingAction<Rec, S, Args, From, To, Flight>
  : never;

/** The actions of a description, from the interface of their methods. */
export type ActionsOf<Rec, S extends string, Methods> = {
  readonly [Name in keyof Methods]: ActionOf<Rec, S, Methods[Name]>;
};

/** A named set with exactly these states. */
export interface SetOfStates<Rec, S extends string, States extends readonly S[]> extends StateSet<Rec, S> {
  /** The states in the set. */
  readonly states: States;
}

/** The steps of a description, from the interface of their methods. */
export type StepsOf<Rec, Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends StepMaker<Rec> ? Methods[Name] : never;
};

/** The readers of a description, from the interface of their methods. Each receives the member as well. */
export type ReadsOf<Rec, Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (subject: Subject<Rec>, ...args: Args) => Promise<Result>
    : never;
};

// Each of these is a conditional type, so that the compiler does not compare it before its argument is known.
type FromIn<A> = A extends { readonly from: readonly (infer State)[] } ? State : never;
type ToIn<A> = A extends { readonly enters: infer State extends string } ? State : never;
type FlightIn<A> = A extends { readonly inFlight: infer State extends string } ? State : never;
// deno-lint-ignore no-explicit-any
type ArgsIn<A> = A extends { request(target: any, ...args: infer Said): unknown } ? Said : never;
type Given<F> = F extends (...args: infer Said) => unknown ? Said : never;

type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false;

/** The names that only one of the two has. */
type Uneven<A, B> = Exclude<A, B> | Exclude<B, A>;

type Part<R, Name extends string> = R extends { readonly [N in Name]?: infer Value } ? NonNullable<Value>
  : never;

type One<T> = T extends readonly (infer Each)[] ? Each : never;

type UnlikeActions<A, B> = {
  [Name in keyof A & keyof B]: Same<FromIn<A[Name]>, FromIn<B[Name]>> extends true
    ? Same<ToIn<A[Name]>, ToIn<B[Name]>> extends true
      ? Same<FlightIn<A[Name]>, FlightIn<B[Name]>> extends true
        ? Same<ArgsIn<A[Name]>, ArgsIn<B[Name]>> extends true ? never : Name
      : Name
    : Name
    : Name;
}[keyof A & keyof B];

type UnlikeSteps<A, B> = {
  [Name in keyof A & keyof B]: Same<Given<A[Name]>, Given<B[Name]>> extends true ? never : Name;
}[keyof A & keyof B];

/**
 * The names in which a description and its documentation differ.
 *
 * @internal
 */
type Unlike<D extends AnyResource, R extends AnyResource> =
  | Uneven<keyof D["actions"], keyof R["actions"]>
  | UnlikeActions<D["actions"], R["actions"]>
  | Uneven<keyof D["drift"], keyof R["drift"]>
  | Uneven<keyof Part<D, "sets">, keyof Part<R, "sets">>
  | Uneven<One<Part<D, "opaque">>, One<Part<R, "opaque">>>
  | Uneven<keyof Part<D, "steps">, keyof Part<R, "steps">>
  | UnlikeSteps<Part<D, "steps">, Part<R, "steps">>
  | Uneven<keyof Part<D, "reads">, keyof Part<R, "reads">>
  | UnlikeSteps<Part<D, "reads">, Part<R, "reads">>;

/**
 * The description, if it matches its documented type in every action, state, argument and reader. Otherwise a
 * {@linkcode Mistake} that names the difference. Such a description uses `from` for the states of an action, not
 * `notFrom`.
 *
 * ```ts ignore
 * export const job: Jobs = description satisfies AsDocumented<typeof description, Jobs>;
 * ```
 */
export type AsDocumented<D extends AnyResource, R extends AnyResource> = [Unlike<D, R>] extends [never] ? R
  : Mistake<`The description and its documentation differ: ${Unlike<D, R> & string}`>;
