/**
 * The time limit of a run: it covers everything, including login and planning.
 *
 * @module
 */
import { onAbort } from "../time/cancel.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { WireListener } from "../resource/listing.ts";
import { type Duration, milliseconds, showDuration } from "../time/duration.ts";
import { TransportError } from "../errors.ts";
import { foreseeOverlaps } from "./overlapping.ts";
import { type ChainState, makePlan, type Plan, showChain } from "../plan/plan.ts";

/** A running time limit. */
export class RunLimit {
  readonly #limit: number;
  readonly #over: (text: string) => void;
  #clock: Clock | undefined;
  #since = 0;
  #left: number;
  #stop: AbortController | undefined;

  /** @param over Called when the time has passed, with the limit as text. */
  constructor(limit: Duration, over: (text: string) => void) {
    this.#limit = this.#left = milliseconds(limit, "timeout");
    this.#over = over;
  }

  /** From now on the limit uses this clock. It may only be known after the login. */
  by(clock: Clock): void {
    if (this.#clock === clock || this.#left <= 0) return;
    if (this.#clock) this.#left -= Math.max(0, this.#clock.now() - this.#since);
    this.end();
    this.#clock = clock;
    this.#since = clock.now();
    const stop = this.#stop = new AbortController();
    clock.sleep(Math.max(0, this.#left), stop.signal).then(() => {
      this.#left = 0;
      this.#over(showDuration(this.#limit));
    }, () => {});
  }

  /** The limit is no longer needed. */
  end(): void {
    this.#stop?.abort("the run has ended");
  }
}

/**
 * Resolves as the work does, or rejects with the signal's reason as soon as that aborts. Work that ignores the signal
 * goes on unobserved.
 */
export async function untilAbort<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let forget = () => {};
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => forget = onAbort(signal, () => reject(signal.reason))),
    ]);
  } finally {
    forget();
  }
}

/** The first chain's clock that is known before its endpoint is. */
export const clockOf = (states: readonly ChainState[]): Clock | undefined =>
  states.find(({ clock }) => clock !== undefined)?.clock;

/** Options of planning. */
export interface Planning {
  readonly signal: AbortSignal;
  readonly on?: WireListener | undefined;
  /** Called with the endpoint's clock. */
  readonly by?: ((clock: Clock) => void) | undefined;
}

/** The plans of chains. Rejects with the signal's reason if that aborts. */
export async function plansOf(
  states: readonly ChainState[],
  { signal, on, by }: Planning,
): Promise<readonly Plan[]> {
  const known = ({ clock }: { readonly clock: Clock }) => by?.(clock);
  const planning = Promise.all(states.map((state) => makePlan(state, { signal, on, known })));
  return foreseeOverlaps(await untilAbort(signal, planning));
}

/** The error of a run whose time limit passed before there was a plan. */
export function tooLate(limit: string, chains: string, answers: number): TransportError {
  const error = new TransportError(
    answers === 0
      ? `Cannot plan ${chains}: the server did not answer within the time limit of ${limit}. Nothing was sent that ` +
        "changes anything. Check that the server can be reached, or give a longer timeout."
      : `Cannot plan ${chains}: the time limit of ${limit} passed before everything was read. Nothing was sent that changes ` +
        "anything. Give a longer timeout.",
    "no",
  );
  return Object.assign(error, { timeUp: true });
}

/** Plans chains within a time limit, or until a signal aborts: `plan({ timeout, signal })`. */
export async function planWithin(
  states: readonly ChainState[],
  { signal, timeout }: { signal?: AbortSignal | undefined; timeout?: Duration | undefined },
): Promise<Plan[]> {
  const stop = new AbortController();
  let answers = 0;
  const limit = timeout === undefined ? undefined : new RunLimit(timeout, (text) => {
    stop.abort(tooLate(text, states.map((state) => showChain(state)).join(", "), answers));
  });
  const undo = signal && onAbort(signal, () => stop.abort(signal.reason));
  limit?.by(clockOf(states) ?? systemClock);
  try {
    return [
      ...await plansOf(states, {
        signal: stop.signal,
        on: (event) => void (event.type === "answer" && answers++),
        by: (clock) => limit?.by(clock),
      }),
    ];
  } finally {
    limit?.end();
    undo?.();
  }
}
