/**
 * Many listeners on one abort signal. An `AbortSignal` goes through all its listeners at every addition: ten thousand
 * members that each add one cost half a second. Here they share a single listener.
 *
 * @module
 */

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `aborted` once when the signal aborts, or at once if it already has.
 *
 * @returns A function that removes the listener.
 */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  if (signal.aborted) {
    aborted();
    return () => {};
  }
  let all = listeners.get(signal);
  if (!all) {
    const created = all = new Set();
    listeners.set(signal, created);
    signal.addEventListener("abort", () => {
      listeners.delete(signal);
      for (const listener of created) listener();
    }, { once: true });
  }
  const mine = () => aborted(); // the same function given twice counts as two listeners
  all.add(mine);
  return () => void all.delete(mine);
}

/** A signal that aborts as soon as one of these does. Undefined ones are ignored. */
export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length < 2 ? given[0] : AbortSignal.any(given);
}
