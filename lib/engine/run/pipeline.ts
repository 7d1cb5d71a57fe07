/**
 * Carries out a plan: a pipeline for each member, each at its own pace.
 *
 * @module
 */
import { recall, sendAction } from "./write/send_action.ts";
import type { ApiRequest } from "../resource/endpoint.ts";
import { Barrier } from "./barrier.ts";
import { isLost } from "./write/checked_write.ts";
import { auditedReason, Confirming } from "./write/confirm.ts";
import type { Consent } from "../plan/consent/consent.ts";
import { type Counting, RunContext } from "./run_context.ts";
import { showDuration } from "../time/duration.ts";
import { MusterError, SshError, UnreachableStateError, WaitTimeoutError } from "../errors.ts";
import type { Happening } from "./events.ts";
import { readOrGone } from "./read_or_gone.ts";
import type { Journal } from "./journal.ts";
import { stillUnproven } from "../wait/evidence.ts";
import { checkAgain } from "./write/check_again.ts";
import { judgeWait } from "../wait/judge_wait.ts";
import { createMember } from "./write/create_member.ts";
import type { Reservation } from "../plan/asking/destroyed_so_far.ts";
import { Member } from "./member.ts";
import { momentOf } from "../wait/process_order.ts";
import { Sequence, stepKey } from "./overlapping.ts";
import type { Plan } from "../plan/plan.ts";
import { refusalOf } from "../plan/not_begun.ts";
import { Report } from "./report/report.ts";
import { labelOf, type PerformStep, type WaitStep } from "../resource/steps.ts";
import { onAbort } from "../time/cancel.ts";

/** What the plans of one run share. */
export interface Shared {
  signal: AbortSignal;
  emit: (event: Happening) => void;
  counts: Counting;
  journal: Journal | undefined;
  /** What may be destroyed, by plan. */
  consent: Consent;
  /** Which of that was added to a count, by plan. */
  reservations: readonly (Reservation | undefined)[];
  /** Makes members of several plans wait for one another. Default: there are no others. */
  sequence?: Sequence;
}

/** Carries out one plan. Resolves when every member has its fate. A member's failure does not reject it. */
export async function doPlan(plan: Plan, number: number, shared: Shared): Promise<Report> {
  const run = new RunContext(plan, number, shared);
  const { sequence = new Sequence() } = shared;
  const startedAt = run.clock.now();
  const members = plan.members.map((planned, index) =>
    new Member(plan.resource, planned, index, number, startedAt, plan.at)
  );
  const barriers = plan.steps.map((step, index) =>
    step.kind === "barrier"
      ? new Barrier(members.filter((member) => (member.planned.startAt ?? 0) <= index).length, step.ifFailed)
      : undefined
  );
  try {
    await Promise.all(members.map(async (member) => {
      try {
        await go(run, member, barriers, sequence);
      } finally {
        sequence.ended(member);
      }
    }));
  } finally {
    for (const step of plan.steps) if (step.kind === "perform") await step.performance.close?.();
  }
  return new Report({
    endpoints: [plan.endpoint.name],
    chain: plan.chain,
    members: members.map((member) => member.report((index) => labelOf(plan.steps[index]!))),
    requests: { ...shared.counts },
    startedAt,
    endedAt: run.clock.now(),
    cancelled: undefined,
  });
}

/** One member's way through all steps, to exactly one fate. */
async function go(
  run: RunContext,
  member: Member,
  barriers: readonly (Barrier | undefined)[],
  sequence: Sequence,
): Promise<void> {
  const { steps } = run.plan;
  const { startAt = 0, doubt } = member.planned;
  const refusal = refusalOf(run.plan, member.planned);
  let index = startAt;
  // Other members will wait at the barriers from here on.
  let left = startAt;
  recall(run, member);
  try {
    if (!refusal) await sequence.follow(member, run.plan.resource.kind, run.signal);
    for (; index < steps.length; index++) {
      member.step = left = index;
      run.signal.throwIfAborted();
      const step = steps[index]!;
      // A write whose result is not known is checked first. But a step that is not an action may do more than check.
      if (refusal && (index > startAt || !doubt || step.kind === "perform")) {
        if (index === startAt && doubt) member.doubtful = labelOf(step);
        member.step = refusal.step;
        throw new MusterError(refusal.text);
      }
      switch (step.kind) {
        case "action":
          await sendAction(run, member, step, index);
          break;
        case "create":
          await createMember(run, member, index);
          break;
        case "wait":
          await wait(run, member, step, index);
          break;
        case "perform":
          await perform(run, member, step, index);
          break;
        case "barrier":
          left = index + 1;
          await meet(run, member, barriers[index]!, index);
          break;
      }
    }
    // The chain acts, but nothing was sent to this member: everything was already done.
    member.fate = member.changes === 0 && member.skips.length > 0 ? "skipped" : "succeeded";
    member.endedAt = run.clock.now();
    run.emit({ type: "done", member: member.ref(), fate: member.fate });
  } catch (thrown) {
    member.endedAt = run.clock.now();
    const error = thrown instanceof Error ? thrown : new MusterError(String(thrown));
    member.error = error;
    const about = { member: member.ref(), step: member.step };
    if (run.signal.aborted && (error === run.signal.reason || error.name === "AbortError")) {
      member.fate = "interrupted";
      run.emit({ type: "interrupted", ...about });
    } else {
      member.fate = "failed";
      run.emit({ type: "failed", error, ...about });
    }
    for (const barrier of barriers.slice(left)) barrier?.leave(member.fate === "failed");
  }
}

