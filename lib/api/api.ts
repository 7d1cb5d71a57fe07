/**
 * Your own API. `api("farm", { url })` is a handle, as `dc()` is. A resource that is described for it has every feature
 * of a chain.
 *
 * @module
 */
import { creationChain, select, selectOne } from "../engine/chain/chain.ts";
import type { Chain, One, Selection } from "../engine/chain/methods.ts";
import type { RecordOf } from "../engine/chain/state_types.ts";
import type { Where } from "../engine/select/condition_types.ts";
import { MusterError } from "../engine/errors.ts";
import { beginningOf, Handle } from "../engine/handle.ts";
import type { AnyResource } from "../engine/resource/describe.ts";
import type { ApiRequest, ApiResponse, Endpoint } from "../engine/resource/endpoint.ts";
import { checkConditions } from "../engine/select/check_conditions.ts";
import { copied } from "../engine/select/copy_conditions.ts";
import { limitArguments } from "../engine/select/extra_arguments.ts";
import { strangeOptions, strangeVersion } from "./known_parts.ts";
import { isVersion, versionOrder } from "./negotiate_version.ts";
import type { ApiOptions } from "./options.ts";
import { milliseconds } from "../engine/time/duration.ts";
import { register } from "./registry.ts";

/**
 * Conditions on attributes. Those on tags are under `tags`, if the resource has tags.
 *
 * @example
 * ```ts
 * import type { Conditions } from "@muster/muster";
 *
 * const blue: Conditions<{ pool: string; cores: number }> = { pool: "blue", cores: (cores) => cores > 4 };
 * console.log(Object.keys(blue));
 * ```
 */
export type Conditions<Rec> =
  & Omit<Where<Rec>, "tags">
  & { readonly tags?: Readonly<Record<string, unknown>> };

/**
 * The members of one resource of an API. Call it to select.
 *
 * @example
 * ```ts
 * import { api, describe, type Members } from "@muster/muster";
 *
 * const job = describe({
 *   kind: "job",
 *   path: "/jobs",
 *   state: (job: { id: string; phase: string }) => job.phase,
 *   states: ["working", "paused", "gone"],
 *   drift: {},
 *   actions: { pause: { from: ["working"], enters: "paused" } },
 * });
 * const jobs: Members<typeof job> = api("farm", { url: "https://farm.example.com" }).of(job);
 * console.log(String(jobs({ phase: "working" }).pause()), String(jobs.one("j1")));
 * ```
 */
export interface Members<R extends AnyResource> {
  /**
   * Selects the members that match the conditions. Each record is tested here, whatever the server filters.
   *
   * @param conditions On attributes as in `where()`; under `tags` on tags. Default: all members.
   * @throws {SelectionError} for an unknown attribute, and for a value that is undefined, null or empty.
   */
  (conditions?: Conditions<RecordOf<R>>): Selection<R>;
  /**
   * Selects one member. Awaiting it returns its record.
   *
   * @param which Its id, or its name if no other member has it.
   * @throws {SelectionError} when awaited, if there is none, or more than one of this name.
   */
  one(which: string): One<R>;
  /**
   * A chain that first creates members, if the description says how.
   *
   * @param spec The specification of the members, with their `name`. If `count` of them are created, `{n}` in it is the
   * number.
   * @throws {MusterError} when they cannot be created, or several would have the same name.
   */
  create(spec: NewMember): Chain<R>;
}

/**
 * The specification of new members.
 *
 * @example
 * ```ts
 * import type { NewMember } from "@muster/muster";
 *
 * const spec: NewMember = { name: "frame-{n}", count: 3, pool: "blue" };
 * console.log(spec.name);
 * ```
 */
export interface NewMember {
  /** The name; `{n}` in it is 1, 2, 3 … */
  readonly name: string;
  /** How many to create. Default 1. */
  readonly count?: number;
  /** Any other property that the API accepts. */
  readonly [more: string]: unknown;
}

/**
 * An API of your own. It is lazy: nothing is read or opened before the first request.
 *
 * @example
 * ```ts
 * import { api, type Api } from "@muster/muster";
 *
 * const farm: Api = api("farm", { url: "https://farm.example.com" });
 * const { name } = await farm.endpoint();
 * console.log(String(farm), name, typeof farm.of, typeof farm.request);
 * ```
 */
