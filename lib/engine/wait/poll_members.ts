/**
 * Looking at many members with the fewest requests: a few GETs, a list, or one list of everything for all.
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

/** A member to be looked at. */
export interface LookRequest {
  readonly id: string;
  /** The query of a list that shows it, as JSON. */
  readonly key: string;
}

/** Told what was found, and when the request was sent that found it; undefined is gone. */
export type Saw = (id: string, record: object | undefined, asked: ProcessMoment) => void;

/** Members that could not be looked at, and why. */
export interface Unseen {
  readonly ids: readonly string[];
  readonly error: Error;
}

/** Whether a request was refused for itself: others may be answered at the same time. */
export function isRefusal(error: Error): boolean {
  return error instanceof ApiError && !(error instanceof ThrottledError) && error.status < 500 &&
    error.status !== 408;
}

/** Looks, and remembers how long lists are. */
export class MemberPoller {
  readonly #endpoint: Endpoint;
  readonly #resource: AnyResource;
  readonly #saw: Saw;
  readonly #pagesOf = new Map<string, number>();

  /** @param saw Told of all that is wanted, and of whatever else the lists show. */
  constructor(endpoint: Endpoint, resource: AnyResource, saw: Saw) {
    this.#endpoint = endpoint;
    this.#resource = resource;
    this.#saw = saw;
  }

  /** How many pages the list of a query has, unless that is known better. */
  guess(key: string, pages: number): void {
    if (!this.#pagesOf.has(key)) this.#pagesOf.set(key, pages);
  }

  /** How many pages the list of a query has. */
  pages(key: string): number {
    return Math.max(1, this.#pagesOf.get(key) ?? 1);
  }

  /** Looks at members; gives those that could not be looked at. */
  async look(wanted: Iterable<LookRequest>, on: WireListener): Promise<readonly Unseen[]> {
    const unseen: Unseen[] = [];
    const groups = new Map<string, Set<string>>();
    for (const { id, key } of wanted) {
      const group = groups.get(key);
      if (group) group.add(id);
      else groups.set(key, new Set([id]));
    }
    // One list of everything serves all groups, where it is no dearer than a list for each.
    const whole = this.#pagesOf.get("{}");
    const apart = [...groups].reduce((sum, [key, ids]) => sum + Math.min(ids.size, this.pages(key)), 0);
    if (groups.size > 1 && whole !== undefined && whole <= apart) {
      await this.#group("{}", new Set([...groups.values()].flatMap((ids) => [...ids])), on, unseen);
    } else {
      for (const [key, ids] of groups) {
        // Where the server cannot be reached at all, each further request would be tried for long in vain.
        const down = unseen.find(({ error }) => !isRefusal(error));
        if (down) unseen.push({ ids: [...ids], error: down.error });
        else await this.#group(key, ids, on, unseen);
      }
    }
    return unseen;
  }

  async #group(key: string, ids: ReadonlySet<string>, on: WireListener, unseen: Unseen[]): Promise<void> {
    if (ids.size <= this.pages(key)) return await this.#getAll(ids, on, unseen);
    const absent = new Set(ids);
    let pages = 0;
    // Who lists may ask for several pages at once: all are taken to be as old as the first.
    const asked = askedWith(this.#endpoint.clock, on, "first");
    const query = JSON.parse(key) as ApiRequest["query"];
    const listing = { priority: "poll", on: asked.on } as const;
    try {
      for await (const page of this.#resource.list.pages(this.#endpoint, query, listing)) {
        pages++;
        for (const record of page) {
          const id = this.#resource.id(record);
          // What a list shows as gone is asked for by itself, as what it does not show is.
          if (ids.has(id) && isOnlyShownGone(this.#resource, record)) continue;
          // Pages shift while they are read: what was shown once is not shown again.
          if (absent.delete(id) || !ids.has(id)) this.#saw(id, record, asked.moment);
        }
      }
    } catch (error) {
      return void unseen.push({ ids: [...absent], error: error as Error });
    }
    this.#pagesOf.set(key, Math.max(1, pages));
    // Absent from a full list is not yet gone: a failed machine is not listed, and a tag may have been changed.
    await this.#getAll(absent, on, unseen);
  }

  async #getAll(ids: Iterable<string>, on: WireListener, unseen: Unseen[]): Promise<void> {
    await Promise.all(
      [...ids].map((id) => this.#get(id, on).catch((error) => void unseen.push({ ids: [id], error }))),
    );
  }

  async #get(id: string, on: WireListener): Promise<void> {
    const asked = askedWith(this.#endpoint.clock, on, "last");
    const reading = { resource: this.#resource, endpoint: this.#endpoint, signal: undefined, on: asked.on };
    const record = await readOne(reading, id, "poll");
    this.#saw(id, record, asked.moment);
  }
}
