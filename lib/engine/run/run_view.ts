/**
 * A plan being done, as those see it who read for it.
 *
 * @module
 */
import type { Plan } from "../plan/plan.ts";
import type { WireListener } from "../resource/listing.ts";
import type { Clock } from "../time/clock.ts";
import type { LastSeen } from "../wait/last_seen.ts";
import type { MemberRef } from "./events.ts";
import type { Member } from "./member.ts";

/** What reading for a run needs of it. */
export interface RunView {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Counts and tells what happens to one member's requests. */
  wire(member: Member, about: { member: MemberRef; step: number }): WireListener;
  /** Takes a look at a member in. */
  saw(member: Member, look: LastSeen): void;
}
