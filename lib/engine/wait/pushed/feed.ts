/**
 * A subscription to changes, kept open while anybody waits. After it broke it is opened again, with growing pauses,
 * unless the server said that it does not have a feed.
 *
 * @module
 */
import type { Clock } from "../../time/clock.ts";
import type { ChangeListener, Follow, Pushed } from "../../resource/endpoint.ts";

/** Pauses before it is opened again, in milliseconds: the first, and the longest. */
const PAUSE = 1000, LONGEST = 60_000;
/** A subscription that was open for this long (in milliseconds) did not break because it was opened. */
const HELD = 30_000;

/** What the process knows about a server's feed, for all its waits. */
interface Memory {
  refused: boolean;
  /** It was open once: a refusal now only means that the server restarts. */
  worked: boolean;
  /** Last time it reported changes and missed none. A feed that is open may still report nothing. */
  proven: boolean;
  failures: number;
  notBefore: number;
}

const memories = new Map<string, Memory>();

/** Receives the events of a {@linkcode Feed}. */
export interface FeedListener {
  opened(): void;
  changed(change: Pushed): void;
  /** The subscription broke, or could not be opened. */
  lost(): void;
  on: ChangeListener["on"];
}

/** Keeps one subscription open. */
export class Feed {
  readonly #follow: Follow;
  readonly #clock: Clock;
  readonly #listener: FeedListener;
  readonly #memory: Memory;
  #stop: AbortController | undefined;
  #open = false;

  /** @param key The server and the resource. Feeds with equal keys share what is known about the server. */
  constructor(follow: Follow, key: string, clock: Clock, listener: FeedListener) {
    this.#follow = follow;
    this.#clock = clock;
    this.#listener = listener;
    let memory = memories.get(key);
    if (!memory) {
      memory = { refused: false, worked: false, proven: false, failures: 0, notBefore: -Infinity };
      memories.set(key, memory);
    }
    this.#memory = memory;
  }

  /** Whether changes are being received now. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether it is known to report every change. */
  get proven(): boolean {
    return this.#memory.proven;
  }
  set proven(proven: boolean) {
    this.#memory.proven = proven;
  }

  /**
   * Opens the feed, and keeps it open. There is no need to wait for that.
   *
   * @returns Whether it is now being opened for the first time. If so, {@linkcode FeedListener.opened} or `lost` will
   * be called.
   */
  start(): boolean {
    if (this.#stop || this.#memory.refused) return false;
    this.#stop = new AbortController();
    const now = this.#memory.notBefore <= this.#clock.now();
    void this.#keep(this.#stop.signal);
    return now;
  }

  /** Closes it at once. */
  stop(): void {
    this.#open = false;
    this.#stop?.abort(STOPPED);
    this.#stop = undefined;
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const memory = this.#memory, clock = this.#clock;
    while (!signal.aborted && !memory.refused) {
      const pause = memory.notBefore - clock.now();
      if (pause > 0) {
        await clock.sleep(pause, signal).catch(() => {});
        continue;
      }
      let openedAt: number | undefined;
      const end = await this.#follow({
        opened: () => {
          if (signal.aborted) return;
          openedAt = clock.now();
          this.#open = memory.worked = true;
          this.#listener.opened();
        },
        changed: (change) => signal.aborted || this.#listener.changed(change),
        on: this.#listener.on,
        signal,
      }).catch(() => "broken" as const);
      if (signal.aborted) return;
      this.#open = false;
      if (end === "refused" && !memory.worked) memory.refused = true;
      if (openedAt !== undefined && clock.now() - openedAt >= HELD) memory.failures = 0;
      memory.notBefore = clock.now() + Math.min(LONGEST, PAUSE * 2 ** memory.failures++);
      this.#listener.lost();
    }
  }
}

/** A text, because making an error looks up its stack. */
const STOPPED = "nobody waits for changes any more";
