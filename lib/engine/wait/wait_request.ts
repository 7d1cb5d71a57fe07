/**
 * One wait for one member, as a watcher is asked to serve it.
 *
 * @module
 */
import type { WireListener } from "../resource/listing.ts";
import type { ApiRequest } from "../resource/endpoint.ts";
import type { LastSeen } from "./last_seen.ts";
import type { ProcessMoment } from "./process_order.ts";

/** What a watched member's wait is told, besides looks. */
export interface PollNews {
  (news: { type: "polled"; requests: number } | { type: "pollFailed"; error: Error; delay: number }): void;
}

/** One member being waited for. */
export interface Watch {
  readonly id: string;
  /** Takes a look; true when the wait is over. May throw: then the wait ends with that error. */
  readonly see: (look: LastSeen) => boolean;
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
  /** The member's record as it was last seen. */
  readonly record: object;
  /** When the action was last sent whose effect is waited for: what was asked for before decides nothing. */
  readonly since: ProcessMoment;
  /** The server's time when it had accepted it, ms, by its own clock; undefined where it did not say. */
  readonly accepted: number | undefined;
  /** For how long it must be said that the member is gone before that is believed, ms. */
  readonly gonePatience: number;
  /** Whether the member's state is all that it depends on: of that a feed tells. */
  readonly stateOnly: boolean;
  /** How many members its run has, and so how many waits there may soon be. */
  readonly company: number;
  /** Runs that share a look are told of it once each. */
  readonly run: object;
}

/** How a watch ended. */
export type Ending = "seen" | "timeout";