/** Waits for a member to be, or no longer to be, in a state. */
async function wait(run: RunContext, member: Member, step: WaitStep, index: number): Promise<void> {
  const { resource } = run.plan;
  const about = { member: member.ref(), step: index };
  const { last } = member;
  const noteSeen = () => {
    if (member.last && !member.last.seen) member.last = { ...member.last, seen: true };
  };
  // The state that an action leads to counts as seen. After anything else the member may have moved.
  let start = member.stale && (!last || last.seen) ? undefined : member.state;
  const began = run.clock.now();
  // Whether the record itself has said why the member cannot get there.
  let explained = false;
  const reached = (look: Parameters<typeof judgeWait>[2]) => {
    const { standing, seen } = judgeWait(
      resource,
      step,
      look,
      start ??= look.state,
      member.last,
      member.acted,
    );
    if (seen) noteSeen();
    member.unproven = stillUnproven(resource, member.unproven, look);
    if (typeof standing !== "object") return standing === "reached" && member.unproven.length === 0;
    const fault = look.record && resource.fault?.(look.record);
    explained = Boolean(fault);
    throw new UnreachableStateError(
      `Cannot ${
        labelOf(step)
      } ${resource.kind} ${member.name}: ${standing.doomed}. Its states were ${member.way()}.` +
        (fault ? ` It says: ${fault.replace(/\.$/, "")}.` : ""),
      member.path.map((seen) => seen.state),
    );
  };
  /** A record in a bad state says why; where nothing shows it the API's audit may. */
  const withReason = async (error: unknown): Promise<never> => {
    if (!(error instanceof UnreachableStateError) || explained) throw error;
    const why = await auditedReason(run, member, last, about);
    if (why === "") throw error;
    throw new UnreachableStateError(`${error.message} The server's audit says why${why}.`, error.path);
  };
  const done = async () => {
    run.emit({ type: "waited", state: member.state, ms: run.clock.now() - began, ...about });
    await run.after(member, index, "reached");
  };
  // What the plan or the previous wait has just read need not be read again, unless something was done to the member
  // since.
  const known = { state: member.state, record: member.record, at: began };
  const isKnown = !member.stale && (!last || last.seen) && member.unproven.length === 0;
  if (isKnown && reached(known)) return await done();

  run.emit({ type: "waiting", targets: step.targets, timeout: step.timeout, ...about });
  const confirming = Confirming.after(run, member, last);
  const stateOnly = member.unproven.length === 0 &&
    !step.targets.some((target) => resource.sets?.[target]?.holds);
  let looks = 0;
  for (;;) {
    let asks = false;
    const ending = await run.watch(member, {
      timeout: began + step.timeout - run.clock.now(),
      every: step.every,
      stateOnly,
      see: (look) => {
        looks++;
        run.saw(member, look);
        asks = !member.last?.seen && (confirming?.isDue(look) ?? false);
        return asks || reached(look);
      },
    }).catch((error) => withReason(error));
    if (ending !== "seen") break;
    if (!asks) return await done();
    if (await confirming!.ask(about)) noteSeen();
  }
  throw new WaitTimeoutError(
    `Cannot ${labelOf(step)} ${resource.kind} ${member.name} any longer: the limit of ${
      showDuration(step.timeout)
    } passed. Its states were ${member.way()}${looks > 0 ? whatLacks(run, member) : unseenAs(run)}. Give ${
      step.until ? "waitUntil" : "waitWhile"
    } a longer { timeout } if it only needs more time.`,
    member.path.map((seen) => seen.state),
  );
}

