/**
 * The base of a database service's groups of methods.
 *
 * @module
 */
import {
  type ApiRequest,
  type ApiResponse,
  DoubtfulError,
  type Endpoint,
  sendChecked,
  type Showing,
} from "../../../engine/mod.ts";
import { findId, type NamedKind } from "./find_id.ts";
import { listAll, type ListRequest } from "./list_pages.ts";
import type { TroveRef } from "./reference.ts";

/** How long to look for the effect of a lost write if a second time does no harm, in milliseconds. */
const PATIENCE = 30_000;

/**
 * A group of methods for one kind of thing. Sends nothing until a method is called.
 *
 * @internal
 */
export abstract class Group {
  readonly #endpoint: () => Promise<Endpoint>;

  constructor(endpoint: () => Promise<Endpoint>) {
    this.#endpoint = endpoint;
  }

  /** The endpoint that sends the requests. */
  protected endpoint(): Promise<Endpoint> {
    return this.#endpoint();
  }

  /** Sends a request. */
  protected async ask(
    method: ApiRequest["method"],
    path: string,
    more: Pick<ApiRequest, "query" | "body" | "idempotent"> = {},
  ): Promise<ApiResponse> {
    return await (await this.endpoint()).send({ method, path, ...more });
  }

  /** Reads the value of one key of an answer; without a key the whole answer. */
  protected async read<T>(path: string, key?: string, query?: ApiRequest["query"]): Promise<T> {
    const { body } = await this.ask("GET", path, query ? { query } : {});
    return (key === undefined ? body : (body as Record<string, unknown>)[key]) as T;
  }

  /** All pages of a list. */
  protected async all<T>(list: ListRequest): Promise<T[]> {
    return await listAll(await this.endpoint(), list);
  }

  /** The id of a thing. */
  protected async id(kind: NamedKind, wanted: TroveRef): Promise<string> {
    return await findId(await this.endpoint(), kind, wanted);
  }

  /**
   * Sends a write that creates something, which is under `key` in its answer. `showing` finds it if the answer was
   * lost.
   */
  protected async makeOnce<T>(request: ApiRequest, key: string, showing: Showing<T>): Promise<T> {
    const done = await sendChecked(await this.endpoint(), request, showing);
    if ("found" in done) return done.found;
    if (done.answer.body !== undefined) return (done.answer.body as Record<string, unknown>)[key] as T;
    throw new DoubtfulError(
      `Cannot tell what ${request.method} ${request.path} made: its answer was cut off, and nothing of it is listed ` +
        `yet. Look for it before sending it again.`,
    );
  }

  /**
   * Sends a write whose answer is empty; `isDone` checks for its effect if the answer was lost. A second time does no
   * harm, because the server refuses to create what exists, and to delete what does not.
   */
  protected async send(request: ApiRequest, isDone: () => Promise<boolean>): Promise<void> {
    await sendChecked(await this.endpoint(), request, {
      what: `${request.method} ${request.path}`,
      took: async () => await isDone() ? true : undefined,
      repeatable: true,
      patience: PATIENCE,
    });
  }

  /** Sends a DELETE. If its answer was lost, a 404 afterwards proves it. */
  protected remove(path: string): Promise<void> {
    return this.removeListed(path, {}, async () => {
      const endpoint = await this.endpoint();
      return (await endpoint.send({ method: "GET", path, accept: [404] })).status === 404;
    });
  }

  /** Sends a DELETE; `isGone` checks for its effect if the answer was lost. */
  protected removeListed(
    path: string,
    query: NonNullable<ApiRequest["query"]>,
    isGone: () => Promise<boolean>,
  ): Promise<void> {
    return this.send({ method: "DELETE", path, query }, isGone);
  }
}

/** A segment of a path. */
export const part = (text: string): string => encodeURIComponent(text);
