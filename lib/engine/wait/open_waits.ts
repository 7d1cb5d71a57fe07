/**
 * The waits that a watcher serves: which member, until when, and what was last seen of it.
 *
 * @module
 */
import { onAbort } from "../time/cancel.ts";
import type { Clock } from "../time/clock.ts";
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import { isOlder, knownOf, type MemberAsSeen } from "./change_source.ts";
import { nextLookAtGone } from "./confirm_gone.ts";
import type { LastSeen } from "./last_seen.ts";
import { momentOf, NEVER, type ProcessMoment } from "./process_order.ts";
import type { Ending, PollNews, Watch } from "./wait_request.ts";

/** One wait for one member. */
export interface Wait {
  readonly watch: Watch;
  /** The query whose list shows the member, as text. */
  readonly key: string;
  readonly began: number;
  /** What was last seen. */
  known: MemberAsSeen;
  /** When a pushed change last reported it. */
  told: ProcessMoment;
  /** Since when the API reports the member as gone while we do not believe it yet, and when to poll again. */
  suspect: { readonly since: ProcessMoment; readonly next: number } | undefined;
  /** How many polls in a row the server has refused, and since when (in milliseconds). */
  refused: { readonly times: number; readonly since: number } | undefined;
  end(how: Ending): void;
  fail(error: unknown): void;
}

/** For this long after a pushed change (in milliseconds) a list may still show the member as it was before. */
const LAGS = 5_000;
/** A wait fails after this many refused polls in a row, over this time (in milliseconds). */
const REFUSALS = 3, PERSISTS = 10_000;

/** The waits for members of one resource at one endpoint. */
export class OpenWaits {
  readonly #resource: AnyResource;
  readonly #clock: Clock;
  readonly #emptied: () => void;
  /** By member id; several waits may be for the same member. */
  readonly #byMember = new Map<string, Set<Wait>>();
  #count = 0;
  /** Waits for members that are reported as gone. */
  readonly #suspects = new Set<Wait>();

  /** @param emptied Called when the last wait is over. */
  constructor(resource: AnyResource, clock: Clock, emptied: () => void) {
    this.#resource = resource;
    this.#clock = clock;
    this.#emptied = emptied;
  }

  /** The number of open waits. */
  get count(): number {
    return this.#count;
  }

  /** The number of members waited for. */
  get members(): number {
    return this.#byMember.size;
  }

  /** When the first time limit passes. */
  get deadline(): number {
    let deadline = Infinity;
    for (const { watch } of this) deadline = Math.min(deadline, watch.deadline);
    return deadline;
  }

