/**
 * The handle of a database service: `dbaas("RegionOne")`.
 *
 * @module
 */
import {
  type ApiRequest,
  type ApiResponse,
  type Chain,
  creation,
  type Endpoint,
  MusterError,
  type One,
  select,
  type Selection,
  selectOne,
} from "../chain/mod.ts";
import { checkSpec, type InstanceSpec } from "./create_instance.ts";
import { instance, type Instances } from "./instance.ts";
import type { DatabaseServiceOptions } from "./options.ts";
import { type Ref, textOf } from "./reference.ts";

/** One Trove and the credentials for it. Lazy: nothing is read or opened before the first request. */
export class DatabaseService {
  readonly #options: DatabaseServiceOptions;
  #endpoint: Promise<Endpoint> | undefined;

  /** Use {@linkcode dbaas}. */
  constructor(options: DatabaseServiceOptions) {
    this.#options = Object.freeze({ ...options });
    Object.freeze(this);
  }

  /** What requests are sent with; finds the credentials and logs in at the first call. */
  endpoint(): Promise<Endpoint> {
    // Loaded only now: a handle that is never used costs nothing.
    return this.#endpoint ??= import("./open.ts").then(({ open }) => open(this.#options)).catch((error) => {
      this.#endpoint = undefined; // the next request looks again: a variable may have been set meanwhile
      throw error;
    });
  }

  #from() {
    return { endpoint: () => this.endpoint(), handle: String(this) };
  }

  /** The instances of the project; narrowed by {@linkcode Selection.where}. Members of clusters are not among them. */
  instances(): Selection<Instances> {
    return select(instance, { ...this.#from(), source: { kind: "list" } });
  }

  /**
   * One instance. Awaiting it gives its record.
   *
   * @param which Its id, its exact name, or its record.
   * @throws {SelectionError} when awaited and there is none, or more than one of this name.
   */
  instance(which: Ref): One<Instances> {
    return selectOne(instance, textOf("instance", which), this.#from());
  }

  /**
   * New instances, as a chain that begins with making them.
   *
   * @throws {MusterError} for a specification that cannot be right.
   */
  createInstance(spec: InstanceSpec): Chain<Instances, "BUILD"> {
    const { spec: sealed, names } = checkSpec(spec);
    return creation(instance, { ...this.#from(), source: { kind: "create", spec: sealed, names } });
  }

  /**
   * Sends any request, with a token and retried like the rest.
   *
   * @param path Below the project: `/instances/…`.
   * @throws {ApiError} when the server refuses it.
   */
  async request(
    method: ApiRequest["method"],
    path: string,
    options: Pick<ApiRequest, "query" | "body" | "headers" | "accept" | "idempotent"> = {},
  ): Promise<ApiResponse> {
    return await (await this.endpoint()).send({ method, path, ...options });
  }

  /** How the handle was written. */
  toString(): string {
    const { name, cloud, region, authUrl, endpoint } = this.#options;
    const said = name ?? cloud ?? region ?? authUrl ?? endpoint;
    return `dbaas(${said === undefined ? "" : JSON.stringify(said)})`;
  }
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}

/**
 * A database service, by a cloud's name, a region's name, or options. Touches nothing yet.
 *
 * `dbaas("sim")` is the built-in simulator; no other name ever leads to it.
 *
 * @param where Default: the current cloud, of the `OS_*` variables or `clouds.yaml`.
 */
export function dbaas(where: string | DatabaseServiceOptions = {}): DatabaseService {
  if (typeof where !== "string") return new DatabaseService(where);
  if (where === "") throw new MusterError(`Cannot use an empty name as a database service`);
  return new DatabaseService({ name: where });
}
