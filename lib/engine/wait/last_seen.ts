/**
 * What was last seen of a member, and what was last done to it.
 *
 * @module
 */
import type { Before } from "../resource/describe.ts";

/** The result of one poll of a member. */
export interface LastSeen {
  readonly state: string;
  /** Undefined when the member is gone. */
  readonly record: object | undefined;
  readonly at: number;
}

/** The last action that this chain sent to the member, as far as a wait must know it. */
export interface LastAction {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly before: Before;
  /** Whether a poll showed that it took effect. */
  readonly seen: boolean;
  /** When it was sent, in milliseconds of our clock; undefined if that was not recorded. */
  readonly sentAt?: number | undefined;
  /**
   * The earliest time that the server may have accepted it, in milliseconds of the server's clock; undefined if
   * unknown.
   */
  readonly notBefore?: number | undefined;
  /** Whether its answer was lost. If so, a change that anybody could have made does not prove it. */
  readonly lost?: boolean;
}
