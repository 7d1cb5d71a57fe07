/**
 * The changes that an API pushes, as a source for a watcher. It is trusted once it has reported a change, and no longer
 * once a poll has found a change that it did not report.
 *
 * @module
 */
import type { Clock } from "../../time/clock.ts";
import type { AnyResource } from "../../resource/describe.ts";
import type { Follow, Pushed } from "../../resource/endpoint.ts";
import type { ChangeReceiver, ChangeSource, MemberAsSeen, Word, Worth } from "../change_source.ts";
import { isOnlyShownGone } from "../confirm_gone.ts";
import { momentOf, type ProcessMoment } from "../process_order.ts";
import type { Watch } from "../wait_request.ts";
import { Feed } from "./feed.ts";
import { LastWords } from "./last_words.ts";

const NOT_YET: ProcessMoment = { order: Infinity, at: Infinity };
/**
 * For up to this many members the feed is opened with their first wait: then it reports their first changes as well,
 * which proves that it works. For more members it is opened with the first poll, because receiving every change while
 * all of them are being changed would take time that the requests need.
 */
const FEW = 100;

/** Pushed changes of one resource at one endpoint. */
export class PushedSource implements ChangeSource {
  readonly #resource: AnyResource;
  readonly #clock: Clock;
  readonly #receiver: ChangeReceiver;
  readonly #feed: Feed;
  #words: LastWords;
  /** Whether the feed has reported something, and no poll has found a change that it missed. */
  #telling = false;
  #opened: ProcessMoment = NOT_YET;
  /** Whether the first poll waits for the feed to open. */
  #opening = false;

  /** @param key The server and the resource. Sources with equal keys share what is known about the server. */
  constructor(follow: Follow, key: string, resource: AnyResource, clock: Clock, receiver: ChangeReceiver) {
    this.#resource = resource;
    this.#clock = clock;
    this.#receiver = receiver;
    this.#words = new LastWords(resource);
    this.#feed = new Feed(follow, key, clock, {
      opened: () => {
        this.#opening = false;
        this.#opened = momentOf(clock);
        this.#telling = this.#feed.proven;
        receiver.gap(); // finds what changed before the feed was open
      },
      changed: (change) => this.#changed(change),
      lost: () => {
        // If opening it again after a pause fails, that changes nothing.
        if (this.#opening || this.#opened !== NOT_YET) receiver.gap();
        this.#telling = false;
        this.#opened = NOT_YET;
        this.#opening = false;
      },
      on: receiver.on,
    });
  }

  get isTelling(): boolean {
    return this.#telling && this.#feed.open;
  }

  began(company: number): void {
    if (company <= FEW) this.#feed.start();
  }

  beforePoll(): boolean {
    if (!this.#feed.start()) return false;
    this.#opening = true;
    return true;
  }

  lastWord(id: string): Word | undefined {
    const word = this.#feed.open ? this.#words.of(id) : undefined;
    return word && word.came.order > this.#opened.order ? word : undefined;
  }

  worth(word: Word, known: MemberAsSeen, wait: Pick<Watch, "since" | "accepted">): Worth {
    const { record } = word.change;
    const worth = this.#words.worth(word, known, wait);
    const shown = record !== undefined && isOnlyShownGone(this.#resource, record);
    return worth === "new" && shown ? "doubtful" : worth;
  }

  missed(): void {
    this.#telling = this.#feed.proven = false;
  }

  stop(): void {
    this.#feed.stop();
  }

  forget(): void {
    this.#words = new LastWords(this.#resource);
  }

  /** Handles a pushed change. */
  #changed(change: Pushed): void {
    const word = this.#words.hear(change, momentOf(this.#clock));
    if (!word) return;
    if (!this.#telling) {
      this.#telling = this.#feed.proven = true;
      this.#receiver.relied();
    }
    this.#receiver.told(word);
  }
}
