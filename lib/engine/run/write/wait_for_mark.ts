/**
 * When an action may be sent whose only evidence is that the member's mark changes.
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

/** A mark that is older than this by our own clock is not of this moment, however wrong the clock is, ms. */
const LONG_AGO = 24 * 3_600_000;

/** Waits until all that was sent shows in a member, as `name` is to be done to it next. */
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
 * Makes sure that the mark which an action leaves will be told from what the member has now: what was sent before has
 * left its own, and whatever changes from now on leaves another.
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
  // The server's clock runs on as ours does, wherever it is.
  const pause = member.readAt + time.unit - clock.now();
  if (pause > 0) await clock.sleep(pause, signal);
}
