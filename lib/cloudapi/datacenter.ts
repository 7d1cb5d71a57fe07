/**
 * The handle of a datacenter: `dc("us-east-1")`.
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
import { checkSpec, type MachineSpec } from "./create_machine.ts";
import { machine, type Machines } from "./machine.ts";
import { open } from "./open.ts";
import type { DatacenterOptions } from "./options.ts";

/** One CloudAPI and the credentials for it. Lazy: nothing is read or opened before the first request. */
export class Datacenter {
  readonly #options: DatacenterOptions;
  #endpoint: Promise<Endpoint> | undefined;

  /** Use {@linkcode dc}. */
  constructor(options: DatacenterOptions) {
    this.#options = Object.freeze({ ...options });
    Object.freeze(this);
  }

  /** What requests are sent with; finds the credentials at the first call. */
  endpoint(): Promise<Endpoint> {
    return this.#endpoint ??= open(this.#options).catch((error) => {
      this.#endpoint = undefined; // the next request looks again: a key may have been added meanwhile
      throw error;
    });
  }

  #from() {
    return { endpoint: () => this.endpoint(), handle: String(this) };
  }

  /**
   * The machines with these tags.
   *
   * @param tags Tags and their values: literals, patterns, tests, or lists of what is allowed. None: every machine.
   * @throws {SelectionError} when a value is undefined or empty.
   */
  machines(tags: Readonly<Record<string, unknown>> = {}): Selection<Machines> {
    return select(machine, { ...this.#from(), source: { kind: "list" }, tags });
  }

  /**
   * One machine. Awaiting it gives its record.
   *
   * @param idOrName Its UUID, or its exact name.
   * @throws {SelectionError} when awaited and there is none, or more than one of this name.
   */
  machine(idOrName: string): One<Machines> {
    return selectOne(machine, idOrName, this.#from());
  }

  /**
   * New machines, as a chain that begins with making them.
   *
   * @throws {MusterError} for a specification that cannot be right.
   */
  createMachine(spec: MachineSpec): Chain<Machines, "provisioning"> {
    const names = checkSpec(spec);
    return creation(machine, { ...this.#from(), source: { kind: "create", spec, names } });
  }

  /**
   * Sends any request, signed and retried like the rest.
   *
   * @param path Below the account: `/machines/…`.
   * @throws {ApiError} {@linkcode ApiError} when the server refuses it.
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
    const { name, url } = this.#options;
    return `dc(${name === undefined && url === undefined ? "" : JSON.stringify(name ?? url)})`;
  }
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}

/**
 * A datacenter, by a profile's name, a datacenter's name, an address, or options. Touches nothing yet.
 *
 * `dc("sim")` is the built-in simulator; no other name ever leads to it.
 *
 * @param where Default: the current profile or the environment's settings.
 */
export function dc(where: string | URL | DatacenterOptions = {}): Datacenter {
  if (where instanceof URL) return new Datacenter({ url: where.href });
  if (typeof where === "string") {
    if (where === "") throw new MusterError(`Cannot use an empty name as a datacenter`);
    return new Datacenter(/^https?:\/\//.test(where) ? { url: where } : { name: where });
  }
  return new Datacenter(where);
}
