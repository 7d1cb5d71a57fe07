/**
 * Describes a resource: fills in what follows from its path, and checks the rest.
 *
 * @module
 */
import {
  type Action,
  type Creation,
  type Definition,
  describe as whole,
  type Gone,
  type Reader,
  type Resource,
  type StateSet,
  type StepMaker,
  type Target,
} from "../engine/resource/describe.ts";
import type { ApiRequest, Endpoint } from "../engine/resource/endpoint.ts";
import type { Listing } from "../engine/resource/listing.ts";
import { checkDescription, type Checked } from "./check_description.ts";
import { strangeParts } from "./known_parts.ts";
import { onePage, type PagesMaker } from "./pages.ts";
import type { PushedChanges } from "./pushed_options.ts";

/**
 * The states in which the API accepts an action. `from` lists them. If it is accepted in nearly all of many states,
 * `notFrom` lists the others. Give one of the two, never both.
 *
 * @example
 * ```ts
 * import type { TakenIn } from "@muster/muster";
 *
 * type State = "building" | "working" | "paused" | "gone";
 * const pause: TakenIn<State> = { from: ["working"] };
 * const remove: TakenIn<State> = { notFrom: ["building", "gone"] };
 * console.log(pause.from, remove.notFrom);
 * ```
 */
export type TakenIn<S extends string = string> =
  | {
    /** The states in which it is accepted. */
    readonly from: readonly S[];
    /** Not together with `from`. */
    readonly notFrom?: never;
  }
  | {
    /** The states in which it is not accepted, including the one that means gone. */
    readonly notFrom: readonly S[];
    /** Not together with `notFrom`. */
    readonly from?: never;
  };

/**
 * The description of an action. If the resource has a path, these defaults follow from it:
 *
 * - `request`: `POST <path>/<id>/<name>`, or `DELETE <path>/<id>` for the action that leads to gone;
 * - `destructive`: true for that action;
 * - `repeatable`: false. A write whose answer was lost is sent again only where the API shows that it was not carried out.
 *
 * @example
 * ```ts
 * import type { ActionDescription } from "@muster/muster";
 *
 * const pause: ActionDescription<{ id: string }, "working" | "pausing"> = { from: ["working"], enters: "pausing" };
 * console.log(pause.enters);
 * ```
 */
export type ActionDescription<Rec, S extends string = string> =
  & Omit<Action<Rec, S>, "request" | "from" | "notFrom">
  & TakenIn<S>
  & {
    /** The request. Default: it follows from the resource's path. */
    request?(target: Target<Rec>, ...args: readonly never[]): ApiRequest;
  };

/**
 * The description of how members are created. If the resource has a path, the default of `request` is `POST <path>`
 * with the specification and the name, and `find` lists the members of the name. Without `madeAt`, a member that is
 * found after a lost answer does not count as the new one: the report says that it may exist.
 *
 * @example
 * ```ts
 * import type { CreationDescription } from "@muster/muster";
 *
 * interface Job {
 *   id: string;
 *   made: string;
 * }
 * const create: CreationDescription<Job, { pool: string }, "working"> = {
 *   enters: "working",
 *   madeAt: (job) => Date.parse(job.made),
 * };
 * console.log(create.enters);
 * ```
 */
export type CreationDescription<Rec, Spec, S extends string = string> =
  & Pick<Creation<Rec, Spec, S>, "enters">
  & Partial<Omit<Creation<Rec, Spec, S>, "enters">>;

/**
 * The actions of a description, each with its request and the states in which it is accepted.
 *
 * @example
 * ```ts
 * import type { WithRequests } from "@muster/muster";
 *
 * type Actions = WithRequests<{ pause: { from: ["working"] } }, { id: string }>;
 * const actions: Actions = {
 *   pause: { from: ["working"], request: ({ id }) => ({ method: "POST", path: `/jobs/${id}/pause` }) },
 * };
 * console.log(actions.pause.request({ id: "j1", record: { id: "j1" } }).path);
 * ```
 */