export interface Api {
  /**
   * The members of a described resource.
   *
   * @param resource The result of {@linkcode describe}.
   */
  of<R extends AnyResource>(resource: R): Members<R>;
  /** The endpoint that sends the requests. */
  endpoint(): Promise<Endpoint>;
  /**
   * Sends any request. It is authorized and retried like the others.
   *
   * @param method `GET`, `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`.
   * @param path The path below the API's URL.
   * @param options `query`; `body` (sent as JSON); `headers`; `accept`, statuses that are not errors; `expect`, the
   * shape of the answer; and `idempotent`.
   * @throws {ApiError} when the server refuses it.
   */
  request(
    method: ApiRequest["method"],
    path: string,
    options?: Pick<ApiRequest, "query" | "body" | "headers" | "accept" | "expect" | "idempotent">,
  ): Promise<ApiResponse>;
  /** The source text of the handle. */
  toString(): string;
}

/**
 * Makes a handle for an API of your own. A resource that is described for it gets every feature of a chain: types with
 * sentences, plans, consent, waits that share their polls, journals, the command, views.
 *
 * @param name Its name in plans, reports and journals.
 * @param options Its URL, and how requests are sent to it.
 * @throws {MusterError} for an empty name or an invalid URL.
 *
 * @example
 * ```ts
 * import { api } from "@muster/muster";
 *
 * const farm = api("farm", {
 *   url: "https://farm.example.com",
 *   authorize: (request) => request.headers.set("authorization", "Bearer …"),
 * });
 * console.log(String(farm));
 * ```
 */
export function api(name: string, options: ApiOptions): Api {
  if (typeof name !== "string" || name.trim() === "") {
    throw new MusterError(
      `Cannot make an API's handle: its name is empty. Give it one, as in api("farm", { url: "https://…" }).`,
    );
  }
  const handle = `api(${JSON.stringify(name)})`;
  const { url } = options ?? {};
  if (typeof url !== "function") checkAddress(handle, url);
  checkOptions(handle, options);
  return new OwnApi(name, handle, Object.freeze({ ...options, headers: { ...options.headers } }));
}

/**
 * Refuses options that would be silently ignored, or would fail only at the first request.
 *
 * @throws {MusterError} with the name that may have been meant.
 */
function checkOptions(handle: string, options: ApiOptions): void {
  const wrong = strangeOptions(options);
  for (
    const name of [
      "authorize",
      "explain",
      "ownError",
      "expected",
      "group",
      "parse",
      "debug",
      "fetch",
    ] as const
  ) {
    if (!["undefined", "function"].includes(typeof options[name])) {
      wrong.push(`its ${name} is not a function.`);
    }
  }
  if (options.version !== undefined) wrong.push(...versionMistakes(options));
  if (options.timeout !== undefined) milliseconds(options.timeout, "timeout");
  if (wrong.length === 0) return;
  throw new MusterError(`Cannot make ${handle}: ${wrong[0]}`, {
    lines: wrong.slice(1).map((one) => `- ${one}`),
  });
}

/** What is wrong with the versions that an API is to be spoken to in. */
function versionMistakes({ version, headers = {} }: ApiOptions): string[] {
  if (typeof version !== "object" || version === null) return ["its version is not an object."];
  const { header, min, max = min, discover, value } = version;
  const wrong = strangeVersion(version);
  if (typeof header !== "string" || header === "") wrong.push("its version has no header that names it.");
  else if (Object.keys(headers).some((one) => one.toLowerCase() === header.toLowerCase())) {
    wrong.push(`its headers have ${header} as well as its version. Leave one of them out.`);
  }
  if (!isVersion(min) || !isVersion(max)) {
    wrong.push(`its version is not from one such as "2.79" to another: ${JSON.stringify([min, max])}.`);
  } else if (versionOrder(min, max) > 0) {
    wrong.push(`its lowest version ${min} is above its highest, ${max}.`);
  }
  if (typeof discover !== "function") {
    wrong.push("its version has no function discover that asks the server.");
  }
  if (value !== undefined && typeof value !== "function") {
    wrong.push("value of its version is not a function.");
  }
  return wrong;
}

/** The handle that {@linkcode api} returns. */
class OwnApi extends Handle implements Api {
  readonly #resources: Map<string, AnyResource>;

