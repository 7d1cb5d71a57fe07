/**
 * What every handle of an API does: opens its endpoint once, sends any request, and shows how it was written.
 *
 * @module
 */
import type { Beginning } from "./chain/chain.ts";
import type { AnyResource } from "./resource/describe.ts";
import type { ApiRequest, ApiResponse, Endpoint } from "./resource/endpoint.ts";
import { copied } from "./select/copy_conditions.ts";
import { limitArguments } from "./select/extra_arguments.ts";
import type { Clock } from "./time/clock.ts";

/** What a handle is made of. */
export interface HandleParts<E extends Endpoint> {
  /** How the handle was written: `dc("us-east-1")`. */
  written: () => string;
  /** Finds out what requests are sent with. Called at the first request, and again where that failed. */
  open: () => Promise<E>;
  /** The clock that its endpoint will go by, where one was given. */
  clock?: Clock | undefined;
  /** The resource it has for a kind, for what a journal or a saved plan names. Default: none. */
  resourceOf?: ((kind: string) => AnyResource | undefined) | undefined;
}

/** A name that handles of another copy of this library have too. */
const RESOURCE_OF: unique symbol = Symbol.for("muster.resource.1");

/** The resource that a handle has for a kind; undefined where it has none. */
export function resourceOf(handle: object, kind: string): AnyResource | undefined {
  return (handle as { [RESOURCE_OF]?: (kind: string) => AnyResource | undefined })[RESOURCE_OF]?.(kind);
}

let clockOf: (handle: Handle) => Clock | undefined;

/** What the selections and chains of a handle begin with. For those who make handles, so it is no method of theirs. */
export function beginningOf(handle: Handle): Pick<Beginning, "endpoint" | "handle" | "clock"> {
  return { endpoint: () => handle.endpoint(), handle: String(handle), clock: clockOf(handle) };
}

/**
 * A handle of one API: {@linkcode dc} and {@linkcode dbaas} make them. Lazy: nothing is read or opened before the
 * first request.
 *
 * @example
 * ```ts
 * import { dbaas, dc, type Handle } from "@muster/muster";
 *
 * const handles: Handle[] = [dc("sim"), dbaas("sim")];
 * for (const handle of handles) console.log(String(handle), (await handle.endpoint()).name);
 * const { status } = await handles[0]!.request("GET", "/machines", { query: { limit: 1 } });
 * console.log(status);
 * ```
 */
export abstract class Handle<E extends Endpoint = Endpoint> {
  readonly #parts: HandleParts<E>;
  // Private fields stay writable in a frozen object.
  #endpoint: Promise<E> | undefined;

  static {
    clockOf = (handle) => handle.#parts.clock;
  }

  /** Use {@linkcode dc} or {@linkcode dbaas}. */
  protected constructor(parts: HandleParts<E>) {
    this.#parts = parts;
  }

  /**
   * What requests are sent with; finds the credentials at the first call.
   *
   * @throws {CredentialsError} when the options lead to no server or account, or the login is refused.
   */
  endpoint(): Promise<E> {
    return this.#endpoint ??= this.#parts.open().catch((error) => {
      this.#endpoint = undefined; // the next request looks again: a key or a variable may be there by then
      throw error;
    });
  }

  /**
   * Sends any request, signed and retried like the rest.
   *
   * @param method `GET`, `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`.
   * @param path Below the account or the project: `/machines/…`, `/instances/…`.
   * @param options `query`, `body` (sent as JSON), `headers`, statuses to `accept`, what to `expect` of the answer
   * where that is not what this API is known to answer there, and whether it is `idempotent`.
   * @throws {ApiError} when the server refuses it.
   */
  async request(
    method: ApiRequest["method"],
    path: string,
    options: Pick<ApiRequest, "query" | "body" | "headers" | "accept" | "expect" | "idempotent"> = {},
  ): Promise<ApiResponse> {
    const own = copied("request()", options);
    return await (await this.endpoint()).send({ method, path, ...own });
  }

  /** How the handle was written. */
  toString(): string {
    return this.#parts.written();
  }
  /** For {@linkcode resourceOf}. */
  [RESOURCE_OF](kind: string): AnyResource | undefined {
    return this.#parts.resourceOf?.(kind);
  }
  /** How `console.log` and notebooks show it. */
  [Symbol.for("Deno.customInspect")](): string {
    return String(this);
  }
}
limitArguments(Handle);
