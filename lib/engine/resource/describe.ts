/**
 * A resource as data: what the engine must know of a kind of thing an API has.
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

/** What is kept of a member from before an action, to tell later whether the action happened. */
export interface Before {
  /** Its state then. */
  state: string;
  /** What {@linkcode Definition.mark} gave then, such as the time of its last change. */
  mark: string | number | undefined;
}

/** The same, of a write that an earlier run sent. */
export interface SentBefore extends Before {
  /** When, ms by our clock; undefined where that was not kept. */
  readonly since?: number;
}

/** Which member an action's request is for. */
export interface Target<Rec> {
  /** Its id. */
  id: string;
  /** Its record. */
  record: Rec;
}

/** One request that changes a member. */
export interface Action<Rec, S extends string = string, Args extends readonly unknown[] = readonly never[]> {
  /** The states in which the API takes it. */
  readonly from: readonly S[];
  /**
   * The states in which the API does not take it, where its description names those because the others are many. Then
   * {@linkcode Action.from} is all others.
   */
  readonly notFrom?: readonly S[];
  /**
   * States in which the API takes it as well, of a member that is found there. Where an action of the same chain has only
   * just led there it is refused all the same: what was forgotten then is the wait between the two.
   */
  readonly foundIn?: readonly S[];
  /** The state it puts the member in once accepted; absent where the state stays as it is. */
  readonly enters?: S;
  /**
   * What a member is called from then on until the API shows it there: `starting`. Not one of the API's states, so nobody
   * can wait for it. Default: it counts as being in {@linkcode Action.enters} at once.
   */
  readonly inFlight?: string;
  /** States that may be seen on the way from `from` to what follows, besides those the graph drifts through. */
  readonly via?: readonly S[];
  /** Whether it cannot be undone. Rails guard it. Default false. */
  readonly destructive?: boolean;
  /** Whether it is done even where the member already is where it leads, as a reboot is. Default false. */
  readonly always?: boolean;
  /** The action that undoes it. */
  readonly inverse?: string;
  /**
   * Which part of the member it changes, where it does not change the state: of several actions on one part the last
   * one counts. Default: a part of its own.
   */
  readonly part?: string;
  /** The request. */
  request(target: Target<Rec>, ...args: Args): ApiRequest;
  /** How it reads in plans and reports, where its arguments may hold secrets or much text: `script(…)`. */
  label?(...args: Args): string;
  /** Refuses arguments that make no sense, when the chain is built. */
  check?(...args: Args): void;
  /** Turns what people give (names) into what the API takes (ids). Reads only; once per run, before the plan. */
  prepare?(endpoint: Endpoint, ...args: Args): Promise<readonly unknown[]>;
  /**
   * Why the API would refuse it in spite of the member's state, as far as that shows in its record: `it is protected from
   * deletion`. A fragment of a sentence, perhaps with what to do about it behind a colon. Only what is certain: a record of
   * a list may lack what a GET shows, and another release may allow it.
   */
  obstacle?(at: StepFacts<Rec>, ...args: Args): string | undefined;
  /**
   * What it may change besides the member, or of the member besides what it is for, as far as that shows in its record: `its 2
   * replicas restart too`. A fragment of a sentence. Plans show it. Default: nothing.
   */
  sideEffect?(at: StepFacts<Rec>, ...args: Args): string | undefined;
  /**
   * The fields of the record that it may change, besides those of the state and the mark; of tags perhaps only some:
   * `tags.owner`. Nothing else is.
   */
  readonly changes?: readonly string[] | ((...args: Args) => readonly string[]);
  /** What it makes of them, where that is known beforehand. */
  makes?(record: Rec, ...args: Args): Partial<Rec>;
  /**
   * What a destructive action destroys along with the member though it is a thing of its own, such as the increments of a
   * backup: for members of these records, by their ids. It is shown, counted and guarded as the members are. Reads only; once
   * per plan, and again before the deed where the plan is older than some seconds.
   */
  alsoDestroys?(
    endpoint: Endpoint,
    records: readonly Rec[],
    ...args: Args
  ): Promise<ReadonlyMap<string, readonly AlsoDestroyed[]>> | ReadonlyMap<string, readonly AlsoDestroyed[]>;
  /** Whether a record already is as the action would make it; for actions that change a field, not the state. */
  done?(record: Rec, ...args: Args): boolean;
  /**
   * Evidence that it was carried out, where the state alone does not tell: a resize ends where it began. Where there is
   * `done` besides, a member that is back without being so has failed: the action was carried out and taken back.
   */
  happened?(record: Rec, ...args: Args): boolean;
  /**
   * Whether a state on the way or a change of the member's mark is that evidence, as nothing else shows it: a reboot. It is
   * sent only when the mark it leaves is certain to differ. As anybody's change leaves a mark as well, it counts only where
   * the API accepted the action and keeps no audit of it (see {@linkcode Definition.audit}). Default false.
   */
  readonly leavesMark?: boolean;
  /**
   * Whether it does no harm to send it twice, as the member's own state makes the second time nothing: a stop. Where it is
   * true and an answer was lost, the action is looked for but for 5 s, and sent again. Where it is false it is looked for
   * ten minutes, and sent again only where the API's audit, or a mark that did not change, says that it was not carried
   * out. Where nothing is said, one that leads for good out of the states it is taken in, or sets what
   * {@linkcode Action.done} compares and nothing else, is looked for 30 s and sent again; any other counts as false.
   */
  readonly repeatable?: boolean;
}