  constructor(name: string, handle: string, options: ApiOptions) {
    const resources = new Map<string, AnyResource>();
    super({
      written: () => handle,
      open: () => open(name, handle, options, resources),
      clock: options.clock,
      resourceOf: (kind) => resources.get(kind),
    });
    this.#resources = resources;
    register(handle, {
      handle: this,
      resources: () => [...resources.values()],
      select: (resource, where) => membersOf(resource, beginningOf(this))(where) as PromiseLike<object[]>,
    });
    Object.freeze(this);
  }

  of<R extends AnyResource>(resource: R): Members<R> {
    this.#resources.set(resource.kind, resource);
    return membersOf(resource, beginningOf(this));
  }
}
limitArguments(OwnApi);

/**
 * The URL without a slash at its end.
 *
 * @throws {MusterError} when it is not a URL.
 */
export function checkAddress(handle: string, url: unknown): string {
  const text = url instanceof URL ? url.href : url;
  const parsed = typeof text === "string" ? URL.parse(text) : null;
  const why = typeof text !== "string" || text === ""
    ? "it has no url"
    : parsed === null || !/^https?:$/.test(parsed.protocol)
    ? `its url is not an http or https address: ${JSON.stringify(text)}`
    : parsed.username !== "" || parsed.password !== ""
    ? "its url holds a user or a password. Give the credentials to authorize"
    : parsed.search !== "" || parsed.hash !== ""
    ? `its url does not end before its ? or #: ${JSON.stringify(text)}`
    : undefined;
  if (why === undefined) return parsed!.href.replace(/\/+$/, "");
  throw new MusterError(`Cannot make ${handle}: ${why}. Give it as url: "https://…".`);
}

/** The code that sends is loaded with the first request: a script that only describes does without it. */
async function open(
  name: string,
  handle: string,
  options: ApiOptions,
  resources: ReadonlyMap<string, AnyResource>,
): Promise<Endpoint> {
  const { url } = options;
  const [{ connect }, address] = await Promise.all([
    import("./connect.ts"),
    typeof url === "function" ? url() : url,
  ]);
  return await connect(handle, name, checkAddress(handle, address), options, resources);
}

function membersOf<R extends AnyResource>(
  resource: R,
  from: Omit<Parameters<typeof selectOne>[2], "resource" | "source">,
): Members<R> {
  const { kind } = resource;
  const many = (conditions?: Conditions<RecordOf<R>>): Selection<R> => {
    const method = `${resource.plural ?? `${kind}s`}()`;
    const given: unknown = copied(method, conditions ?? {});
    checkConditions(method, given, resource);
    const { tags, ...attributes } = given;
    // If the description has no tags, `tags` is an attribute like any other.
    const where = resource.tags ? attributes : given;
    const selected = select(resource, {
      ...from,
      source: { kind: "list" },
      ...resource.tags && tags !== undefined ? { tags: tags as Record<string, unknown> } : {},
    });
    return Object.keys(where).length === 0 ? selected : selected.where(where as Where<RecordOf<R>>);
  };
  return Object.freeze(Object.assign(many, {
    one: (which: string) => selectOne(resource, which, from),
    create(given: NewMember): Chain<R> {
      if (!resource.create) {
        throw new MusterError(
          `Cannot create a ${kind}: its description does not say with create how one is made.`,
        );
      }
      const spec = copied("create()", given);
      return creationChain(resource, {
        ...from,
        source: { kind: "create", spec, names: namesOf(kind, spec) },
      });
    },
  }));
}

/** The names of new members: `{n}` becomes the number. */
function namesOf(kind: string, { name, count = 1 }: NewMember): string[] {
  const cannot = (why: string) => new MusterError(`Cannot create a ${kind}: ${why}`);
  if (typeof name !== "string" || name.trim() === "") throw cannot("its name is empty.");
  if (!Number.isInteger(count) || count < 1 || count > 10_000) {
    throw cannot(`${String(count)} is not a number of members. Give a whole number from 1 to 10000.`);
  }
  if (count > 1 && !name.includes("{n}")) {
    throw cannot(`${count} of them would have the same name. Put {n} into it, as in ${name}-{n}.`);
  }
  return Array.from({ length: count }, (_, n) => name.replaceAll("{n}", String(n + 1)));
}
