/**
 * The waits a watcher serves: who waits for which member and until when, and what was seen of it last.
 *
 * @module
 */
import { onAbort } from "../time/cancel.ts";
import type { Clock } from "../time/clock.ts";
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import { isOlder, knownOf, type MemberAsSeen } from "./pushed_change.ts";
import { nextLookAtGone } from "./confirm_gone.ts";
import type { LastSeen } from "./last_seen.ts";
import { momentOf, NEVER, type ProcessMoment } from "./process_order.ts";
import type { Ending, PollNews, Watch } from "./wait_request.ts";

/** One wait for one member. */
export interface Wait {
  readonly watch: Watch;
  /** The query its member is listed by, as a text. */
  readonly key: string;
  readonly began: number;
  /** What was seen last. */
  known: MemberAsSeen;
  /** When that was told, rather than looked for. */
  told: ProcessMoment;
  /** Since when it is said that the member is gone, where that is not believed yet, and when it is looked at again. */
  suspect: { readonly since: ProcessMoment; readonly next: number } | undefined;
  /** How often looks at it were refused since the last that was not, and since when, ms. */
  refused: { readonly times: number; readonly since: number } | undefined;
  end(how: Ending): void;
  fail(error: unknown): void;
}

/** A list may show for so long what was before a change that was already told of, ms. */
const LAGS = 5_000;
/** A wait ends when so many looks in a row were refused, over so long, ms. */
const REFUSALS = 3, PERSISTS = 10_000;

/** The waits for members of one resource at one endpoint. */
export class OpenWaits {
  readonly #resource: AnyResource;
  readonly #clock: Clock;
  readonly #emptied: () => void;
  /** By member id; several waits may be for the same member. */
  readonly #byMember = new Map<string, Set<Wait>>();
  #count = 0;
  /** Waits for members that are said to be gone. */
  readonly #suspects = new Set<Wait>();

  /** @param emptied Called when the last wait is over. */
  constructor(resource: AnyResource, clock: Clock, emptied: () => void) {
    this.#resource = resource;
    this.#clock = clock;
    this.#emptied = emptied;
  }

  /** Waits not over. */
  get count(): number {
    return this.#count;
  }

  /** Members waited for. */
  get members(): number {
    return this.#byMember.size;
  }

  /** When the first of them runs out of time. */
  get deadline(): number {
    let deadline = Infinity;
    for (const { watch } of this) deadline = Math.min(deadline, watch.deadline);
    return deadline;
  }

  *[Symbol.iterator](): Iterator<Wait> {
    for (const same of this.#byMember.values()) yield* same;
  }

  /** When one of those is looked at again whose members are said to be gone. */
  get recheckAt(): number {
    let next = Infinity;
    for (const { suspect } of this.#suspects) next = Math.min(next, suspect!.next);
    return next;
  }

  /** Those whose members are said to be gone and that are looked at again now. */
  toRecheck(now: number): Wait[] {
    return [...this.#suspects].filter(({ suspect }) => suspect!.next <= now);
  }

  /** Those for one member. They may end while they are gone through. */
  of(id: string): readonly Wait[] {
    return [...this.#byMember.get(id) ?? []];
  }

  /** Begins a wait; `over` is its end, or rejects with the reason of its signal or what it failed by. */
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

  /** Ends those whose time is up. */
  expire(now: number): void {
    for (const wait of [...this]) if (wait.watch.deadline <= now) wait.end("timeout");
  }

  /** The server refused a look at a member: a wait ends by that when it persists. */
  refused(id: string, error: Error): void {
    const now = this.#clock.now();
    for (const wait of this.of(id)) {
      const { times, since } = wait.refused ?? { times: 0, since: now };
      wait.refused = { times: times + 1, since };
      if (times + 1 >= REFUSALS && now - since >= PERSISTS) wait.fail(error);
    }
  }

  /** Those who are told of requests, once for each run. */
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

  /** What a request found that was sent at the moment `asked`. Whether it is something that nobody had told of. */
  saw(id: string, record: object | undefined, asked: ProcessMoment): boolean {
    let isNews = false;
    for (const wait of this.of(id)) {
      wait.refused = undefined;
      // What was asked for before the action was sent may have been read before it was done: it decides nothing.
      if (asked.order < wait.watch.since.order) continue;
      // Of what was told meanwhile, or shortly before, an answer may know nothing yet. Gone is final.
      const lags = record !== undefined && (asked.order < wait.told.order ||
        (asked.at < wait.told.at + LAGS && isOlder(this.#resource.mark?.(record), wait.known.mark)));
      if (lags || !this.#believes(record, wait, asked)) continue;
      if (record === undefined || this.#resource.state(record) !== wait.known.state) isNews = true;
      this.#show(record, wait);
    }
    return isNews;
  }

  /** Whether a look is believed: that a member is gone only after it was said for long enough. */
  #believes(record: object | undefined, wait: Wait, asked: ProcessMoment): boolean {
    if (record !== undefined || wait.watch.gonePatience === 0) {
      wait.suspect = undefined;
      this.#suspects.delete(wait);
      return true;
    }
    const since = wait.suspect?.since ?? asked;
    const said = asked.at - since.at;
    if (asked !== since && said >= wait.watch.gonePatience) {
      this.#suspects.delete(wait); // it need not be looked at for this any more
      return true;
    }
    wait.suspect = { since, next: this.#clock.now() + nextLookAtGone(said, wait.watch.gonePatience) };
    this.#suspects.add(wait);
    return false;
  }

  /** What the server told of a wait's member. */
  heard(record: object | undefined, wait: Wait): void {
    wait.told = momentOf(this.#clock);
    this.#show(record, wait);
  }

  /** Shows a member to a wait: looked at or told, it is judged by the same rules. */
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
