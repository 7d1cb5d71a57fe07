/**
 * Sends one action to one member: never twice, and only if it is needed.
 *
 * @module
 */
import { sentArguments } from "./sent_arguments.ts";
import { type Before, saysGone, stateAfter } from "../../resource/describe.ts";
import { hidesBehind, resolveLostAnswer } from "./lost_answer.ts";
import type { MemberRef } from "../events.ts";
import { checkedWrite, isLost } from "./checked_write.ts";
import { ApiError, MusterError } from "../../errors.ts";
import { isProvable, tookEffect } from "../../wait/evidence.ts";
import { waitForMark } from "./wait_for_mark.ts";
import type { Member } from "../member.ts";
import { momentOf } from "../../wait/process_order.ts";
import { readOrGone } from "../read_or_gone.ts";
import { alreadySo, justMoved, partOf, verdictOf } from "../../plan/predict.ts";
import { checkAgain, outlookOf } from "./check_again.ts";
import { expectedSo } from "../../plan/expected_record.ts";
import { stepKey } from "../overlapping.ts";
import { refusalOf } from "../../plan/not_begun.ts";
import type { RunContext } from "../run_context.ts";
import { type ActionStep, labelOf } from "../../resource/steps.ts";

/** Does an action for a member. Resolves when the API has accepted it, or when it is not needed. */
export async function sendAction(
  run: RunContext,
  member: Member,
  step: ActionStep,
  index: number,
): Promise<void> {
  const earlier = member.doneEarlier(stepKey(step));
  if (earlier !== undefined) {
    const why = `already done by ${earlier}`;
    member.skips.push(why);
    run.emit({ type: "skipped", action: step.name, why, member: member.ref(), step: index });
    return await run.after(member, index, "skipped");
  }
  const { destructive } = run.plan.resource.actions[step.name]!;
  const turn = destructive ? await run.turns.take(run, member) : () => {};
  try {
    await actNow(run, member, step, index, turn);
  } finally {
    turn();
  }
}

/** The same, once its turn has come. `sent` is called when the request was answered or lost. */
async function actNow(
  run: RunContext,
  member: Member,
  planned: ActionStep,
  index: number,
  sent: () => void,
): Promise<void> {
  const { resource } = run.plan;
  let step = planned;
  const action = resource.actions[step.name]!;
  const about = { member: member.ref(), step: index };
  const doubt = index === member.planned.startAt ? member.planned.doubt : undefined;

  if (!doubt) {
    if (action.leavesMark) await waitForMark(run, member, step.name, index);
    const part = partOf(resource, step.name);
    const changed = member.unproven.some((one) => partOf(resource, one.name) === part);
    let so = !changed && expectedSo(action, member.record, outlookOf(run, member), step.args);
    if (so === undefined) {
      // An earlier step may have changed what this depends on: only a read shows it.
      await readOrGone(run, member, run.wire(member, about));
      so = alreadySo(action, member.record, step.args);
    }
    const moved = justMoved(resource, run.plan.steps, index);
    const { verdict, why } = verdictOf(resource, step, member.state, so, moved);
    if (verdict === "skip") {
      member.skips.push(why);
      run.emit({ type: "skipped", action: step.name, why, ...about });
      return await run.after(member, index, "skipped");
    }
    if (verdict === "refuse") {
      throw new MusterError(`Cannot ${step.name} ${resource.kind} ${member.name}: ${why}`);
    }
    await checkAgain(run, member, step, index);
  }

  // From here on what was sent decides, and a repeat sends the same.
  step = { ...step, args: sentArguments(resource, member.record, step.args) };
  const before = doubt ?? member.before();
  let leaves = {};
  const { checked, result: skipped } = await checkedWrite<string | undefined>({
    says: {
      what: `${step.name} ${resource.kind} ${member.name}`,
      whether: `${step.name} was done to ${resource.kind} ${member.name}`,
    },
    sentBefore: doubt !== undefined,
    async ready(attempt, unseen) {
      if (unseen) await mayRepeat(run, member, step, index, attempt === 1);
      run.signal.throwIfAborted();
      leaves = await run.beforeLeaving(member, index, before);
    },
    async send(attempt) {
      try {
        const target = { id: member.id, record: member.record as never };
        const request = action.request(target, ...step.args as never[]);
        const on = run.wire(member, about, { action: step.name, attempt });
        member.wrote(momentOf(run.clock));
        const { headers } = await run.plan.endpoint.send(request, { signal: run.signal, on, ...leaves });
        member.accepted = serverTime(headers);
      } catch (error) {
        if (isLost(error)) {
          sent();
          run.emit({ type: "doubted", action: step.name, reason: error.message, ...about });
        }
        throw error;
      }
      return undefined;
    },
    async look(attempt, lost) {
      const earlier = attempt === 0;
      const since = earlier ? member.planned.doubtSince ?? run.clock.now() : member.sent.at;
      const finding = await resolveLostAnswer(run, member, step, index, before, since, earlier);
      if (typeof finding === "object") return await failed(run, member, step, index, finding.failed, lost);
      return finding === "done" ? { is: "done", result: undefined } : { is: finding };
    },
    doubted: (doubtful) => member.doubtful = doubtful ? labelOf(step) : undefined,
    async refused(error, wondering) {
      // The API says that it is gone: a read must confirm it. A member that was just created may be shown a little
      // later.
      const isNew = !member.shown;
      const leadsThere = action.enters === resource.gone.state;
      const saidGone = error instanceof ApiError && saysGone(resource, error);
      const isGone = saidGone && await provenGone(run, member, about, leadsThere);
      if (saidGone && isNew && member.shown) return "again";
      // The refusal may be because an earlier sending was carried out.
      if (
        wondering && error instanceof ApiError &&
        ((isGone && leadsThere) || await tookMeanwhile(run, member, step, before, about))
      ) return { result: undefined };
      // Somebody else was faster: this action leads to gone.
      if (isGone && leadsThere) return { result: `already ${resource.gone.state}` };
      await run.after(member, index, "refused");
      return undefined;
    },
  });
  member.doubtful = undefined;
  if (skipped !== undefined) {
    member.skips.push(skipped);
    run.emit({ type: "skipped", action: step.name, why: skipped, ...about });
    return await run.after(member, index, "skipped");
  }
  run.emit({ type: "accepted", action: step.name, checked, ...about });
  member.did.push(stepKey(planned)!);
  accepted(run, member, step, before, checked, member.sent.at);
  // If a poll showed it, the poll's state is kept: it may be on the way.
  if (!checked) member.state = stateAfter(action) ?? member.state;
  await run.after(member, index, "accepted");
}

