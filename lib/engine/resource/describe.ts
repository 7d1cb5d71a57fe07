/**
 * A resource as data: what the engine must know about a kind of thing in an API.
 *
 * @module
 */
import type { Listing, WireListener } from "./listing.ts";
import type { AlsoDestroyed } from "./destroyed_along.ts";
import type { ApiRequest, Endpoint } from "./endpoint.ts";
import type { Field, Fields } from "./fields.ts";
import type { StepFacts } from "./step_facts.ts";
import type { Performance } from "./steps.ts";
import { acceptingRecords } from "./accept_record.ts";

/** What is kept of a member from before an action, to find out later whether the action happened. */
export interface Before {
  /** Its state at that time. */
  state: string;
  /** The {@linkcode Definition.mark} at that time, such as the time of the last change. */
  mark: string | number | undefined;
}

/** The same for a write that an earlier run sent. */
export interface SentBefore extends Before {
  /** When it was sent, in milliseconds of our clock; undefined if that was not kept. */
  readonly since?: number;
}

/** The member that an action's request is for. */
export interface Target<Rec> {
  /** Its id. */
  id: string;
  /** Its record. */
  record: Rec;
}

/** One request that changes a member. */
export interface Action<Rec, S extends string = string, Args extends readonly unknown[] = readonly never[]> {
  /** The states in which the API accepts it. */
  readonly from: readonly S[];
  /**
   * The states in which the API does not accept it, if the description lists those because the others are many. Then
   * {@linkcode Action.from} has all others.
   */
  readonly notFrom?: readonly S[];
  /**
   * Further states in which the API accepts it, for a member that is found there. If an action of the same chain has
   * just led there it is still refused, because then the wait between the two was forgotten.
   */
  readonly foundIn?: readonly S[];
  /** The member's state after it is accepted; undefined if the state does not change. */
  readonly enters?: S;
  /**
   * A name for the time until the API shows the new state: `starting`. It is not one of the API's states, so nobody can
   * wait for it. Default: the member counts as being in {@linkcode Action.enters} at once.
   */
  readonly inFlight?: string;
  /** States that the member may pass through on the way from `from`, besides those in the drift. */
  readonly via?: readonly S[];
  /** Whether it cannot be undone. Then it needs consent. Default false. */
  readonly destructive?: boolean;
  /** Whether it is done even if the member is already where it leads, as a reboot is. Default false. */
  readonly always?: boolean;
  /** The action that undoes it. */
  readonly inverse?: string;
  /**
   * The part of the member that it changes, if it does not change the state. Of several actions on one part the last
   * one counts. Default: a part of its own.
   */
  readonly part?: string;
  /** The request. */
  request(target: Target<Rec>, ...args: Args): ApiRequest;
  /** Its text in plans and reports, if its arguments may be secret or long: `script(…)`. */
  label?(...args: Args): string;
  /** Refuses invalid arguments when the chain is built. */
  check?(...args: Args): void;
  /** Turns names that people give into ids that the API accepts. Sends only reads; once per run, before the plan. */
  prepare?(endpoint: Endpoint, ...args: Args): Promise<readonly unknown[]>;
  /**
   * Why the API would refuse it despite the member's state, as far as the record shows it: `it is protected from
   * deletion`. Part of a sentence; it may have advice after a colon. Report only what is certain, because a record of a
   * list may lack what a GET shows, and another release may allow it.
   */
  obstacle?(at: StepFacts<Rec>, ...args: Args): string | undefined;
  /**
   * Its side effects, as far as the record shows them: `its 2 replicas restart too`. Part of a sentence, which plans
   * show. Default: none.
   */
  sideEffect?(at: StepFacts<Rec>, ...args: Args): string | undefined;
  /**
   * The fields of the record that it may change, besides those of the state and the mark. For tags perhaps only some:
   * `tags.owner`. It changes nothing else.
   */
  readonly changes?: readonly string[] | ((...args: Args) => readonly string[]);
  /** The new values of these fields, if they are known beforehand. */
  makes?(record: Rec, ...args: Args): Partial<Rec>;
  /**
   * What a destructive action destroys besides the member, such as the increments of a backup: for the members of these
   * records, by their ids. It is shown, counted and guarded like the members. Sends only reads; once per plan, and
   * again before the write if the plan is older than some seconds.
   */
  alsoDestroys?(
    endpoint: Endpoint,
    records: readonly Rec[],
    ...args: Args
  ): Promise<ReadonlyMap<string, readonly AlsoDestroyed[]>> | ReadonlyMap<string, readonly AlsoDestroyed[]>;
  /** Whether a record is already as the action would make it. For actions that change a field, not the state. */
  done?(record: Rec, ...args: Args): boolean;
  /**
   * Whether a record proves that it was carried out, if the state alone does not: a resize ends where it began. If
   * there is `done` as well, a member that is back without being done has failed: the action was carried out and
   * undone.
   */
  happened?(record: Rec, ...args: Args): boolean;
  /**
   * Whether a state on the way or a change of the member's mark proves it, because nothing else shows it: a reboot. It
   * is sent only when its mark is certain to differ. Anybody's change leaves a mark as well. So the mark counts only if
   * the API accepted the action and keeps no audit of it (see {@linkcode Definition.audit}). Default false.
   */
  readonly leavesMark?: boolean;
  /**
   * Whether sending it twice does no harm, because the member's own state makes the second time ineffective: a stop. If
   * true, and an answer was lost, muster looks for the effect for 5 s, and then sends the action again. If false, it
   * looks for ten minutes, and sends again only if the API's audit, or an unchanged mark, proves that the action was
   * not carried out. Default: if the action leaves the states in which it is accepted for good, or sets exactly what
   * {@linkcode Action.done} compares, muster looks for 30 s and sends again; any other action counts as false.
   */
  readonly repeatable?: boolean;
}