/** What an API's audit says of one action on one member. */
export interface Audit {
  /** The server's time when it answered, ms, in whole seconds (its `Date`); undefined where it did not say. */
  readonly now: number | undefined;
  /** Each time the action ended: when, in ms by the server's clock, and whether it went well. */
  readonly entries: readonly { readonly at: number; readonly ok: boolean }[];
}

/** How an API's audit is read: its own record of what was done to a member. */
export interface Auditing {
  /** The actions it tells of. */
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
  /** The states that are meant. */
  readonly states: readonly S[];
  /** What else must hold of the record. */
  holds?(record: Rec): boolean;
  /** States in which a wait for this set fails at once. */
  readonly fails?: readonly S[];
  /** Why a member in one of `states` will not come to hold any more, if so: then a wait fails at once as well. */
  stuck?(record: Rec): string | undefined;
}

/** How members that do not exist yet are made. */
export interface Creation<Rec, Spec, S extends string = string> {
  /** The state a new member is in. */
  readonly enters: S;
  /** The request that makes one. */
  request(spec: Spec, name: string): ApiRequest;
  /**
   * The id in the answer, where the API answers a creation with less than a record: the record is read by it then. A secret
   * that such an answer holds is given to `keepSecret()` here, so that no output shows it.
   */
  idIn?(body: unknown): string | undefined;
  /** Turns names in the specification into ids. Reads only; once per run, before the plan. */
  prepare?(endpoint: Endpoint, spec: Spec): Promise<Spec>;
  /**
   * The member of this name that an earlier request may have made, or all that may be it; asked when an answer was lost.
   * Whether it is the one is decided by {@linkcode Creation.fits} and {@linkcode Creation.madeAt}.
   */
  find(endpoint: Endpoint, name: string, spec: Spec): Promise<Rec | readonly Rec[] | undefined>;
  /** Whether a member is as it was asked for, and so not somebody else's of the same name. Default: it is. */
  fits?(record: Rec, spec: Spec): boolean;
  /**
   * Whether the API refuses a second member of the same name. Then one whose answer was lost, and that does not show for half
   * a minute, is asked for again. Where a second would be made it is looked for two minutes, and then left in doubt. Default
   * false.
   */
  readonly unique?: boolean | ((name: string) => boolean);
  /** When a member was made, ms by the server's clock: one from before the request is somebody else's. */
  madeAt?(record: Rec): number | undefined;
}

/** What says that a member is gone. */
export interface Gone<S extends string = string> {
  /** The state's name. */
  readonly state: S;
  /** The statuses that say so. A body may come with them, and gone it is. */
  readonly statuses: readonly number[];
  /** The API's own codes that say so with these statuses; others are about something else. Default: any. */
  readonly codes?: readonly string[];
  /**
   * Whether a record that shows this state says so as well. Default false: a member that is shown as deleted is gone only
   * when the API answers with one of the statuses.
   */
  readonly shown?: boolean;
}

/** Whether an answer or a refusal is the API's word that a member is gone. */
export function saysGone(
  { gone }: Pick<AnyResource, "gone">,
  said: { status: number; code?: string },
): boolean {
  if (!gone.statuses.includes(said.status)) return false;
  return gone.codes === undefined || gone.codes.includes(said.code ?? "");
}

/** One member, for a {@linkcode Reader}. */
export interface Subject<Rec> {
  /** Where it is read from. */
  readonly endpoint: Endpoint;
  /** The member's id. */
  readonly id: string;
  /** Its record: read when first asked for, once. */
  record(): Promise<Rec>;
}

/** Something that can be read of one member besides its record: a machine's snapshots. */
export type Reader<Rec> = (subject: Subject<Rec>, ...args: never[]) => Promise<unknown>;

/** Steps that are no API requests: a command over SSH. */
export type StepMaker<Rec> = (...args: never[]) => Performance<Rec>;

