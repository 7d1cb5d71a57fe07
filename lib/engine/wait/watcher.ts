/**
 * When to poll, and which members. One watcher for each endpoint and resource serves every wait of the process: it
 * polls all waited-for members with the fewest requests, whatever chain they belong to. If it has a source of changes, it
 * polls rarely.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Endpoint } from "../resource/endpoint.ts";
import { LATEST, PollInterval, SOONEST } from "./poll_interval.ts";
import {
  type ChangeReceiver,
  type ChangeSource,
  knownOf,
  type MemberAsSeen,
  type Word,
} from "./change_source.ts";
import { isRefusal, MemberPoller } from "./poll_members.ts";
import { OpenWaits, type Wait } from "./open_waits.ts";
import type { Ending, PollNews, Watch } from "./wait_request.ts";

/** A text, because making an error looks up its stack. */
const WOKEN = "there is something to look at";
const NOTHING: MemberAsSeen = { mark: undefined, state: "" };
/** How long the first poll waits for the source of changes to open, in milliseconds. */
const GRACE = 1000;

/** Polls members until their waits are over. */
export class Watcher {
  readonly #endpoint: Endpoint;
  readonly #resource: AnyResource;
  readonly #idle: () => void;
  readonly #waits: OpenWaits;
  #running = false;
  /** Wakes the sleeping loop. */
  #wake: AbortController | undefined;
  /** The latest time of the next poll. */
  #due = Infinity;
  #failures = 0;
  #cadence = new PollInterval();
  readonly #looker: MemberPoller;
  readonly #source: ChangeSource | undefined;
  /**
   * Members to be polled because a pushed change about them was doubtful; when that was last done, and how often in
   * vain.
   */
  readonly #asked = new Set<string>();
  #askedAt = -Infinity;
  #vain = 0;
  /** Whether a poll is due at once, even if another is in flight. */
  #urgent = false;
  /** Whether the current poll found a state that the source had not reported. */
  #missed = false;

