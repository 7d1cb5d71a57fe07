/**
 * The states of a chain's members in types: where an action leads, where a member drifts from there, and the sentences of
 * mistakes that the compiler finds.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";

/**
 * A mistake that the compiler found. Its type argument is a sentence that explains it.
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
  /** Never set: the sentence is only in the type. */
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
 * A state, and all states that can follow it.
 *
 * @internal
 */
export type Reach<R extends AnyResource, State, Seen = never> = State extends Seen ? never
  :
    | State
    | (State extends keyof R["drift"]
      ? R["drift"][State] extends readonly (infer Next)[] ? Reach<R, Next, Seen | State> : never
      : State extends StateOf<R> ? never
      : Reach<R, Landing<R, State>, Seen | State>);

/** The states that a member in flight drifts into. */
type Landing<R extends AnyResource, State> = {
  [Name in keyof R["actions"]]: R["actions"][Name] extends
    { readonly inFlight: State; readonly enters: infer Next } ? Next : never;
}[keyof R["actions"]];

/** States that hide where the member is going. */
type Opaque<R extends AnyResource> = R extends { opaque?: infer O }
  ? NonNullable<O> extends readonly (infer State)[] ? State : never
  : never;

/**
 * The states a target stands for: itself, or those of a named set.
 *
 * @internal
 */
export type Meant<R extends AnyResource, T> = T extends SetOf<R>
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
export type Named<R extends AnyResource> = R["kind"] extends `${"a" | "e" | "i" | "o" | "u"}${string}`
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
 * The targets of a wait, or the sentence about what is wrong with them.
 *
 * @internal
 */
export type CheckTargets<R extends AnyResource, Now, T> = T extends string ? CheckTarget<R, Now, T>
  : T extends readonly string[] ? { readonly [I in keyof T]: CheckTarget<R, Now, T[I]> }
  : StateOf<R> | SetOf<R>;

/**
 * The states to leave, or the sentence about what is wrong with them.
 *
 * @internal
 */
export type CheckState<R extends AnyResource, T> = T extends string ? T extends StateOf<R> | SetOf<R> ? T
  : `Cannot wait while ${T}: ${Named<R>} does not have this state. It has ${Listed<R["states"]>}`
  : T extends readonly string[] ? { readonly [I in keyof T]: CheckState<R, T[I]> }
  : StateOf<R> | SetOf<R>;

/**
 * One of several, or the one there is.
 *
 * @internal
 */
export type Flat<T> = T extends readonly (infer One)[] ? One : T;

/**
 * The state after an action: in flight, the one it enters, or the one before.
 *
 * @internal
 */
export type Enters<A, Now> = A extends { inFlight: infer State extends string } ? State
  : A extends { enters: infer State extends string } ? State
  : Now;

/**
 * The states in which an action is accepted: those in `from`, or all except those in `notFrom`.
 *
 * @internal
 */
export type From<R extends AnyResource, A> = A extends { notFrom: readonly (infer Not)[] }
  ? Exclude<StateOf<R>, Not>
  : A extends { from: readonly (infer State)[] } ? State
  : never;

/**
 * The arguments of an action's method.
 *
 * @internal
 */
// deno-lint-ignore no-explicit-any
export type ArgsOf<A> = A extends { request: (target: any, ...args: infer Args) => unknown } ? Args : never;
