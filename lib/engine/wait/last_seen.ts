/**
 * What was seen of a member, and what was last done to it.
 *
 * @module
 */
import type { Before } from "../resource/describe.ts";

/** One look at a member. */
export interface LastSeen {
  readonly state: string;
  /** Undefined when the member is gone. */
  readonly record: object | undefined;
  readonly at: number;
}

/** The last action that was sent to the member in this chain, as far as a wait must know it. */
export interface LastAction {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly before: Before;
  /** Whether a look showed that it took effect. */
  readonly seen: boolean;
  /** When it was sent, ms by our clock; undefined where that was not kept. */
  readonly sentAt?: number | undefined;
  /** The earliest that the server may have taken it, ms by the server's clock; undefined where that is not known. */
  readonly notBefore?: number | undefined;
  /** Whether its answer was lost: then what anybody may have changed is no evidence of it. */
  readonly lost?: boolean;
}
