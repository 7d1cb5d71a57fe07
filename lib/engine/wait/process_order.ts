/**
 * The order in which this process sent and received things. The clock is not enough, because it can be set, and many
 * things happen within one millisecond.
 *
 * @module
 */
import type { Clock } from "../time/clock.ts";
import type { WireEvent } from "../resource/endpoint.ts";

/** A moment: its place in the order of all moments, and the clock's time (in milliseconds). */
export interface ProcessMoment {
  readonly order: number;
  readonly at: number;
}

let order = 0;

/** The current moment. No two are equal. */
export function momentOf(clock: Pick<Clock, "now">): ProcessMoment {
  return { order: ++order, at: clock.now() };
}

/** Before all other moments. */
export const NEVER: ProcessMoment = Object.freeze({ order: 0, at: -Infinity });

/** When a read was sent. Nothing in its answer is older than that. */
export interface ReadTiming {
  /** Pass it the events of the requests. */
  on(event: WireEvent): void;
  readonly moment: ProcessMoment;
}

/**
 * Records the moment at which a read is sent. That may be long after it was asked for, because other requests go first.
 *
 * @param which `"first"`: for a list of several pages the first request counts. `"last"`: for one request the last
 * attempt counts.
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
