/**
 * How far a pushed change is believed. Servers push changes late, twice, in the wrong order, or incomplete. Only a
 * change that is certainly newer than everything seen so far can replace a poll.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import type { Pushed } from "../../resource/endpoint.ts";
import { isOlder, knownOf, type MemberAsSeen, type Word, type Worth } from "../change_source.ts";
import type { ProcessMoment } from "../process_order.ts";
import type { Watch } from "../wait_request.ts";

/** The last change is kept for this many members. */
const KEPT = 10_000;

/** The last change of each member. */
export class LastWords {
  readonly #resource: AnyResource;
  readonly #last = new Map<string, Word>();
  /**
   * The shortest time between publishing and arriving (in milliseconds): the difference of the two clocks plus the
   * fastest way.
   */
  #fastest = Infinity;

  constructor(resource: AnyResource) {
    this.#resource = resource;
  }

  /** Records a change. Returns undefined if a later one of this member, or this very one, arrived before. */
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

  /** The last change of a member. */
  of(id: string): Word | undefined {
    return this.#last.get(id);
  }

  /**
   * How far a wait may believe a change.
   *
   * @param known What was last seen.
   * @param wait Since when it waits: a change that was published before shows nothing about its action.
   */
  worth({ change, came }: Word, known: MemberAsSeen, wait: Pick<Watch, "since" | "accepted">): Worth {
    const { record, published } = change;
    if (came.order < wait.since.order) return "old";
    if (record === undefined || published === undefined) return "doubtful";
    const { mark, state } = knownOf(this.#resource, record);
    if (mark === undefined || typeof mark !== typeof known.mark) return "doubtful";
    if (isOlder(mark, known.mark)) return "old";
    if (mark === known.mark) return state === known.state ? "old" : "doubtful";
    // By the server's own clock the change is older than the answer to the action. Or it was delayed for longer than
    // the fastest one, and so was published before the action was sent.
    if (wait.accepted !== undefined && published < wait.accepted) return "doubtful";
    return published + this.#fastest + 1 < wait.since.at ? "doubtful" : "new";
  }

  #same(one: Pushed, other: Pushed): boolean {
    if (one.record === undefined || other.record === undefined) return one.record === other.record;
    const a = knownOf(this.#resource, one.record), b = knownOf(this.#resource, other.record);
    return a.state === b.state && a.mark === b.mark;
  }
}