/** A resource as its provider writes it down. */
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
  /** What it is called: `machine`. */
  readonly kind: Kind;
  /** Several of them: `machines`. Default: kind + "s". */
  readonly plural?: string;
  /** The API's own names for where a member can be. */
  readonly states: States;
  /** Where a member goes from a state by itself. */
  readonly drift: D;
  /** States that hide where the member is (unreachable host); a wait sits them out. */
  readonly opaque?: readonly Opaque[];
  /**
   * States that show that something failed. A member may drift there, but no action leads there: one that is found in such
   * a state is not already where an action would bring it, and a write whose answer was lost is not taken for done.
   */
  readonly failures?: readonly States[number][];
  /**
   * The attributes its records have, and what each holds: by these conditions are checked when they are given. Default:
   * an attribute counts as known when one of the records read has it.
   */
  readonly fields?: Fields<NoInfer<Rec>>;
  /** The fields that tables show. Default: the id, the name, the state, and the first others that are single values. */
  readonly columns?: readonly (keyof NoInfer<Rec> & string)[];
  /** A record's state. */
  state(record: Rec): string;
  /** A record's identity. */
  id(record: Rec): string;
  /** What people call it. */
  name(record: Rec): string;
  /** Everything people may call it by, where that is more than its name: `name@version`. */
  names?(record: Rec): readonly string[];
  /** Of several of one name the one that is meant where it is only read: the newest. Default: none, it is an error. */
  prefer?(found: readonly Rec[]): Rec | undefined;
  /** A record's tags, where the API has tags. */
  tags?(record: Rec): Record<string, unknown>;
  /** Something that changes whenever the member does, such as its `updated` time. */
  mark?(record: Rec): string | number | undefined;
  /**
   * Where marks are times too coarse to differ whenever the member changes: the time of its mark, ms since the epoch by the
   * server's clock, and how long after it another change may leave the same one, ms.
   */
  markTime?(record: Rec): { at: number; unit: number };
  /** Why a member is in a bad state, in the API's words. */
  fault?(record: Rec): string | undefined;
  /** What gone means; see {@linkcode Gone}. */
  readonly gone: Gone<States[number]>;
  /** Fills in what a record's type promises and a server may leave out, such as no tags at all; in place. */
  complete?(record: Rec): void;
  /** How it is listed. */
  readonly list: Listing<Rec>;
  /** Evidence of actions that their members' states do not show, where the API keeps an audit. */
  readonly audit?: Auditing;
  /** The request for one member. */
  get(id: string): ApiRequest;
  /** The record in the body of a GET. */
  read(body: unknown): Rec;
  /** Whether a text is an id rather than a name. Default: whether it is a UUID. */
  isId?(text: string): boolean;
  /**
   * Whether a text may be the beginning of an id by which people know a member. It is taken for one where no member has it as
   * its name. Default: none is.
   */
  isShortId?(text: string): boolean;
  /** What changes a member, by name; each is a method of a chain. */
  readonly actions: A;
  /** Names for several states, which can be waited for. */
  readonly sets?: Sets;
  /** What can be done to a member that is no request of the API; methods of a chain. */
  readonly steps?: Steps;
  /** What can be read of one member; a method of the selection of one. */
  readonly reads?: Reads;
  /**
   * Turns what people give in the conditions on attributes (another thing's name) into what records hold (its id).
   * Reads only; once per run, before the selection is read.
   */
  conditions?(
    endpoint: Endpoint,
    where: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** How members are made. Default: they are not. */
  // deno-lint-ignore no-explicit-any
  readonly create?: Creation<Rec, any, States[number]>;
  /** A wait's time limit in ms where none is given. Default 10 minutes. */
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

/** A definition of which no type of the provider's is left. */
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

/** Any described resource, as the engine sees it: a {@linkcode Definition} without the provider's types. */
export interface AnyResource extends Omit<AnyDefinition, "drift" | "fields"> {
  /** Where a member goes from a state by itself. */
  readonly drift: { readonly [state: string]: readonly string[] | undefined };
  /** The attributes its records have, and what each holds. */
  readonly fields?: Readonly<Record<string, Field>>;
}

/** Any action, as the engine sees it. */
// deno-lint-ignore no-explicit-any
export type AnyAction = Action<any, string, any>;

/** A wait's time limit in ms where neither the wait nor the resource says one. */
export const DEFAULT_WAIT = 600_000;

/**
 * A resource's description, frozen. What its types cannot say (that every inverse exists, that no set is named like a
 * state) a test checks: every script describes its resources when it starts.
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

/** The state a member counts as being in once an action was accepted; undefined where it stays as it is. */
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

/** A value that is made when it is first asked for: of all that is described a script mostly uses one resource. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}