export type WithRequests<A, Rec> = {
  readonly [Name in keyof A]:
    & A[Name]
    & (A[Name] extends { request: unknown } ? unknown : { request(target: Target<Rec>): ApiRequest })
    & (A[Name] extends { from: unknown } ? unknown : { readonly from: readonly string[] });
};

/**
 * The result of {@linkcode describe}: a resource for chains.
 *
 * @example
 * ```ts
 * import { describe, type DescribedResource, type Selection } from "@muster/muster";
 *
 * const job = describe({
 *   kind: "job",
 *   path: "/jobs",
 *   state: (job: { id: string; phase: string }) => job.phase,
 *   states: ["working", "paused", "gone"],
 *   drift: {},
 *   actions: { pause: { from: ["working"], enters: "paused" } },
 * });
 * type Any = typeof job extends DescribedResource<"job", infer Job, infer _S, infer _D, infer _A, infer _Z, infer _P,
 *   infer _O, infer _R> ? Job : never;
 * const pauseAll = (jobs: Selection<typeof job>) => jobs.pause();
 * const first: Any = { id: "j1", phase: "working" };
 * console.log(job.state(first), typeof pauseAll);
 * ```
 */
export type DescribedResource<
  Kind extends string,
  Rec extends object,
  States extends readonly string[],
  D extends { readonly [K in States[number]]?: readonly States[number][] },
  A extends Record<string, ActionDescription<Rec, States[number]>>,
  Sets extends Record<string, StateSet<Rec, States[number]>>,
  Steps extends Record<string, StepMaker<Rec>>,
  Opaque extends States[number],
  Reads extends Record<string, Reader<Rec>>,
> =
  & Omit<
    Resource<
      Kind,
      Rec,
      States,
      D,
      Record<string, Action<Rec, States[number]>>,
      Sets,
      Steps,
      Opaque,
      Reads
    >,
    "actions"
  >
  & {
    /** The actions, with their requests. */
    readonly actions: WithRequests<A, Rec>;
    /** How changes of its members are pushed. */
    readonly pushed?: PushedChanges | undefined;
  };

/**
 * The parts of a description that have a default.
 *
 * @example
 * ```ts
 * import type { Followed } from "@muster/muster";
 *
 * const parts: readonly Followed[] = ["id", "name", "get", "list"];
 * console.log(parts);
 * ```
 */
export type Followed = "id" | "name" | "gone" | "get" | "read" | "list" | "actions" | "create" | "state";

/**
 * The description of a resource. With a `path` only its kind, states, `state()`, drift and actions are required. The
 * defaults are:
 *
 * - `id` is the record's `id`, and `name` its `name`, or else its id;
 * - `get` is `GET <path>/<id>`, and `read` returns the answer as the record;
 * - `list` is one page at `<path>`;
 * - `gone` is the state called `gone` or `deleted`, shown by 404 or 410;
 * - for the parts of an action, see {@linkcode ActionDescription}.
 *
 * Without a path there are no defaults: `get`, `read`, `list` and each action's `request` are required.
 *
 * @example
 * ```ts
 * import { describe, onePage } from "@muster/muster";
 *
 * interface Flavor {
 *   id: string;
 *   ram: number;
 * }
 * const flavor = describe({
 *   kind: "flavor",
 *   path: "/flavors",
 *   list: onePage({ items: "flavors" }),
 *   read: (body) => (body as { flavor: Flavor }).flavor,
 *   state: (_flavor: Flavor) => "active",
 *   states: ["active", "gone"],
 *   drift: {},
 *   columns: ["id", "ram"],
 *   actions: {},
 * });
 * console.log(flavor.columns);
 * ```
 */
export type ResourceDescription<
  Kind extends string,
  Rec extends object,
  States extends readonly string[],
  D extends { readonly [K in States[number]]?: readonly States[number][] },
  A extends Record<string, ActionDescription<Rec, States[number]>>,
  Sets extends Record<string, StateSet<Rec, States[number]>>,
  Steps extends Record<string, StepMaker<Rec>>,
  Opaque extends States[number],
  Reads extends Record<string, Reader<Rec>>,