/** Why a member was not seen while it was waited for. */
function unseenAs({ lookFailed }: RunContext): string {
  return lookFailed
    ? `, and it could not be read since then (the last attempt: ${lookFailed.message})`
    : ", and no read of it was answered since then";
}

/** Why the wait goes on although the member may look as it should. */
function whatLacks(
  { plan: { resource }, lookFailed }: RunContext,
  { last, unproven, record }: Member,
): string {
  if (lookFailed) return `, and it cannot be read any more (the last attempt: ${lookFailed.message})`;
  const unseen = [...last && !last.seen ? [last] : [], ...unproven].map((one) => one.name);
  if (unseen.length > 0) return `, which does not show that ${unseen.join(" and ")} took effect`;
  const fault = resource.fault?.(record);
  return fault ? `; ${fault}` : "";
}

/** Does a step that is not an API request. */
async function perform(run: RunContext, member: Member, step: PerformStep, index: number): Promise<void> {
  const { performance } = step;
  const earlier = member.doneEarlier(stepKey(step));
  if (earlier !== undefined) {
    const why = `already done by ${earlier}`;
    member.skips.push(why);
    run.emit({ type: "skipped", action: performance.name, why, member: member.ref(), step: index });
    return await run.after(member, index, "skipped");
  }
  const turn = performance.destructive ? await run.turns.take(run, member) : () => {};
  try {
    if (index !== member.planned.startAt || !member.planned.doubt) await checkAgain(run, member, step, index);
    await performNow(run, member, step, index);
  } finally {
    turn();
  }
}

async function performNow(run: RunContext, member: Member, step: PerformStep, index: number): Promise<void> {
  const { resource, endpoint } = run.plan;
  const about = { member: member.ref(), step: index };
  const { performance } = step;
  await run.before(member, index, member.before());
  run.emit({ type: "sent", action: performance.name, attempt: 1, ...about });
  let skipped: string | undefined;
  let lost: Error | undefined;
  const work = performance.perform({
    record: member.record,
    member: { id: member.id, name: member.name },
    clock: run.clock,
    signal: run.signal,
    doubt: index === member.planned.startAt && member.planned.doubt !== undefined,
    doubtSince: member.planned.doubtSince,
    send: (request) =>
      endpoint.send(request, { signal: run.signal, on: run.wire(member, about) }).then((answer) => {
        if (isWrite(request)) lost = undefined;
        return answer;
      }, (error) => {
        if (isWrite(request) && isLost(error)) lost = error;
        throw error;
      }),
    skip: (why) => skipped = why,
    refresh: async () => {
      const record = await readOrGone(run, member, run.wire(member, about));
      if (!record) throw new MusterError(`Cannot read ${resource.kind} ${member.name}: it is gone.`);
      return record;
    },
    line: (text, stream) => run.emit({ type: "line", stream, text, ...about }),
  });
  let output: unknown;
  try {
    output = await work;
  } catch (error) {
    const wasBegun = error instanceof SshError && error.sent === "unknown";
    // Errors after that, such as a failed poll, do not show what happened to it.
    if (wasBegun || lost !== undefined) member.doubtful = labelOf(step);
    // A command that ran and failed: a resumed run runs it again without a check.
    if (error instanceof SshError && error.exitCode !== undefined) await run.after(member, index, "refused");
    throw error;
  }
  if (skipped !== undefined) {
    member.skips.push(skipped);
    run.emit({ type: "skipped", action: performance.name, why: skipped, ...about });
    return await run.after(member, index, "skipped");
  }
  member.changes++;
  // The step may have changed the member, so what was read before or during it is not used.
  member.wrote(momentOf(run.clock));
  member.did.push(stepKey(step)!);
  member.output.push(output);
  run.emit({ type: "accepted", action: performance.name, checked: false, ...about });
  await run.after(member, index, "performed");
}

/** Whether a request changes something. */
function isWrite({ method }: ApiRequest): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** Waits for the others at a barrier. */
async function meet(run: RunContext, member: Member, barrier: Barrier, index: number): Promise<void> {
  run.emit({ type: "barrier", open: barrier.isLast, member: member.ref(), step: index });
  let forget = () => {};
  try {
    await Promise.race([
      barrier.arrive(),
      new Promise<never>((_, reject) => forget = onAbort(run.signal, () => reject(run.signal.reason))),
    ]);
  } finally {
    forget();
  }
  await run.after(member, index, "met");
}
