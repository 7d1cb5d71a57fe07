/**
 * Finds chains that were built and never run. Nothing else would show this mistake.
 *
 * @module
 */
import { LIB } from "../process/own_files.ts";
import { output } from "../process/output.ts";

/** At most this many chains are tracked: a program that builds more keeps them on purpose. */
const FOLLOWED = 1000;

const pending = new Map<object, { text: () => string; at: Error }>();

/** The first place in a stack outside this library. */
export function callSite(at: Error): string | undefined {
  for (const line of (at.stack ?? "").split("\n").slice(1)) {
    const place = /((?:file|https?|data|blob):[^\s)]+:\d+:\d+)/.exec(line)?.[1];
    if (place && !place.startsWith(LIB)) return place;
  }
  return undefined;
}

/** Tracks a chain until it is used. `from`, the chain that it was made of, counts as used. */
export function built(chain: object, text: () => string, from: object): void {
  pending.delete(from);
  if (pending.size >= FOLLOWED) return;
  // Added once, however often: it is always the same function.
  if (pending.size === 0) globalThis.addEventListener("unload", report);
  pending.set(chain, { text, at: new Error() });
}

/** Marks a chain as used: it was run, planned, exported or passed on. */
export function used(chain: object): void {
  pending.delete(chain);
}

/** One line for each chain that was never run. */
export function neverRun(): string[] {
  return [...pending.values()].map(({ text, at }) => {
    const place = callSite(at);
    return `a chain was built and never run${
      place ? ` at ${place}` : ""
    }: ${text()} — await it, or call .run()`;
  });
}

function report() {
  for (const line of neverRun()) output.notice(line);
}