> =
  & Omit<
    Definition<
      Kind,
      Rec,
      States,
      D,
      Record<string, Action<Rec, States[number]>>,
      Sets,
      Steps,
      Opaque,
      Reads
    >,
    Followed
  >
  & {
    /** The path of the resource, below the API's URL: `/jobs`. */
    readonly path?: string;
    /** A record's state. */
    state(record: Rec): string;
    /** The id of a record. Default: its `id`. */
    id?(record: Rec): string;
    /** The name of a record. Default: its `name`, or else its id. */
    name?(record: Rec): string;
    /** How gone shows. Default: the state called `gone` or `deleted`, proved by 404 or 410. */
    readonly gone?: Gone<States[number]>;
    /** The request for one member. Default: `GET <path>/<id>`. */
    get?(id: string): ApiRequest;
    /** The record in the body of an answer. Default: the body. */
    read?(body: unknown): Rec;
    /** How the members are listed: by `offsetPages()` or another maker, or by your own function. Default: one page. */
    readonly list?: PagesMaker<Rec> | Listing<Rec>;
    /** The actions that change a member. */
    readonly actions: A;
    /** How members are created. Default: they cannot be created. */
    // deno-lint-ignore no-explicit-any
    readonly create?: CreationDescription<Rec, any, States[number]>;
    /** How changes of members are pushed: `eventStream()`, `webSocket()`. Default: they are polled. */
    readonly pushed?: PushedChanges;
  };

/**
 * Completes and checks a resource's description. What follows from its path may be left out.
 *
 * @param description The resource's kind, its states and its actions.
 * @param options `checked`: a test has checked the description, so it need not be checked at each start. Default false.
 * @throws {MusterError} with a sentence for each mistake.
 *
 * @example
 * ```ts
 * import { describe, offsetPages } from "@muster/muster";
 *
 * interface Job {
 *   id: string;
 *   name: string;
 *   phase: string;
 *   pool: string;
 * }
 * const job = describe({
 *   kind: "job",
 *   path: "/jobs",
 *   list: offsetPages({ limit: 50 }),
 *   state: (job: Job) => job.phase,
 *   states: ["working", "pausing", "paused", "gone"],
 *   drift: { pausing: ["paused"] },
 *   actions: {
 *     pause: { from: ["working"], enters: "pausing" },
 *     remove: { from: ["paused"], enters: "gone", destructive: true },
 *   },
 * });
 * console.log(job.get("j1").path, Object.keys(job.actions));
 * ```
 */
export function describe<
  const Kind extends string,
  Rec extends object,
  const States extends readonly string[],
  const D extends { readonly [K in States[number]]?: readonly States[number][] },
  const A extends Record<string, ActionDescription<Rec, States[number]>>,
  const Sets extends Record<string, StateSet<Rec, States[number]>> = Record<never, never>,
  const Steps extends Record<string, StepMaker<Rec>> = Record<never, never>,
  const Opaque extends States[number] = never,
  const Reads extends Record<string, Reader<Rec>> = Record<never, never>,
>(
  description: ResourceDescription<Kind, Rec, States, D, A, Sets, Steps, Opaque, Reads>,
  options: { readonly checked?: boolean } = {},
): DescribedResource<Kind, Rec, States, D, A, Sets, Steps, Opaque, Reads> {
  const said = namingStates(description as unknown as Loose);
  const completed = description.path === undefined
    ? said as unknown as Completed
    : completedBy(description.path, said);
  if (!options.checked) {
    checkDescription({ ...completed, filters: completed.list?.filters }, [
      ...strangeParts(description),
      ...bothSaid(description.actions),
    ]);
  }
  // deno-lint-ignore no-explicit-any
  return whole(completed as any) as any;
}

/** A description without its types. */
interface Loose {
  readonly kind: string;
  readonly states: readonly string[];
  // deno-lint-ignore no-explicit-any
  readonly actions: Readonly<Record<string, any>>;
  // deno-lint-ignore no-explicit-any
  readonly create?: any;
  readonly gone?: Gone;
  readonly list?: PagesMaker<object> | Listing<object>;
  id?(record: object): string;
  name?(record: object): string;
  state(record: object): string;
}

