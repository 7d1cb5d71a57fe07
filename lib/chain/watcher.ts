/**
 * One watcher for each endpoint and resource serves every wait of the process: it looks at all waited-for members
 * with the fewest requests, whatever chain they belong to.
 *
 * @module
 */
import type { AnyResource, WireListener } from "./describe.ts";
import type { ApiRequest, Endpoint } from "./endpoint.ts";
import { onAbort } from "./cancel.ts";
import { ApiError, ThrottledError } from "./errors.ts";
import type { Look } from "./judge.ts";
import { readOne } from "./read.ts";

/** What a watched member's wait is told, besides looks. */
export interface PollNews {
  (news: { type: "polled"; requests: number } | { type: "pollFailed"; error: Error; delay: number }): void;
}

/** One member being waited for. */
export interface Watch {
  readonly id: string;
  /** Takes a look; true when the wait is over. May throw: then the wait ends with that error. */
  readonly see: (look: Look) => boolean;
  /** When the wait gives up, ms. */
  readonly deadline: number;
  /** The longest time between looks that was asked for, ms; undefined leaves it to the watcher. */
  readonly every: number | undefined;
  /** The query under which a list shows the member, and how many pages such a list has. */
  readonly query: ApiRequest["query"];
  readonly pages: number;
  readonly signal: AbortSignal;
  readonly news: PollNews;
  readonly on: WireListener;
  /** Runs that share a look are told of it once each. */
  readonly run: object;
}

/** How a watch ended. */
export type Ending = "seen" | "timeout";

interface Entry {
  readonly watch: Watch;
  readonly key: string;
  readonly since: number;
  end(how: Ending): void;
  fail(error: unknown): void;
}

/** Shortest and longest time between two looks, ms. */
const SOONEST = 200, LATEST = 15_000;
/**
 * Before the first wait is over, a look follows after a sixth of the time waited so far; afterwards after a part that
 * is the smaller the more members share the look: from an eighth, for a few, to a twenty-fourth.
 */
const BEFORE = 6;
const after = (members: number) => Math.min(24, 8 + members / 12);
/** So many waits should end with each request spent on looking: at two writes a member that is 2 % of all requests. */
const WORTH = 25;

const watchers = new Map<string, Watcher>();

/** The process's watcher of a resource at an endpoint. */
export function watcherOf(endpoint: Endpoint, resource: AnyResource): Watcher {
  const key = `${endpoint.key} ${resource.kind}`;
  let watcher = watchers.get(key);
  if (!watcher) watchers.set(key, watcher = new Watcher(endpoint, resource, () => watchers.delete(key)));
  return watcher;
}

/** Looks at members until their waits are over. */
export class Watcher {
  readonly #endpoint: Endpoint;
  readonly #resource: AnyResource;
  readonly #idle: () => void;
  /** By member id; several waits may be for the same member. */
  readonly #entries = new Map<string, Set<Entry>>();
  #count = 0;
  #running = false;
  /** Wakes the sleeping loop. */
  #wake: AbortController | undefined;
  /** A look is due at this time at the latest. */
  #due = Infinity;
  #failures = 0;
  #jitter = 0;
  /** Waits that the last look ended, and the time since the one before it, ms. */
  #found = 0;
  #gap = 0;
  #foundAny = false;
  /** The most members waited for at once. */
  #peak = 0;
  #lastLook: number | undefined;
  readonly #pagesOf = new Map<string, number>();

  constructor(endpoint: Endpoint, resource: AnyResource, idle: () => void) {
    this.#endpoint = endpoint;
    this.#resource = resource;
    this.#idle = idle;
  }

