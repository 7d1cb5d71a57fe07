/**
 * What the handles of all APIs share: they open their endpoint once, send any request, and print as they were written.
 *
 * @module
 */
import type { Beginning } from "./chain/chain.ts";
import type { AnyResource } from "./resource/describe.ts";
import type { ApiRequest, ApiResponse, Endpoint } from "./resource/endpoint.ts";
import { copied } from "./select/copy_conditions.ts";
import { limitArguments } from "./select/extra_arguments.ts";
import type { Clock } from "./time/clock.ts";

/** The parts of a handle. */
export interface HandleParts<E extends Endpoint> {
  /** The source text of the handle: `dc("us-east-1")`. */
  written: () => string;
  /** Makes the endpoint that sends the requests. Called at the first request, and again if that failed. */
  open: () => Promise<E>;
  /** The clock of the endpoint, if one was given. */
  clock?: Clock | undefined;
  /** Finds the handle's resource of a kind, when a journal or a saved plan names one. Default: none. */
  resourceOf?: ((kind: string) => AnyResource | undefined) | undefined;
}

/** Handles of another copy of this library use the same symbol. */
const RESOURCE_OF: unique symbol = Symbol.for("muster.resource.1");

/** The handle's resource of a kind; undefined if it has none. */
export function resourceOf(handle: object, kind: string): AnyResource | undefined {
  return (handle as { [RESOURCE_OF]?: (kind: string) => AnyResource | undefined })[RESOURCE_OF]?.(kind);
}

let clockOf: (handle: Handle) => Clock | undefined;

/** What the selections and chains of a handle start with. For those who make handles, so it is not a method. */
export function beginningOf(handle: Handle): Pick<Beginning, "endpoint" | "handle" | "clock"> {
  return { endpoint: () => handle.endpoint(), handle: String(handle), clock: clockOf(handle) };
}

/**
 * A handle of one API. {@linkcode dc} and {@linkcode dbaas} make them. It is lazy: nothing is read or opened before the
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
   * The endpoint that sends the requests. Finds the credentials at the first call.
   *
   * @throws {CredentialsError} when the options do not give a server or an account, or the login is refused.
   */
  endpoint(): Promise<E> {
    return this.#endpoint ??= this.#parts.open().catch((error) => {
      this.#endpoint = undefined; // the next request tries again, because a key or a variable may exist by then
      throw error;
    });
  }

  /**
   * Sends any request. It is signed and retried like the others.
   *
   * @param method `GET`, `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`.
   * @param path Below the account or the project: `/machines/…`, `/instances/…`.
   * @param options `query`; `body` (sent as JSON); `headers`; `accept`, statuses that are not errors; `expect`, the
   * shape of the answer where it differs from what is known of this API; and `idempotent`.
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

  /** The source text of the handle. */
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
