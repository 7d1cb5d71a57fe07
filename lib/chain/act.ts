/**
 * Sending one action to one member: never twice, and never without knowing that it is needed.
 *
 * @module
 */
import type { AnyAction, Before } from "./describe.ts";
import type { MemberRef } from "./events.ts";
import { ApiError, MusterError, TransportError } from "./errors.ts";
import { isProvable, settleMark, tookEffect } from "./evidence.ts";
import type { Member } from "./member.ts";
import { momentOf } from "./moment.ts";
import { readProven } from "./read_proven.ts";
import { alreadySo, justMoved, partOf, verdictOf } from "./predict.ts";
import { judgeAgain } from "./judge_again.ts";
import { readOne } from "./read.ts";
import type { RunContext } from "./context.ts";
import type { ActionStep } from "./steps.ts";

/** A write is sent at most so often, each repeat only after the member showed that the one before did not take. */
const ATTEMPTS = 5;
/** How long a member is looked at for signs of a write whose answer was lost, ms. */
const DOUBT = 30_000;
/** The same for what would be done once more: a reboot that waits its turn in the server must not become two. */
const LONG_DOUBT = 10 * 60_000;

const doubtOf = (action: AnyAction) => action.leavesMark ? LONG_DOUBT : DOUBT;

/** Does an action step for a member. Resolves when the API has accepted it, or when it is not needed. */
export async function act(run: RunContext, member: Member, step: ActionStep, index: number): Promise<void> {
  const { resource } = run.plan;
  const action = resource.actions[step.name]!;
  const about = { member: member.ref(), step: index };
  let doubt = index === member.planned.startAt ? member.planned.doubt : undefined;
  const resumed = doubt !== undefined;

  if (!doubt) {
    if (action.leavesMark) await settleMark(run, member, step.name, index);
    const part = partOf(resource, step.name);
    const changed = member.unproven.some((one) => partOf(resource, one.name) === part);
    const so = !changed && alreadySo(action, member.record, step.args);
    const moved = justMoved(resource, run.plan.steps, index);
    const { verdict, why } = verdictOf(resource, step.name, member.state, so, moved);
    if (verdict === "skip") {
      member.skips.push(why);
      run.emit({ type: "skipped", action: step.name, why, ...about });
      return await run.after(member, index, "skipped");
    }
    if (verdict === "refuse") {
      throw new MusterError(`Cannot ${step.name} ${resource.kind} ${member.name}: ${why}`);
    }
    await judgeAgain(run, member, step, index);
  }

  const before = doubt ?? member.before();
  let lost: Error | undefined;
  for (let attempt = 1;; attempt++) {
    if (doubt) {
      if (!isProvable(action)) {
        throw new TransportError(
          `Cannot tell whether ${step.name} was done to ${resource.kind} ${member.name} as its answer was lost, and ` +
            `nothing in the ${resource.kind} shows it: look, and repeat it by hand if it was not`,
          "unknown",
          { cause: lost },
        );
      }
      if (await took(run, member, step, before, resumed && attempt === 1)) {
        run.emit({ type: "accepted", action: step.name, checked: true, ...about });
        break;
      }
      if (attempt > ATTEMPTS) {
        throw new TransportError(
          `Cannot ${step.name} ${resource.kind} ${member.name} as its answer was lost ${ATTEMPTS} times and it ` +
            `did not take: ${lost?.message}`,
          "unknown",
          { cause: lost },
        );
      }
      if (!resumed || attempt > 1) {
        run.emit({
          type: "retried",
          action: step.name,
          reason: "answer lost, and not done",
          delay: 0,
          ...about,
        });
      }
      // The look may have shown something else than expected: the action must still be allowed from there.
      const { verdict, why } = verdictOf(resource, step.name, member.state, false, false);
      if (verdict !== "send") {
        throw new MusterError(`Cannot ${step.name} ${resource.kind} ${member.name}: ${why}`);
      }
    }
    run.signal.throwIfAborted();
    await run.before(member, index, before);
    try {
      const request = action.request(
        { id: member.id, record: member.record as never },
        ...step.args as never[],
      );
      const on = run.wire(member, about, { action: step.name, attempt });
      member.wrote(momentOf(run.clock));
      const { headers } = await run.plan.endpoint.send(request, { signal: run.signal, on });
      member.accepted = serverTime(headers);
      run.emit({ type: "accepted", action: step.name, checked: false, ...about });
      break;
    } catch (error) {
      if (error instanceof TransportError && error.sent === "unknown") {
        doubt = before;
        lost = error;
        run.emit({ type: "doubted", action: step.name, reason: error.message, ...about });
        continue;
      }
      // It is said to be gone: a look must say so too. One that was only just made may be shown a little later.
      const isNew = !member.shown;
      const saysGone = error instanceof ApiError && resource.gone.statuses.includes(error.status);
      const isGone = saysGone && await provenGone(run, member, about, action.enters === resource.gone.state);
      if (saysGone && isNew && member.shown) continue;
      // Somebody else was faster: gone is where this action leads.
      if (action.enters === resource.gone.state && isGone) {
        const why = `already ${resource.gone.state}`;
        member.skips.push(why);
        run.emit({ type: "skipped", action: step.name, why, ...about });
        return await run.after(member, index, "skipped");
      }
      await run.after(member, index, "refused");
      throw error;
    }
  }
  accepted(run, member, step, before, false);
  if (action.enters !== undefined) member.state = action.enters;
  await run.after(member, index, "accepted");
}