  *[Symbol.iterator](): Iterator<Wait> {
    for (const same of this.#byMember.values()) yield* same;
  }

  /** When the next member that is reported as gone has to be polled again. */
  get recheckAt(): number {
    let next = Infinity;
    for (const { suspect } of this.#suspects) next = Math.min(next, suspect!.next);
    return next;
  }

  /** The waits whose members are reported as gone and have to be polled again now. */
  toRecheck(now: number): Wait[] {
    return [...this.#suspects].filter(({ suspect }) => suspect!.next <= now);
  }

  /** The waits for one member. They may end while the caller goes through them. */
  of(id: string): readonly Wait[] {
    return [...this.#byMember.get(id) ?? []];
  }

  /** Starts a wait. `over` resolves when it ends, or rejects with the reason of its signal or with its error. */
  add(watch: Watch, known: MemberAsSeen): { wait: Wait; over: Promise<Ending> } {
    const { promise: over, resolve, reject } = Promise.withResolvers<Ending>();
    let forget = () => {};
    const remove = () => {
      forget();
      const same = this.#byMember.get(watch.id);
      if (!same?.delete(wait)) return;
      this.#count--;
      this.#suspects.delete(wait);
      if (same.size === 0) this.#byMember.delete(watch.id);
      if (this.#count === 0) this.#emptied();
    };
    const wait: Wait = {
      watch,
      key: JSON.stringify(watch.query ?? {}),
      began: this.#clock.now(),
      known,
      told: NEVER,
      suspect: undefined,
      refused: undefined,
      end: (how) => (remove(), resolve(how)),
      fail: (error) => (remove(), reject(error)),
    };
    forget = onAbort(watch.signal, () => wait.fail(watch.signal.reason));
    let same = this.#byMember.get(watch.id);
    if (!same) this.#byMember.set(watch.id, same = new Set());
    same.add(wait);
    this.#count++;
    return { wait, over };
  }

  /** Ends the waits whose time limit has passed. */
  expire(now: number): void {
    for (const wait of [...this]) if (wait.watch.deadline <= now) wait.end("timeout");
  }

  /** Call it when the server refused to show a member. A wait fails if that persists. */
  refused(id: string, error: Error): void {
    const now = this.#clock.now();
    for (const wait of this.of(id)) {
      const { times, since } = wait.refused ?? { times: 0, since: now };
      wait.refused = { times: times + 1, since };
      if (times + 1 >= REFUSALS && now - since >= PERSISTS) wait.fail(error);
    }
  }

  /** The listeners for requests, once for each run. */
  listeners(): { on: WireListener; news: readonly PollNews[] } {
    const runs = new Map<object, Watch>();
    for (const { watch } of this) if (!runs.has(watch.run)) runs.set(watch.run, watch);
    const watches = [...runs.values()];
    return {
      on: (event) => {
        for (const { on } of watches) on(event);
      },
      news: watches.map(({ news }) => news),
    };
  }

  /**
   * Passes on the result of a request that was sent at the moment `asked`. Returns whether no pushed change had
   * reported it.
   */
  saw(id: string, record: object | undefined, asked: ProcessMoment): boolean {
    let isNews = false;
    for (const wait of this.of(id)) {
      wait.refused = undefined;
      // A read that was sent before the action may show the member before it: it decides nothing.
      if (asked.order < wait.watch.since.order) continue;
      // An answer may lag behind a change that was pushed meanwhile, or shortly before. Gone is final.
      const lags = record !== undefined && (asked.order < wait.told.order ||
        (asked.at < wait.told.at + LAGS && isOlder(this.#resource.mark?.(record), wait.known.mark)));
      if (lags || !this.#believes(record, wait, asked)) continue;
      if (record === undefined || this.#resource.state(record) !== wait.known.state) isNews = true;
      this.#show(record, wait);
    }
    return isNews;
  }

  /** Whether to believe a poll. That a member is gone is believed only after it was reported for long enough. */
  #believes(record: object | undefined, wait: Wait, asked: ProcessMoment): boolean {
    if (record !== undefined || wait.watch.gonePatience === 0) {
      wait.suspect = undefined;
      this.#suspects.delete(wait);
      return true;
    }
    const since = wait.suspect?.since ?? asked;
    const said = asked.at - since.at;
    if (asked !== since && said >= wait.watch.gonePatience) {
      this.#suspects.delete(wait); // it need not be polled for this any more
      return true;
    }
    wait.suspect = { since, next: this.#clock.now() + nextLookAtGone(said, wait.watch.gonePatience) };
    this.#suspects.add(wait);
    return false;
  }

  /** Passes a pushed change on to a wait. */
  heard(record: object | undefined, wait: Wait): void {
    wait.told = momentOf(this.#clock);
    this.#show(record, wait);
  }

  /** Shows a member to a wait. Polled and pushed records are judged by the same rules. */
  #show(record: object | undefined, wait: Wait): void {
    if (record) wait.known = knownOf(this.#resource, record);
    const state = record ? wait.known.state : this.#resource.gone.state;
    const look: LastSeen = { state, record, at: this.#clock.now() };
    try {
      if (wait.watch.see(look)) wait.end("seen");
    } catch (error) {
      wait.fail(error);
    }
  }
}