/** What an API's audit says about one action on one member. */
export interface Audit {
  /**
   * The server's time when it answered, in milliseconds (whole seconds, from its `Date`); undefined if it did not say.
   */
  readonly now: number | undefined;
  /** Each time the action ended. */
  readonly entries: readonly AuditFinding[];
}

/** That an action ended, as an API's audit says it. */
export interface AuditFinding {
  /** When it ended, ms by the server's clock. */
  readonly at: number;
  /** Whether it went well. */
  readonly ok: boolean;
  /**
   * Why it failed, in the API's words; or what reads that, which is called for the one failure that is reported. It stands in
   * the failure's text. Default: nobody knows.
   */
  readonly why?: string | undefined | (() => Promise<string | undefined>);
}

/** How to read an API's audit: its own record of what was done to a member. */
export interface Auditing {
  /** The actions that it records. */
  readonly of: readonly string[];
  /** Reads it for one action. */
  read(
    endpoint: Endpoint,
    id: string,
    action: string,
    options: { signal?: AbortSignal | undefined; on?: WireListener | undefined },
  ): Promise<Audit>;
}

/** A named set of states, possibly with a condition on the record: Trove's "ready". */
export interface StateSet<Rec, S extends string = string> {
  /** The states in the set. */
  readonly states: readonly S[];
  /** A further condition on the record. */
  holds?(record: Rec): boolean;
  /** States in which a wait for this set fails at once. */
  readonly fails?: readonly S[];
  /** Why a member in one of `states` can no longer meet the condition, if so. Then a wait fails at once as well. */
  stuck?(record: Rec): string | undefined;
}

/** How to create members. */
export interface Creation<Rec, Spec, S extends string = string> {
  /** The state a new member is in. */
  readonly enters: S;
  /** The request that creates one. */
  request(spec: Spec, name: string): ApiRequest;
  /**
   * The id in the answer, if the API answers a creation without the whole record; the record is then read by it. If
   * such an answer contains a secret, call `keepSecret()` here, so that no output shows it.
   */
  idIn?(body: unknown): string | undefined;
  /** Turns names in the specification into ids. Sends only reads; once per run, before the plan. */
  prepare?(endpoint: Endpoint, spec: Spec): Promise<Spec>;
  /**
   * The members of this name that an earlier request may have created. Called when an answer was lost. {@linkcode
   * Creation.fits} and {@linkcode Creation.madeAt} decide which is the new one.
   */
  find(endpoint: Endpoint, name: string, spec: Spec): Promise<Rec | readonly Rec[] | undefined>;
  /** Whether a member matches the specification, and so is not somebody else's of the same name. Default: it does. */
  fits?(record: Rec, spec: Spec): boolean;
  /**
   * Whether the API refuses a second member of the same name. If so, a creation whose answer was lost is sent again if
   * the member does not show for half a minute. If not, muster looks for it for two minutes, and then leaves it in
   * doubt. Default false.
   */
  readonly unique?: boolean | ((name: string) => boolean);
  /**
   * When a member was created, in milliseconds by the server's clock. One from before the request is somebody else's.
   */
  madeAt?(record: Rec): number | undefined;
}

