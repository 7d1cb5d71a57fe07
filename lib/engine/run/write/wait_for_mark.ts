/**
 * When to send an action that only shows by a change of the member's mark.
 *
 * @module
 */
import { DEFAULT_WAIT } from "../../resource/describe.ts";
import { showDuration } from "../../time/duration.ts";
import { WaitTimeoutError } from "../../errors.ts";
import { stillUnproven } from "../../wait/evidence.ts";
import { readOrGone } from "../read_or_gone.ts";
import type { RunContext } from "../run_context.ts";
import type { Member } from "../member.ts";

/** A mark that is older than this by our own clock is not from now, however wrong the clock is (in milliseconds). */
const LONG_AGO = 24 * 3_600_000;

/** Waits until everything that was sent shows in a member, because the action `name` comes next. */
export async function settle(run: RunContext, member: Member, name: string): Promise<void> {
  const { resource } = run.plan;
  const what = member.unproven.map((one) => one.name).join(" and ");
  const timeout = resource.timeout ?? DEFAULT_WAIT;
  const ending = await run.watch(member, {
    timeout,
    every: undefined,
    stateOnly: false,
    see: (look) => {
      run.saw(member, look);
      return (member.unproven = stillUnproven(resource, member.unproven, look)).length === 0;
    },
  });
  if (ending === "timeout") {
    throw new WaitTimeoutError(
      `Cannot ${name} ${resource.kind} ${member.name}: ${what} did not show within ${showDuration(timeout)}`,
      member.path.map((seen) => seen.state),
    );
  }
}

/**
 * Makes sure that the mark of the action will differ from the member's current one: what was sent before has left its
 * mark, and whatever changes from now on leaves another.
 */
export async function waitForMark(
  run: RunContext,
  member: Member,
  name: string,
  index: number,
): Promise<void> {
  const { plan: { resource }, clock, signal } = run;
  const about = { member: member.ref(), step: index };
  if (member.unproven.length > 0) await settle(run, member, name);
  else if (member.stale) {
    await readOrGone(run, member, run.wire(member, about));
  }
  const time = resource.markTime?.(member.record);
  if (!time || Math.abs(clock.now() - time.at) > LONG_AGO) return;
  // The server's clock advances as ours does, whatever its time.
  const pause = member.readAt + time.unit - clock.now();
  if (pause > 0) await clock.sleep(pause, signal);
}
