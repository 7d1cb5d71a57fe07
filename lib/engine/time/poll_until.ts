/**
 * Looking again and again, ever more rarely, until there is an answer or the time is up.
 *
 * Every loop that looks for the effect of one write, or for one thing to come about, is this one. Two others are alike on
 * purpose: the watcher of `engine/wait` looks for many waits at once, and `readOrGone` asks only to be certain of "gone".
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** How long and how often it is looked. */
export interface Polling {
  /** What its pauses go by. */
  readonly clock: Clock;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it ends. There is a last look at that time; with 0 there is one look. */
  readonly within: number;
  /** The first pause between two looks, ms; each further one is twice as long. Default 500. */
  readonly first?: number;
  /** The longest pause, ms. Default 10,000. */
  readonly longest?: number;
}

/** What `look` first gives that is not undefined; undefined when the time is up. Rejects as `look` does. */
export async function pollUntil<T>(
  { clock, signal, within, first = 500, longest = 10_000 }: Polling,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.now() + within;
  for (let pause = first;; pause = Math.min(longest, pause * 2)) {
    const found = await look();
    if (found !== undefined) return found;
    const left = deadline - clock.now();
    if (left <= 0) return undefined;
    await clock.sleep(Math.min(pause, left), signal);
  }
}