  /** Watches one member until its wait is over, its time is up, or its signal aborts. */
  watch(watch: Watch): Promise<Ending> {
    const { promise, resolve, reject } = Promise.withResolvers<Ending>();
    if (watch.signal.aborted) return Promise.reject(watch.signal.reason);
    const key = JSON.stringify(watch.query ?? {});
    let forget = () => {};
    const remove = () => {
      forget();
      const same = this.#entries.get(watch.id);
      if (!same?.delete(entry)) return;
      this.#count--;
      if (same.size === 0) this.#entries.delete(watch.id);
      if (this.#count === 0) this.#wake?.abort();
    };
    const entry: Entry = {
      watch,
      key,
      since: this.#endpoint.clock.now(),
      end: (how) => (remove(), resolve(how)),
      fail: (error) => (remove(), reject(error)),
    };
    forget = onAbort(watch.signal, () => entry.fail(watch.signal.reason));
    let same = this.#entries.get(watch.id);
    if (!same) this.#entries.set(watch.id, same = new Set());
    same.add(entry);
    this.#count++;
    this.#peak = Math.max(this.#peak, this.#entries.size);
    if (!this.#pagesOf.has(key)) this.#pagesOf.set(key, watch.pages);
    this.#schedule(this.#endpoint.clock.now() + (watch.every ?? this.#soonest()), watch.deadline);
    if (!this.#running) void this.#run();
    return promise;
  }

  #deadline = Infinity;

  #schedule(look: number, deadline: number): void {
    const sooner = look < this.#due || deadline < this.#deadline;
    this.#due = Math.min(this.#due, look);
    this.#deadline = Math.min(this.#deadline, deadline);
    if (sooner) this.#wake?.abort();
  }

  *#all(): Iterable<Entry> {
    for (const same of this.#entries.values()) yield* same;
  }

  /**
   * Time to the next look, ms. Long waits are looked at more rarely, in proportion; many waits that end quickly, as
   * often as pays: a look costs as many requests as the list has pages.
   */
  #interval(): number {
    const now = this.#endpoint.clock.now();
    let lasted = 0, asked = Infinity, pages = 1;
    for (const { watch, since, key } of this.#all()) {
      lasted += now - since;
      if (watch.every !== undefined) asked = Math.min(asked, watch.every);
      pages = Math.max(pages, this.#pagesOf.get(key) ?? 1);
    }
    lasted /= Math.max(1, this.#count);
    const soonest = this.#soonest(pages);
    const paying = this.#found > 0 ? WORTH * pages * this.#gap / this.#found : Infinity;
    const fair = lasted / (this.#foundAny ? after(this.#peak) : BEFORE);
    // Evenly spread over ±10 %, so that processes started together do not stay together.
    this.#jitter = (this.#jitter + 0.618) % 1;
    const interval = Math.max(soonest, Math.min(paying, fair)) * (0.9 + 0.2 * this.#jitter);
    return Math.min(asked, LATEST, interval);
  }

  #soonest(pages = 1): number {
    return 4 * SOONEST * Math.min(1, Math.max(0.25, 12 * pages / Math.max(1, this.#peak)));
  }

  async #run(): Promise<void> {
    const { clock } = this.#endpoint;
    this.#running = true;
    try {
      while (this.#count > 0) {
        const now = clock.now();
        const until = Math.min(this.#due, this.#deadline);
        if (until > now) {
          this.#wake = new AbortController();
          await clock.sleep(until - now, this.#wake.signal).catch(() => {});
          this.#wake = undefined;
          continue;
        }
        this.#expire(now);
        if (this.#count > 0 && this.#due <= now) await this.#look();
        this.#reschedule();
      }
    } finally {
      this.#running = false;
      this.#due = this.#deadline = Infinity;
      this.#foundAny = false;
      this.#found = this.#peak = 0;
      this.#lastLook = undefined;
      if (this.#count > 0) void this.#run();
      else this.#idle();
    }
  }

  #expire(now: number): void {
    for (const entry of [...this.#all()]) if (entry.watch.deadline <= now) entry.end("timeout");
  }

  #reschedule(): void {
    const now = this.#endpoint.clock.now();
    if (this.#due <= now) this.#due = now + (this.#failures > 0 ? this.#backoff() : this.#interval());
    this.#deadline = Infinity;
    for (const { watch } of this.#all()) this.#deadline = Math.min(this.#deadline, watch.deadline);
  }

  /** Looks at every waited-for member, with whatever takes the fewest requests. */
  async #look(): Promise<void> {
    const groups = new Map<string, Entry[]>();
    for (const entry of this.#all()) {
      const group = groups.get(entry.key);
      if (group) group.push(entry);
      else groups.set(entry.key, [entry]);
    }
    let requests = 0;
    const runs = new Map<object, PollNews>();
    const on: WireListener[] = [];
    for (const entry of this.#all()) {
      if (!runs.has(entry.watch.run)) {
        runs.set(entry.watch.run, entry.watch.news);
        on.push(entry.watch.on);
      }
    }
    const tell: WireListener = (event) => {
      if (event.type === "send") requests++;
      for (const one of on) one(event);
    };
    // One list of everything serves all groups, where it is no dearer than a list for each.
    const whole = this.#pagesOf.get("{}");
    const apart = [...groups].reduce(
      (sum, [key, group]) => sum + Math.min(this.#members(group), this.#pages(key)),
      0,
    );
    const before = this.#count, began = this.#endpoint.clock.now();
    try {
      if (groups.size > 1 && whole !== undefined && whole <= apart) {
        await this.#lookAt("{}", [...groups.values()].flat(), tell);
      } else {
        for (const [key, group] of groups) await this.#lookAt(key, group, tell);
      }
      this.#failures = 0;
      this.#found = Math.max(0, before - this.#count);
      this.#foundAny ||= this.#found > 0;
      this.#gap = began - (this.#lastLook ?? began);
      this.#lastLook = began;
      for (const news of runs.values()) news({ type: "polled", requests });
    } catch (error) {
      this.#broken(error as Error, runs.values());
    }
  }

  /** A look failed: what cannot get better ends the waits at once, anything else only delays the next look. */
  #broken(error: Error, news: Iterable<PollNews>): void {
    const final = error instanceof ApiError && !(error instanceof ThrottledError) && error.status < 500 &&
      error.status !== 408;
    if (final) {
      for (const entry of [...this.#all()]) entry.fail(error);
      return;
    }
    this.#failures++;
    for (const one of news) one({ type: "pollFailed", error, delay: this.#backoff() });
  }

  #backoff(): number {
    return Math.min(30_000, 500 * 2 ** this.#failures);
  }

  #members(group: readonly Entry[]): number {
    return new Set(group.map((entry) => entry.watch.id)).size;
  }
  #pages(key: string): number {
    return Math.max(1, this.#pagesOf.get(key) ?? 1);
  }

  async #lookAt(key: string, group: readonly Entry[], on: WireListener): Promise<void> {
    const ids = new Set(group.map((entry) => entry.watch.id));
    if (ids.size <= this.#pages(key)) {
      await Promise.all([...ids].map((id) => this.#get(id, on)));
      return;
    }
    const absent = new Set(ids);
    let pages = 0;
    const query = JSON.parse(key) as ApiRequest["query"];
    for await (const page of this.#resource.list.pages(this.#endpoint, query, { priority: "poll", on })) {
      pages++;
      for (const record of page) {
        const id = this.#resource.id(record);
        if (absent.delete(id)) this.#show(id, record);
        else if (this.#entries.has(id) && !ids.has(id)) this.#show(id, record);
      }
    }
    this.#pagesOf.set(key, Math.max(1, pages));
    // Absent from a full list is not yet gone: a failed machine is not listed, and a tag may have been changed.
    await Promise.all([...absent].filter((id) => this.#entries.has(id)).map((id) => this.#get(id, on)));
  }

  async #get(id: string, on: WireListener): Promise<void> {
    const reading = { resource: this.#resource, endpoint: this.#endpoint, signal: undefined, on };
    this.#show(id, await readOne(reading, id, "poll"));
  }

  #show(id: string, record: object | undefined): void {
    const look: Look = {
      state: record ? this.#resource.state(record) : this.#resource.gone.state,
      record,
      at: this.#endpoint.clock.now(),
    };
    for (const entry of [...this.#entries.get(id) ?? []]) {
      try {
        if (entry.watch.see(look)) entry.end("seen");
      } catch (error) {
        entry.fail(error);
      }
    }
  }
}
