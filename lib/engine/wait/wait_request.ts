/**
 * A wait for one member, as the watcher receives it.
 *
 * @module
 */
import type { WireListener } from "../resource/listing.ts";
import type { ApiRequest } from "../resource/endpoint.ts";
import type { LastSeen } from "./last_seen.ts";
import type { ProcessMoment } from "./process_order.ts";

/** What a wait is notified of, besides the polls. */
export interface PollNews {
  (news: { type: "polled"; requests: number } | { type: "pollFailed"; error: Error; delay: number }): void;
}

/** One member that is waited for. */
export interface Watch {
  readonly id: string;
  /** Receives a poll; returns true when the wait is over. If it throws, the wait ends with that error. */
  readonly see: (look: LastSeen) => boolean;
  /** When the wait times out, in milliseconds. */
  readonly deadline: number;
  /** The longest time between polls that was asked for, in milliseconds; if undefined, the watcher decides. */
  readonly every: number | undefined;
  /** The query whose list shows the member, and how many pages such a list has. */
  readonly query: ApiRequest["query"];
  readonly pages: number;
  readonly signal: AbortSignal;
  readonly news: PollNews;
  readonly on: WireListener;
  /** The member's record when last seen. */
  readonly record: object;
  /** When the awaited action was last sent. A read that was sent before it decides nothing. */
  readonly since: ProcessMoment;
  /** When the server had accepted the action, in milliseconds of the server's clock; undefined if it did not say. */
  readonly accepted: number | undefined;
  /** How long the API must report the member as gone before that is believed, in milliseconds. */
  readonly gonePatience: number;
  /** Whether the wait depends only on the member's state, which a feed reports. */
  readonly stateOnly: boolean;
  /** How many members the run has, and so how many waits there may soon be. */
  readonly company: number;
  /** Runs that share a poll are each notified once. */
  readonly run: object;
}

/** How a watch ended. */
export type Ending = "seen" | "timeout";