/** Actions with both `from` and `notFrom`. */
function bothSaid(actions: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(actions ?? {}).flatMap(([name, action]) => {
    const { from, notFrom } = action as { from?: unknown; notFrom?: unknown };
    return from !== undefined && notFrom !== undefined
      ? [`the action ${name} says both from and notFrom. Say one of them.`]
      : [];
  });
}

/** The description with `from` filled in for every action. */
function namingStates(said: Loose): Loose {
  const { actions, states } = said;
  const others = Object.entries(actions ?? {}).filter(([, action]) => Array.isArray(action?.notFrom));
  if (others.length === 0 || !Array.isArray(states)) return said;
  const named = others.map(([name, action]) => {
    const from = action.from ?? states.filter((state) => !action.notFrom.includes(state));
    return [name, { ...action, from }] as const;
  });
  return { ...said, actions: { ...actions, ...Object.fromEntries(named) } };
}

/** A complete description, if it is correct. */
type Completed = Checked & { readonly list?: { readonly filters?: readonly string[] } };

/** Fills in what follows from a path. */
function completedBy(path: string, said: Loose): Completed {
  const at = (id: string, rest = "") => `${path}/${encodeURIComponent(id)}${rest}`;
  const id = said.id ?? ((record: object) => textOf((record as { id?: unknown }).id));
  const name = said.name ?? ((record: object) => textOf((record as { name?: unknown }).name));
  const gone = said.gone ?? goneAmong(said.states);
  const list = said.list ?? onePage();
  const actions = Object.fromEntries(
    Object.entries(said.actions ?? {}).map(([name, action]) => {
      const ends = gone !== undefined && action?.enters === gone.state;
      return [name, {
        request: ({ id }: { id: string }): ApiRequest =>
          ends
            ? { method: "DELETE", path: at(id) }
            : { method: "POST", path: at(id, `/${encodeURIComponent(name)}`) },
        repeatable: false,
        ...ends ? { destructive: true } : {},
        ...action,
      }];
    }),
  );
  const pages = typeof list === "function" ? list(path, id) : list;
  return {
    get: (id: string): ApiRequest => ({ method: "GET", path: at(id) }),
    read: (body: unknown) => body,
    // An id of an unknown API may have any form. A text that is not found as an id is looked up as a name.
    isId: (text: string) => text !== "",
    drift: {},
    ...said,
    id,
    name,
    gone,
    list: pages,
    actions,
    ...said.create === undefined ? {} : { create: creationAt(path, said.create, pages, name) },
  } as Completed;
}

/** The default way to create members at a path. */
function creationAt(
  path: string,
  said: { enters: string; madeAt?: unknown; fits?: unknown },
  list: Listing<object>,
  name: (record: object) => string,
): object {
  return {
    request: ({ count: _, ...spec }: Record<string, unknown>, name: string): ApiRequest => ({
      method: "POST",
      path,
      body: { ...spec, name },
    }),
    async find(endpoint: Endpoint, wanted: string) {
      const found: object[] = [];
      const asked = { tags: {}, attributes: { name: wanted }, allows: () => true };
      for await (const page of list.pages(endpoint, list.query?.(asked), { priority: "action" })) {
        found.push(...page.filter((record) => name(record) === wanted));
      }
      return found;
    },
    // Without a time nobody can distinguish it from an older member of the same name.
    ...said.madeAt === undefined ? { fits: () => false } : {},
    ...said,
  };
}

const textOf = (value: unknown): string => typeof value === "number" ? String(value) : value as string;

/** The state that means gone, found by its name. */
function goneAmong(states: readonly string[]): Gone | undefined {
  const state = Array.isArray(states)
    ? states.find((one) =>
      typeof one === "string" && /^(gone|deleted|terminated|destroyed|removed)$/i.test(one)
    )
    : undefined;
  return state === undefined ? undefined : { state, statuses: [404, 410] };
}