  /**
   * @param idle Called when nobody waits any more.
   * @param sourceFor Makes its source of changes. Default: there is none, and it only polls.
   */
  constructor(
    endpoint: Endpoint,
    resource: AnyResource,
    idle: () => void,
    sourceFor?: (receiver: ChangeReceiver) => ChangeSource,
  ) {
    this.#endpoint = endpoint;
    this.#resource = resource;
    this.#idle = idle;
    this.#waits = new OpenWaits(resource, endpoint.clock, () => this.#emptied());
    this.#looker = new MemberPoller(endpoint, resource, (id, record, asked) => {
      if (this.#waits.saw(id, record, asked)) this.#missed = true;
    });
    this.#source = sourceFor?.({
      gap: () => this.#lookNow(),
      relied: () => this.#relied(),
      told: (word) => this.#weigh(word, this.#waits.of(word.change.id)),
      on: (event) => this.#waits.listeners().on(event),
    });
  }

  /** Watches one member until its wait is over, its time is up, or its signal aborts. */
  watch(watch: Watch): Promise<Ending> {
    if (watch.signal.aborted) return Promise.reject(watch.signal.reason);
    const { wait, over } = this.#waits.add(
      watch,
      this.#source ? knownOf(this.#resource, watch.record) : NOTHING,
    );
    this.#cadence.grow(this.#waits.members);
    this.#looker.guess(wait.key, watch.pages);
    const first = this.#cadence.first(this.#source?.isTelling === true && watch.stateOnly);
    this.#schedule(wait.began + (watch.every ?? first), watch.deadline);
    this.#source?.began(watch.company);
    // What the source reported between the sending of the action and now.
    const word = this.#source?.lastWord(watch.id);
    if (word) this.#weigh(word, [wait]);
    if (!this.#running) void this.#run();
    return over;
  }

  /** Ends the poll in flight when nobody waits for its answer any more. */
  #polling: AbortController | undefined;

  #emptied(): void {
    this.#source?.stop();
    this.#polling?.abort(WOKEN);
    this.#wake?.abort(WOKEN);
  }

  #deadline = Infinity;

  #schedule(look: number, deadline: number): void {
    const sooner = look < this.#due || deadline < this.#deadline;
    this.#due = Math.min(this.#due, look);
    this.#deadline = Math.min(this.#deadline, deadline);
    if (sooner) this.#wake?.abort(WOKEN);
  }

  #lookNow(): void {
    this.#urgent = true;
    this.#schedule(this.#endpoint.clock.now(), Infinity);
  }

  /** The source reports changes from now on, so that polls are only a precaution. */
  #relied(): void {
    const now = this.#endpoint.clock.now();
    // A poll that is due at once must still close the gap from before.
    if (this.#due > now && this.#failures === 0) this.#due = now + this.#interval();
  }

  #weigh(word: Word, waits: readonly Wait[]): void {
    const { id, record } = word.change;
    for (const wait of waits) {
      const worth = this.#source!.worth(word, wait.known, wait.watch);
      if (worth === "new") this.#waits.heard(record, wait);
      else if (worth === "doubtful") this.#ask(id);
    }
  }

  #ask(id: string): void {
    this.#asked.add(id);
    this.#wake?.abort(WOKEN);
  }

  /**
   * When to poll the members with doubtful changes: the first time at once, then with growing pauses while it is in
   * vain.
   */
  get #askAt(): number {
    if (this.#asked.size === 0) return Infinity;
    if (this.#failures > 0) return this.#due;
    return this.#askedAt + Math.min(LATEST, SOONEST * 2 ** this.#vain);
  }

  /** When to poll again the members that are reported as gone although nothing led there. */
  get #recheckAt(): number {
    const at = this.#waits.recheckAt;
    return this.#failures > 0 ? Math.max(at, this.#due) : at;
  }

  /** Time to the next poll, in milliseconds. */
  #interval(): number {
    const now = this.#endpoint.clock.now();
    let lasted = 0, asked = Infinity, pages = 1, told = this.#source?.isTelling === true;
    for (const { watch, began, key } of this.#waits) {
      lasted += now - began;
      if (watch.every !== undefined) asked = Math.min(asked, watch.every);
      if (!watch.stateOnly) told = false;
      pages = Math.max(pages, this.#looker.pages(key));
    }
    lasted /= Math.max(1, this.#waits.count);
    return this.#cadence.next({ lasted, asked, pages, told });
  }

  async #run(): Promise<void> {
    const { clock } = this.#endpoint;
    this.#running = true;
    try {
      while (this.#waits.count > 0) {
        const now = clock.now();
        const until = Math.min(this.#due, this.#deadline, this.#askAt, this.#recheckAt);
        if (until > now) {
          this.#wake = new AbortController();
          await clock.sleep(until - now, this.#wake.signal).catch(() => {});
          this.#wake = undefined;
          continue;
        }
        this.#waits.expire(now);
        // Opening the source polls as well.
        if (this.#waits.count > 0 && this.#due <= now && this.#source?.beforePoll()) {
          this.#due = now + this.#grace();
        } else if (this.#waits.count > 0 && this.#due <= now) await this.#during(this.#look());
        else if (this.#waits.count > 0 && this.#askAt <= now) await this.#during(this.#lookAtAsked());
        else if (this.#recheckAt <= now) await this.#during(this.#recheck(now));
        this.#reschedule();
      }
    } finally {
      this.#running = false;
      this.#due = this.#deadline = Infinity;
      this.#asked.clear();
      this.#urgent = false;
      this.#vain = 0;
      this.#cadence = new PollInterval();
      this.#source?.forget();
      if (this.#waits.count > 0) void this.#run();
      else this.#idle();
    }
  }

  /** Ends waits whose time limit passes while a poll is in flight, because a server may answer late. */
  async #during(look: Promise<void>): Promise<void> {
    const { clock } = this.#endpoint;
    let looking = true;
    const looked = look.finally(() => {
      looking = false;
      this.#wake?.abort(WOKEN);
    });
    while (looking) {
      const now = clock.now();
      this.#waits.expire(now);
      this.#deadline = this.#waits.deadline;
      if (this.#waits.count === 0) break;
      this.#wake = new AbortController();
      await clock.sleep(this.#deadline - now, this.#wake.signal).catch(() => {});
    }
    this.#wake = undefined;
    await looked;
  }

  /** How long the first poll waits for the source: never longer than the shortest interval that was asked for. */
  #grace(): number {
    let grace = GRACE;
    for (const { watch } of this.#waits) grace = Math.min(grace, watch.every ?? GRACE);
    return grace;
  }

  #reschedule(): void {
    const now = this.#endpoint.clock.now();
    if (this.#due <= now) {
      this.#due = now + (this.#failures > 0 ? this.#backoff() : this.#urgent ? 0 : this.#interval());
    }
    this.#deadline = this.#waits.deadline;
  }

  /** Polls every waited-for member. */
  async #look(): Promise<void> {
    const before = this.#waits.count, began = this.#endpoint.clock.now();
    const told = this.#source?.isTelling && !this.#urgent;
    this.#urgent = false;
    this.#asked.clear(); // these members are polled with the others
    if (!await this.#lookAt(this.#waits)) return;
    this.#cadence.looked(began, before - this.#waits.count);
    // The source missed a change, or was late.
    if (told && this.#missed) this.#source!.missed();
  }

  /** Polls the members with doubtful changes. */
  async #lookAtAsked(): Promise<void> {
    const waits = [...this.#asked].flatMap((id) => this.#waits.of(id));
    this.#asked.clear();
    if (waits.length === 0 || !await this.#lookAt(waits)) return;
    this.#askedAt = this.#endpoint.clock.now();
    this.#vain = this.#missed ? 0 : this.#vain + 1;
  }

  async #recheck(now: number): Promise<void> {
    await this.#lookAt(this.#waits.toRecheck(now));
  }

  /** Polls members. Returns whether any of them could be polled. */
  async #lookAt(waits: Iterable<Wait>): Promise<boolean> {
    this.#missed = false;
    let requests = 0;
    const { on, news } = this.#waits.listeners();
    const wanted = [...waits].map(({ watch, key }) => ({ id: watch.id, key }));
    const polling = this.#polling = new AbortController();
    const unseen = await this.#looker.look(wanted, (event) => {
      if (event.type === "send") requests++;
      on(event);
    }, polling.signal);
    this.#polling = undefined;
    // What was given up says nothing about the server.
    if (polling.signal.aborted) return false;
    const failed = new Set(unseen.flatMap(({ ids }) => ids));
    for (const { ids, error } of unseen) {
      if (isRefusal(error)) { for (const id of ids) this.#waits.refused(id, error); }
    }
    if (wanted.some(({ id }) => !failed.has(id))) {
      this.#failures = 0;
      for (const one of news) one({ type: "polled", requests });
      return true;
    }
    this.#broken(unseen[0]!.error, news);
    return false;
  }

  /** No member could be polled: that only delays the next poll. */
  #broken(error: Error, news: Iterable<PollNews>): void {
    this.#failures++;
    this.#due = Math.min(this.#due, this.#endpoint.clock.now() + this.#backoff());
    for (const one of news) one({ type: "pollFailed", error, delay: this.#backoff() });
  }

  #backoff(): number {
    return Math.min(30_000, 500 * 2 ** this.#failures);
  }
}
