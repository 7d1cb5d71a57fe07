/**
 * What the groups of methods of a database service have in common.
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
import { listAll, type ListOf } from "./list_pages.ts";
import type { TroveRef } from "./reference.ts";

/** For so long what a lost write did is looked for where a second time does no harm, ms. */
const PATIENCE = 30_000;

/**
 * A group of methods on one kind of thing. Sends nothing until one of them is called.
 *
 * @internal
 */
export abstract class Group {
  readonly #endpoint: () => Promise<Endpoint>;

  constructor(endpoint: () => Promise<Endpoint>) {
    this.#endpoint = endpoint;
  }

  /** What requests are sent with. */
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

  /** Reads what is under one key of an answer; the whole answer without a key. */
  protected async read<T>(path: string, key?: string, query?: ApiRequest["query"]): Promise<T> {
    const { body } = await this.ask("GET", path, query ? { query } : {});
    return (key === undefined ? body : (body as Record<string, unknown>)[key]) as T;
  }

  /** All pages of a list. */
  protected async all<T>(list: ListOf<T>): Promise<T[]> {
    return await listAll(await this.endpoint(), list);
  }

  /** The id of the thing meant. */
  protected async id(kind: NamedKind, wanted: TroveRef): Promise<string> {
    return await findId(await this.endpoint(), kind, wanted);
  }

  /** Sends a write that makes something, which is under `key` of its answer; `showing` finds it where that was lost. */
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
   * Sends a write whose answer holds nothing; `isDone` looks for what it did, where the answer was lost. A second time does
   * no harm: the server refuses to make what there is, and to delete what is not there.
   */
  protected async send(request: ApiRequest, isDone: () => Promise<boolean>): Promise<void> {
    await sendChecked(await this.endpoint(), request, {
      what: `${request.method} ${request.path}`,
      took: async () => await isDone() ? true : undefined,
      repeatable: true,
      patience: PATIENCE,
    });
  }

  /** Sends a DELETE. Where its answer was lost, what answers 404 afterwards is deleted. */
  protected remove(path: string): Promise<void> {
    return this.removeListed(path, {}, async () => {
      const endpoint = await this.endpoint();
      return (await endpoint.send({ method: "GET", path, accept: [404] })).status === 404;
    });
  }

  /** Sends a DELETE of something that `isGone` looks for, where the answer was lost. */
  protected removeListed(
    path: string,
    query: NonNullable<ApiRequest["query"]>,
    isGone: () => Promise<boolean>,
  ): Promise<void> {
    return this.send({ method: "DELETE", path, query }, isGone);
  }
}

/** A part of a path. */
export const part = (text: string): string => encodeURIComponent(text);