/**
 * Checks that an action may be sent again: the member must still be in the right state.
 *
 * @param earlier Whether an earlier run sent it.
 */
async function mayRepeat(
  run: RunContext,
  member: Member,
  step: ActionStep,
  index: number,
  earlier: boolean,
): Promise<void> {
  const { resource } = run.plan;
  const about = { member: member.ref(), step: index };
  // A resumed run has only checked whether it was done: a member that must not be changed any more is not sent it
  // again.
  const refusal = earlier && refusalOf(run.plan, member.planned);
  if (refusal) throw new MusterError(refusal.text);
  if (!earlier) {
    run.emit({
      type: "retried",
      action: step.name,
      reason: "answer lost, and not done",
      delay: 0,
      ...about,
    });
  }
  // The audit does not show the member's state, and the action must still be allowed from there.
  await readOrGone(run, member, run.wire(member, about));
  const { verdict, why } = verdictOf(resource, step, member.state, false, false);
  if (verdict !== "send") {
    throw new MusterError(`Cannot ${step.name} ${resource.kind} ${member.name}: ${why}`);
  }
  await checkAgain(run, member, step, index);
}

/** Whether a member is gone, as an action's answer says. Only a successful read proves it. */
async function provenGone(
  run: RunContext,
  member: Member,
  about: { member: MemberRef; step: number },
  leadsThere: boolean,
): Promise<boolean> {
  const patience = leadsThere && member.shown ? 0 : undefined;
  try {
    return await readOrGone(run, member, run.wire(member, about), patience) === undefined;
  } catch (error) {
    if (run.signal.aborted) throw error;
    return false;
  }
}

/** The server's time when it answered, in milliseconds; undefined if it did not say. */
function serverTime(headers: Headers): number | undefined {
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** The earliest time, by the server's own clock, at which it may have accepted the last write, in milliseconds. */
function takenAt({ accepted, sent }: Member, now: number): number | undefined {
  return accepted === undefined ? undefined : accepted - (now - sent.at);
}

/** Records what later steps must know about an accepted action. */
function accepted(
  run: RunContext,
  member: Member,
  step: ActionStep,
  before: Before,
  seen: boolean,
  sentAt: number | undefined,
  at = run.clock.now(),
): void {
  const { resource } = run.plan;
  const action = resource.actions[step.name]!;
  member.changes++;
  member.deeds.push({ name: step.name, args: step.args, at });
  const notBefore = takenAt(member, run.clock.now());
  const last = { name: step.name, args: step.args, before, seen, sentAt, notBefore };
  if (action.enters !== undefined) {
    member.last = last;
    member.acted = true;
  } else if (isProvable(action)) {
    const part = partOf(resource, step.name);
    member.unproven = member.unproven.filter((one) => partOf(resource, one.name) !== part);
    if (!seen) member.unproven.push(last);
  }
}

/** Restores what a member must know from the run that is resumed. */
export function recall(run: RunContext, member: Member): void {
  for (const { step, before, seen } of member.planned.earlier ?? []) {
    const done = run.plan.steps[step]!;
    if (done.kind === "action") {
      member.did.push(stepKey(done)!);
      accepted(run, member, done, before, seen, before.since, -Infinity);
    } else {
      member.changes++;
      if (done.kind === "create") member.acted = true;
    }
  }
}

/** Whether a poll shows that the action was carried out, after a later sending was refused. */
async function tookMeanwhile(
  run: RunContext,
  member: Member,
  step: ActionStep,
  before: Before,
  about: { member: MemberRef; step: number },
): Promise<boolean> {
  const { resource } = run.plan;
  if (!isProvable(resource.actions[step.name]!) || hidesBehind(resource, member, step)) return false;
  try {
    const record = await readOrGone(run, member, run.wire(member, about));
    const last = { name: step.name, args: step.args, before, seen: false, lost: true };
    return tookEffect(resource, last, { state: member.state, record, at: run.clock.now() });
  } catch (error) {
    if (run.signal.aborted) throw error;
    return false;
  }
}

/** Ends with the error that the server's audit reports. */
async function failed(
  run: RunContext,
  member: Member,
  { name }: ActionStep,
  index: number,
  why: string,
  lost: Error | undefined,
): Promise<never> {
  member.doubtful = undefined;
  await run.after(member, index, "refused");
  throw new MusterError(
    `Cannot ${name} ${run.plan.resource.kind} ${member.name}: the server's audit says that it failed${why}.`,
    { cause: lost },
  );
}
