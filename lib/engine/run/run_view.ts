/**
 * The parts of a run that the code for reading members needs.
 *
 * @module
 */
import type { Plan } from "../plan/plan.ts";
import type { WireListener } from "../resource/listing.ts";
import type { Clock } from "../time/clock.ts";
import type { LastSeen } from "../wait/last_seen.ts";
import type { MemberRef } from "./events.ts";
import type { Member } from "./member.ts";

/** What reading members for a run needs. */
export interface RunView {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Counts and reports one member's requests. */
  wire(member: Member, about: { member: MemberRef; step: number }): WireListener;
  /** Records a poll of a member. */
  saw(member: Member, look: LastSeen): void;
}
