/**
 * Polls many members with the fewest requests: a few GETs, one list for each query, or one list of everything.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import type { ApiRequest, Endpoint } from "../resource/endpoint.ts";
import { isOnlyShownGone } from "./confirm_gone.ts";
import { askedWith, type ProcessMoment } from "./process_order.ts";
import { ApiError, ThrottledError } from "../errors.ts";
import { readOne } from "../select/read.ts";

/** A member to be polled. */
export interface LookRequest {
  readonly id: string;
  /** The query of a list that shows it, as JSON. */
  readonly key: string;
}

/** Receives what was found, and when the request for it was sent. Undefined means gone. */
export type Saw = (id: string, record: object | undefined, asked: ProcessMoment) => void;

/** Members that could not be polled, and why. */
export interface Unseen {
  readonly ids: readonly string[];
  readonly error: Error;
}

/** Whether this one request was refused; others may succeed at the same time. */
export function isRefusal(error: Error): boolean {
  return error instanceof ApiError && !(error instanceof ThrottledError) && error.status < 500 &&
    error.status !== 408;
}

/** Polls members, and remembers how long the lists are. */
export class MemberPoller {
  readonly #endpoint: Endpoint;
  readonly #resource: AnyResource;
  readonly #saw: Saw;
  readonly #pagesOf = new Map<string, number>();

  /** @param saw Called for every wanted member, and for every other one that the lists show. */
  constructor(endpoint: Endpoint, resource: AnyResource, saw: Saw) {
    this.#endpoint = endpoint;
    this.#resource = resource;
    this.#saw = saw;
  }

  /** Records how many pages the list of a query may have, unless the number is known. */
  guess(key: string, pages: number): void {
    if (!this.#pagesOf.has(key)) this.#pagesOf.set(key, pages);
  }

  /** How many pages the list of a query has. */
  pages(key: string): number {
    return Math.max(1, this.#pagesOf.get(key) ?? 1);
  }

  /** Polls members, until `signal` aborts. Returns those that could not be polled. */
  async look(
    wanted: Iterable<LookRequest>,
    on: WireListener,
    signal: AbortSignal | undefined = undefined,
  ): Promise<readonly Unseen[]> {
    const unseen: Unseen[] = [];
    const groups = new Map<string, Set<string>>();
    for (const { id, key } of wanted) {
      const group = groups.get(key);
      if (group) group.add(id);
      else groups.set(key, new Set([id]));
    }
    // One list of everything serves all groups, if it does not need more requests than a list for each.
    const whole = this.#pagesOf.get("{}");
    const apart = [...groups].reduce((sum, [key, ids]) => sum + Math.min(ids.size, this.pages(key)), 0);
    if (groups.size > 1 && whole !== undefined && whole <= apart) {
      await this.#group("{}", new Set([...groups.values()].flatMap((ids) => [...ids])), on, signal, unseen);
    } else {
      for (const [key, ids] of groups) {
        // If the server cannot be reached at all, each further request would be tried for a long time in vain.
        const down = unseen.find(({ error }) => !isRefusal(error));
        if (down) unseen.push({ ids: [...ids], error: down.error });
        else await this.#group(key, ids, on, signal, unseen);
      }
    }
    return unseen;
  }

  async #group(
    key: string,
    ids: ReadonlySet<string>,
    on: WireListener,
    signal: AbortSignal | undefined,
    unseen: Unseen[],
  ): Promise<void> {
    if (ids.size <= this.pages(key)) return await this.#getAll(ids, on, signal, unseen);
    const absent = new Set(ids);
    let pages = 0;
    // A list may request several pages at once. All of them count as old as the first.
    const asked = askedWith(this.#endpoint.clock, on, "first");
    const query = JSON.parse(key) as ApiRequest["query"];
    const listing = { priority: "poll", on: asked.on, signal } as const;
    try {
      for await (const page of this.#resource.list.pages(this.#endpoint, query, listing)) {
        pages++;
        for (const record of page) {
          const id = this.#resource.id(record);
          // A member that the list shows as gone is read separately, as is one that it does not show.
          if (ids.has(id) && isOnlyShownGone(this.#resource, record)) continue;
          // Pages shift while they are read: a member that was already shown is not shown again.
          if (absent.delete(id) || !ids.has(id)) this.#saw(id, record, asked.moment);
        }
      }
    } catch (error) {
      return void unseen.push({ ids: [...absent], error: error as Error });
    }
    this.#pagesOf.set(key, Math.max(1, pages));
    // A member that is missing in a full list is not yet gone: a failed machine is not listed, and somebody may have
    // changed a tag.
    await this.#getAll(absent, on, signal, unseen);
  }

  async #getAll(
    ids: Iterable<string>,
    on: WireListener,
    signal: AbortSignal | undefined,
    unseen: Unseen[],
  ): Promise<void> {
    await Promise.all(
      [...ids].map((id) =>
        this.#get(id, on, signal).catch((error) => void unseen.push({ ids: [id], error }))
      ),
    );
  }

  async #get(id: string, on: WireListener, signal: AbortSignal | undefined): Promise<void> {
    const asked = askedWith(this.#endpoint.clock, on, "last");
    const reading = { resource: this.#resource, endpoint: this.#endpoint, signal, on: asked.on };
    const record = await readOne(reading, id, "poll");
    this.#saw(id, record, asked.moment);
  }
}
