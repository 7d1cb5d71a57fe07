/**
 * When something was sent or came, in this process's own order: clocks are set, and many things happen in one
 * millisecond of theirs.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { WireEvent } from "../resource/endpoint.ts";

/** A moment: its place in the order of all moments taken, and what the clock said, ms. */
export interface ProcessMoment {
  readonly order: number;
  readonly at: number;
}

let order = 0;

/** The moment that is now. No two are equal. */
export function momentOf(clock: Pick<Clock, "now">): ProcessMoment {
  return { order: ++order, at: clock.now() };
}

/** Before all others. */
export const NEVER: ProcessMoment = Object.freeze({ order: 0, at: 0 });

/** When what is read was asked for: nothing that an answer tells is older than that. */
export interface ReadTiming {
  /** To be told what happens on the wire. */
  on(event: WireEvent): void;
  readonly moment: ProcessMoment;
}

/**
 * Takes the moment at which something is read: when the request goes out, which may be long after it was asked for, as
 * others have their turn first.
 *
 * @param which Of a list of several pages the `"first"` request counts, of one request the `"last"` time it was sent.
 */
export function askedWith(
  clock: Pick<Clock, "now">,
  on: (event: WireEvent) => void,
  which: "first" | "last",
): ReadTiming {
  let moment = momentOf(clock);
  let sent = false;
  return {
    on(event) {
      if (event.type === "send" && (which === "last" || !sent)) {
        sent = true;
        moment = momentOf(clock);
      }
      on(event);
    },
    get moment() {
      return moment;
    },
  };
}
