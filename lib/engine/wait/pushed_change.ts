/**
 * What a pushed change is worth. Servers tell late, twice, in the wrong order, and less than is so: only what is
 * certainly newer than all that was seen may stand for a look of one's own.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Pushed } from "../resource/endpoint.ts";
import type { ProcessMoment } from "./process_order.ts";
import type { Watch } from "./wait_request.ts";

/** `"new"`: as good as a look. `"doubtful"`: look for yourself. `"old"`: of no interest. */
export type Worth = "new" | "doubtful" | "old";

/** What is known of a member to whom a change is told. */
export interface MemberAsSeen {
  readonly mark: string | number | undefined;
  readonly state: string;
}

/** A change and when it came. */
export interface Word {
  readonly change: Pushed;
  readonly came: ProcessMoment;
}

/** Members that the last word is kept of. */
const KEPT = 10_000;

/** What a record says of its age and of where the member is. */
export function knownOf(resource: AnyResource, record: object): MemberAsSeen {
  return { mark: resource.mark?.(record), state: resource.state(record) };
}

/** Whether one mark is older than another, as far as they can be compared. */
export function isOlder(mark: MemberAsSeen["mark"], than: MemberAsSeen["mark"]): boolean {
  return mark !== undefined && typeof mark === typeof than && mark < than!;
}

/** The last word on each member. */
export class Hearsay {
  readonly #resource: AnyResource;
  readonly #last = new Map<string, Word>();
  /** The least time between publishing and arriving: two clocks' difference and the fastest way, ms. */
  #fastest = Infinity;

  constructor(resource: AnyResource) {
    this.#resource = resource;
  }

  /** Takes a change in; undefined where a later one of this member was heard before, or this very one. */
  hear(change: Pushed, came: ProcessMoment): Word | undefined {
    const last = this.#last.get(change.id);
    const { published } = change;
    if (published !== undefined) {
      this.#fastest = Math.min(this.#fastest, came.at - published);
      const before = last?.change.published;
      if (before !== undefined && published < before) return undefined;
      if (published === before && this.#same(change, last!.change)) return undefined;
    }
    const word = { change, came };
    this.#last.delete(change.id);
    this.#last.set(change.id, word);
    if (this.#last.size > KEPT) this.#last.delete(this.#last.keys().next().value!);
    return word;
  }

  /** The last word on a member. */
  of(id: string): Word | undefined {
    return this.#last.get(id);
  }

  /**
   * What a word is worth to a wait.
   *
   * @param known What was seen last.
   * @param wait Since when it waits: what was published before says nothing of its action.
   */
  worth({ change, came }: Word, known: MemberAsSeen, wait: Pick<Watch, "since" | "accepted">): Worth {
    const { record, published } = change;
    if (came.order < wait.since.order) return "old";
    if (record === undefined || published === undefined) return "doubtful";
    const { mark, state } = knownOf(this.#resource, record);
    if (mark === undefined || typeof mark !== typeof known.mark) return "doubtful";
    if (isOlder(mark, known.mark)) return "old";
    if (mark === known.mark) return state === known.state ? "old" : "doubtful";
    // By the server's own clock it is from before the answer to the action; or it was held up for longer than the fastest
    // one, and so published before the action was sent.
    if (wait.accepted !== undefined && published < wait.accepted) return "doubtful";
    return published + this.#fastest + 1 < wait.since.at ? "doubtful" : "new";
  }

  #same(one: Pushed, other: Pushed): boolean {
    if (one.record === undefined || other.record === undefined) return one.record === other.record;
    const a = knownOf(this.#resource, one.record), b = knownOf(this.#resource, other.record);
    return a.state === b.state && a.mark === b.mark;
  }
}
