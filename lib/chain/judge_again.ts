/**
 * Whether a step may still be done to a member: judged once more right before it is sent, by the record seen last.
 *
 * @module
 */
import type { RunContext } from "./context.ts";
import { MusterError } from "./errors.ts";
import { settle } from "./evidence.ts";
import type { Member } from "./member.ts";
import { obstacleTo, Outlook } from "./outlook.ts";
import type { ActionStep, PerformStep } from "./steps.ts";

/** What the chain's own actions are expected to have made of a member's record since it was read. */
function outlookOf({ plan: { resource } }: RunContext, member: Member): Outlook {
  const outlook = new Outlook();
  for (const { name, args, at } of member.deeds) {
    const unproven = member.unproven.some((one) => one.name === name && one.args === args);
    if ((member.stale && at >= member.readAt) || unproven) {
      outlook.afterAction(resource.actions[name]!, member.record, args);
    }
  }
  return outlook;
}

/**
 * Refuses a step that the member's record is against by now.
 *
 * Where the record is against it and an earlier action of the chain is to change that, it is waited until that shows: the
 * server carries such actions out a moment after it has accepted them.
 *
 * @throws {MusterError} with the reason.
 */
export async function judgeAgain(
  run: RunContext,
  member: Member,
  step: ActionStep | PerformStep,
  index: number,
): Promise<void> {
  const { resource } = run.plan;
  const obstacle = (outlook: Outlook) =>
    obstacleTo(resource, step, outlook, {
      record: member.record,
      state: member.state,
      now: run.clock.now(),
    });
  let why = obstacle(new Outlook());
  if (why === undefined) why = obstacle(outlookOf(run, member));
  else if (!obstacle(outlookOf(run, member))) {
    const name = step.kind === "action" ? step.name : step.performance.name;
    if (member.unproven.length > 0) await settle(run, member, name);
    why = obstacle(outlookOf(run, member));
  }
  if (why === undefined) return;
  const name = step.kind === "action" ? step.name : step.performance.name;
  await run.after(member, index, "refused");
  throw new MusterError(`Cannot ${name} ${resource.kind} ${member.name}: ${why}`);
}