/** How gone shows. */
export interface Gone<S extends string = string> {
  /** The state's name. */
  readonly state: S;
  /** The statuses that mean gone. They may come with a body. */
  readonly statuses: readonly number[];
  /** The API's own codes that mean gone with these statuses; other codes are about something else. Default: any. */
  readonly codes?: readonly string[];
  /**
   * Whether a record that shows this state proves it as well. Default false: a member that is shown as deleted is gone
   * only when the API answers with one of the statuses.
   */
  readonly shown?: boolean;
}

/** Whether an answer or a refusal of the API proves that a member is gone. */
export function saysGone(
  { gone }: Pick<AnyResource, "gone">,
  said: { status: number; code?: string },
): boolean {
  if (!gone.statuses.includes(said.status)) return false;
  return gone.codes === undefined || gone.codes.includes(said.code ?? "");
}

/** One member, for a {@linkcode Reader}. */
export interface Subject<Rec> {
  /** The endpoint to read from. */
  readonly endpoint: Endpoint;
  /** The member's id. */
  readonly id: string;
  /** Its record. It is read once, at the first call. */
  record(): Promise<Rec>;
}

/** Reads something about one member besides its record: a machine's snapshots. */
export type Reader<Rec> = (subject: Subject<Rec>, ...args: never[]) => Promise<unknown>;

/** Makes a step that is not an API request: a command over SSH. */
export type StepMaker<Rec> = (...args: never[]) => Performance<Rec>;

/** The description of a resource. */
export interface Definition<
  Kind extends string,
  Rec extends object,
  States extends readonly string[],
  D extends { readonly [K in States[number]]?: readonly States[number][] },
  A extends Record<string, Action<Rec, States[number]>>,
  Sets extends Record<string, StateSet<Rec, States[number]>>,
  Steps extends Record<string, StepMaker<Rec>>,
  Opaque extends States[number],
  Reads extends Record<string, Reader<Rec>>,