/** Whether a member is gone, as an action's answer said: only a look proves it, and none that could not be made. */
async function provenGone(
  run: RunContext,
  member: Member,
  about: { member: MemberRef; step: number },
  leadsThere: boolean,
): Promise<boolean> {
  const patience = leadsThere && member.shown ? 0 : undefined;
  try {
    return await readProven(run, member, run.wire(member, about), patience) === undefined;
  } catch (error) {
    if (run.signal.aborted) throw error;
    return false;
  }
}

/** What the server's clock said when it answered, ms; undefined where it did not say. */
function serverTime(headers: Headers): number | undefined {
  const time = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** Keeps of an accepted action what later steps must know. */
function accepted(
  run: RunContext,
  member: Member,
  step: ActionStep,
  before: Before,
  seen: boolean,
  at = run.clock.now(),
): void {
  const { resource } = run.plan;
  const action = resource.actions[step.name]!;
  member.changes++;
  member.deeds.push({ name: step.name, args: step.args, at });
  const last = { name: step.name, args: step.args, before, seen };
  if (action.enters !== undefined) {
    member.last = last;
    member.acted = true;
  } else if (isProvable(action)) {
    const part = partOf(resource, step.name);
    member.unproven = member.unproven.filter((one) => partOf(resource, one.name) !== part);
    if (!seen) member.unproven.push(last);
  }
}

/** What a member must know of the run it is taken up from. */
export function recall(run: RunContext, member: Member): void {
  for (const { step, before, seen } of member.planned.earlier ?? []) {
    const done = run.plan.steps[step]!;
    if (done.kind === "action") accepted(run, member, done, before, seen, -Infinity);
    else {
      member.changes++;
      if (done.kind === "create") member.acted = true;
    }
  }
}

/** Whether a write whose answer was lost was carried out: the member is looked at until it shows, or for long enough. */
async function took(
  run: RunContext,
  member: Member,
  step: ActionStep,
  before: Before,
  resumed: boolean,
): Promise<boolean> {
  const last = { name: step.name, args: step.args, before, seen: false };
  const most = doubtOf(run.plan.resource.actions[step.name]!);
  const patience = resumed ? patienceOf(run, member, most) : most;
  if (resumed) {
    const gone = member.state === run.plan.resource.gone.state;
    const record = gone ? undefined : member.record;
    if (tookEffect(run.plan.resource, last, { state: member.state, record, at: run.clock.now() })) {
      return true;
    }
    if (patience === 0) return false;
  }
  const ending = await run.watch(member, {
    timeout: patience,
    every: undefined,
    stateOnly: false,
    leadsToGone: run.plan.resource.actions[step.name]!.enters === run.plan.resource.gone.state,
    see: (look) => {
      run.saw(member, look);
      return tookEffect(run.plan.resource, last, look);
    },
  });
  return ending === "seen";
}

/** How long a write of a run that ended may still show, ms: the time since then counts. */
function patienceOf(run: RunContext, member: Member, most: number): number {
  const { doubtSince } = member.planned;
  return doubtSince === undefined ? most : Math.max(0, most - Math.max(0, run.clock.now() - doubtSince));
}

/** Makes a member that did not exist, by its name. */
export async function make(run: RunContext, member: Member, index: number): Promise<void> {
  const { resource, endpoint } = run.plan;
  const creation = resource.create!;
  const spec = member.planned.record;
  const about = { member: member.ref(), step: index };
  let checked = false;
  let doubtful = index === member.planned.startAt && member.planned.doubt !== undefined;
  let lost: Error | undefined;
  let record: object | undefined;
  for (let attempt = 1; !record; attempt++) {
    if (doubtful) {
      record = await found(run, member, spec, attempt === 1 ? patienceOf(run, member, DOUBT) : DOUBT);
      checked = record !== undefined;
      if (record) break;
      if (attempt > ATTEMPTS) {
        throw new TransportError(
          `Cannot create ${resource.kind} ${member.name} as its answer was lost ${ATTEMPTS} times and none was made`,
          "unknown",
          { cause: lost },
        );
      }
    }
    run.signal.throwIfAborted();
    await run.before(member, index, { state: member.state, mark: undefined });
    try {
      member.wrote(momentOf(run.clock));
      const answer = await endpoint.send(creation.request(spec, member.name), {
        signal: run.signal,
        on: run.wire(member, about, { action: "create", attempt }),
      });
      // Made, but the answer's body may have been cut off: then it is found by its name.
      record = isRecord(answer.body) ? resource.read(answer.body) : await found(run, member, spec, DOUBT);
      if (!record) {
        throw new MusterError(
          `Cannot tell the id of the new ${resource.kind} ${member.name} as the server's answer was no record and none ` +
            `of this name is listed: look for it before creating it again`,
        );
      }
    } catch (error) {
      if (error instanceof TransportError && error.sent === "unknown") {
        doubtful = true;
        lost = error;
        run.emit({ type: "doubted", action: "create", reason: error.message, ...about });
        continue;
      }
      await run.after(member, index, "refused");
      throw error;
    }
  }
  member.id = resource.id(record);
  member.acted = true;
  member.changes++;
  run.emit({ type: "accepted", action: "create", checked, member: member.ref(), step: index });
  run.saw(member, { state: resource.state(record), record, at: run.clock.now() });
  member.shown = checked;
  await run.after(member, index, "accepted");
}

const isRecord = (body: unknown): body is object => typeof body === "object" && body !== null;

/** The member of this name, looked for until it shows or for long enough. */
async function found(
  run: RunContext,
  member: Member,
  spec: unknown,
  patience: number,
): Promise<object | undefined> {
  const { resource, endpoint } = run.plan;
  const until = run.clock.now() + patience;
  for (let pause = 500;; pause = Math.min(5_000, pause * 2)) {
    const record = await resource.create!.find(endpoint, member.name, spec);
    if (record) {
      const reading = { resource, endpoint, signal: run.signal, on: undefined };
      // What is listed is there, whatever a look at it alone may say so soon.
      return await readOne(reading, resource.id(record)) ?? record;
    }
    if (run.clock.now() + pause > until) return undefined;
    await run.clock.sleep(pause, run.signal);
  }
}