> {
  /** The name of one: `machine`. */
  readonly kind: Kind;
  /** The name of several: `machines`. Default: kind + "s". */
  readonly plural?: string;
  /** The API's own names for the states. */
  readonly states: States;
  /** The states that a member goes to by itself, for each state. */
  readonly drift: D;
  /** States that hide where the member is (unreachable host). A wait ignores them. */
  readonly opaque?: readonly Opaque[];
  /**
   * States that show a failure. A member may drift there, but no action leads there. A member in such a state does not
   * count as already where an action leads, and does not prove that a write with a lost answer was done.
   */
  readonly failures?: readonly States[number][];
  /**
   * The attributes of its records, and their types. Conditions are checked against them when they are given. Default:
   * an attribute is known if one of the records has it.
   */
  readonly fields?: Fields<NoInfer<Rec>>;
  /** The fields that tables show. Default: the id, the name, the state, and the first others that are single values. */
  readonly columns?: readonly (keyof NoInfer<Rec> & string)[];
  /** A record's state. */
  state(record: Rec): string;
  /** A record's id. */
  id(record: Rec): string;
  /** A record's name. */
  name(record: Rec): string;
  /** All names of a record, if there are more than one: `name@version`. */
  names?(record: Rec): readonly string[];
  /** Picks one of several members of the same name, if it is only read: the newest. Default: several are an error. */
  prefer?(found: readonly Rec[]): Rec | undefined;
  /** A record's tags, where the API has tags. */
  tags?(record: Rec): Record<string, unknown>;
  /** A value that changes whenever the member does, such as its `updated` time. */
  mark?(record: Rec): string | number | undefined;
  /**
   * For marks that are times, and too coarse to differ at every change: the time of the mark, in milliseconds since the
   * epoch by the server's clock, and how long after it another change may leave the same mark (in milliseconds).
   */
  markTime?(record: Rec): { at: number; unit: number };
  /** Why a member is in a state of failure, in the API's words. */
  fault?(record: Rec): string | undefined;
  /** How gone shows; see {@linkcode Gone}. */
  readonly gone: Gone<States[number]>;
  /** Fills in what a record's type promises and a server may leave out, such as the tags. Changes the record. */
  complete?(record: Rec): void;
  /** How it is listed. */
  readonly list: Listing<Rec>;
  /** The API's audit, for actions that the members' states do not show. */
  readonly audit?: Auditing;
  /** The request for one member. */
  get(id: string): ApiRequest;
  /** The record in the body of a GET. */
  read(body: unknown): Rec;
  /** Whether a text is an id rather than a name. Default: whether it is a UUID. */
  isId?(text: string): boolean;
  /**
   * Whether a text may be the beginning of an id. It is used as that if no member has the text as its name. Default:
   * false.
   */
  isShortId?(text: string): boolean;
  /** The actions that change a member. Each is a method of a chain. */
  readonly actions: A;
  /** Names for several states. A wait can use them. */
  readonly sets?: Sets;
  /** The steps that are not requests to the API. Each is a method of a chain. */
  readonly steps?: Steps;
  /** What can be read of one member. Each is a method of the selection of one. */
  readonly reads?: Reads;
  /**
   * Turns what people give in conditions (another thing's name) into what records have (its id). Sends only reads; once
   * per run, before the selection is read.
   */
  conditions?(
    endpoint: Endpoint,
    where: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** How members are created. Default: they cannot be created. */
  // deno-lint-ignore no-explicit-any
  readonly create?: Creation<Rec, any, States[number]>;
  /** The default time limit of a wait, in milliseconds. Default 10 minutes. */
  readonly timeout?: number;
}

/** A described resource. */
export type Resource<
  Kind extends string,
  Rec extends object,
  States extends readonly string[],
  D extends { readonly [K in States[number]]?: readonly States[number][] },
  A extends Record<string, Action<Rec, States[number]>>,
  Sets extends Record<string, StateSet<Rec, States[number]>>,
  Steps extends Record<string, StepMaker<Rec>>,
  Opaque extends States[number],
  Reads extends Record<string, Reader<Rec>>,
> = Definition<Kind, Rec, States, D, A, Sets, Steps, Opaque, Reads>;

/** A definition without its own types. */
export type AnyDefinition = Definition<
  string,
  // deno-lint-ignore no-explicit-any
  any,
  readonly string[],
  { readonly [state: string]: readonly string[] },
  Readonly<Record<string, AnyAction>>,
  // deno-lint-ignore no-explicit-any
  Readonly<Record<string, StateSet<any>>>,
  // deno-lint-ignore no-explicit-any
  Readonly<Record<string, StepMaker<any>>>,
  string,
  // deno-lint-ignore no-explicit-any
  Readonly<Record<string, Reader<any>>>
>;

/** Any described resource, as the engine uses it: a {@linkcode Definition} without its own types. */
export interface AnyResource extends Omit<AnyDefinition, "drift" | "fields"> {
  /** Where a member goes from a state by itself. */
  readonly drift: { readonly [state: string]: readonly string[] | undefined };
  /** The attributes of its records, and their types. */
  readonly fields?: Readonly<Record<string, Field>>;
}

/** Any action, without its own types. */
// deno-lint-ignore no-explicit-any
export type AnyAction = Action<any, string, any>;

/** The time limit of a wait if neither the wait nor the resource sets one, in milliseconds. */
export const DEFAULT_WAIT = 600_000;

/**
 * A resource's description, frozen. A test checks what types cannot (that every inverse exists, that no set is named
 * like a state), because every script describes its resources at its start.
 */
export function describe<
  const Kind extends string,
  Rec extends object,
  const States extends readonly string[],
  const D extends { readonly [K in States[number]]?: readonly States[number][] },
  const A extends Record<string, Action<Rec, States[number]>>,
  const Sets extends Record<string, StateSet<Rec, States[number]>> = Record<never, never>,
  const Steps extends Record<string, StepMaker<Rec>> = Record<never, never>,
  const Opaque extends States[number] = never,
  const Reads extends Record<string, Reader<Rec>> = Record<never, never>,
>(
  definition: Definition<Kind, Rec, States, D, A, Sets, Steps, Opaque, Reads>,
): Resource<Kind, Rec, States, D, A, Sets, Steps, Opaque, Reads> {
  return Object.freeze(acceptingRecords(definition));
}

/** The state that a member counts as being in once an action was accepted; undefined if it does not change. */
export function stateAfter({ inFlight, enters }: AnyAction): string | undefined {
  return enters === undefined ? undefined : inFlight ?? enters;
}

/** Several members of a resource, counted: `1 machine`, `3 machines`. */
export function counted(resource: Pick<AnyResource, "kind" | "plural">, count: number): string {
  return `${count} ${count === 1 ? resource.kind : resource.plural ?? `${resource.kind}s`}`;
}

/** A resource with its article: `a machine`, `an instance`. */
export function article({ kind }: Pick<AnyResource, "kind">): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** A value that is made at its first use: a script usually uses one of all described resources. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
