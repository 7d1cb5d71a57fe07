/**
 * Finds out whether a write with a lost answer was carried out. The evidence must belong to this action: a change that
 * anybody may have made proves nothing. What is found decides nothing here: `checked_write.ts` decides whether it is sent again.
 *
 * @module
 */
import { type Audited, Evidence } from "./audit.ts";
import { isAudited } from "../../resource/has_audit.ts";
import type { RunContext } from "../run_context.ts";
import type { AnyAction, AnyResource, Before } from "../../resource/describe.ts";
import { isProvable, leftMark, stillUnproven, tookEffect } from "../../wait/evidence.ts";
import { driftOf, reachable } from "../../resource/graph.ts";
import { isRefusal } from "../../wait/poll_members.ts";
import type { Member } from "../member.ts";
import { pollUntil } from "../../time/poll_until.ts";
import { partOf } from "../../plan/predict.ts";
import { readOrGone } from "../read_or_gone.ts";
import type { ActionStep } from "../../resource/steps.ts";

/**
 * What happened to the write. `"not done"`: the API says that it was not carried out. `"not seen"`: it did not show,
 * and a repeat does no harm. `"unknown"`: nobody knows.
 */
export type ActionFate = "done" | "not done" | "not seen" | "unknown" | ActionFailure;

/** The server tried, and says that it failed; with its reason, if it gives one. */
export interface ActionFailure {
  /** `: no host has room`; empty where it gives none. */
  readonly failed: string;
}

/** How long to poll a member if its description says that a repeat does no harm, in milliseconds. */
const SHORTLY = 5_000;
/** The same if that follows from its states, or from what the action sets, in milliseconds. */
const FAIRLY = 30_000;
/**
 * The same for an action that would be done twice, in milliseconds: a reboot that waits in the server's queue must not
 * become two.
 */
const LONG = 10 * 60_000;
/** The first pause before the audit is read, and the longest, in milliseconds. */
const FIRST = 1_000, LATEST = 15_000;

/** How long to look for signs of an action, in milliseconds, and whether it does no harm to send it twice. */
function patienceFor(resource: AnyResource, action: AnyAction): { most: number; harmless: boolean } {
  if (action.repeatable === true) return { most: SHORTLY, harmless: true };
  const harmless = action.repeatable === undefined && isProtected(resource, action);
  return { most: harmless ? FAIRLY : LONG, harmless };
}

/** Whether the member's own state, or what the action sets, makes a second time harmless. */
function isProtected(resource: AnyResource, action: AnyAction): boolean {
  if (action.leavesMark || action.always || action.happened) return false;
  if (action.enters === undefined) return action.done !== undefined;
  // It leaves the states in which it is accepted, and the drift does not lead back.
  const after = reachable(driftOf(resource), action.enters);
  return !action.from.some((state) => after.has(state));
}

/** Whether an earlier write of the same part does not show yet. Then a record may be from before both. */
export function hidesBehind(resource: AnyResource, member: Member, { name }: ActionStep): boolean {
  return member.unproven.some((one) => partOf(resource, one.name) === partOf(resource, name));
}

/**
 * Polls until it shows whether a write was carried out, or the time has passed.
 *
 * @param since When it was sent, in milliseconds of our clock.
 * @param resumed Whether a run that has ended sent it. If so, the time since then counts.
 */
export async function resolveLostAnswer(
  run: RunContext,
  member: Member,
  step: ActionStep,
  index: number,
  before: Before,
  since: number,
  resumed: boolean,
): Promise<ActionFate> {
  const { plan: { resource }, clock } = run;
  const action = resource.actions[step.name]!;
  const { most, harmless } = patienceFor(resource, action);
  let until = clock.now() + (resumed ? Math.max(0, most - Math.max(0, clock.now() - since)) : most);
  if (!harmless && isAudited(resource, step.name)) {
    const finding = await audited(run, member, step, index, since, until);
    if (finding) return finding;
  }
  const unseen = harmless ? "not seen" : "unknown";
  if (!isProvable(action)) return unseen;
  if (hidesBehind(resource, member, step)) {
    await run.watch(member, {
      timeout: most,
      every: undefined,
      stateOnly: false,
      leadsToGone: action.enters === resource.gone.state,
      see: (look) => {
        run.saw(member, look);
        member.unproven = stillUnproven(resource, member.unproven, look);
        return !hidesBehind(resource, member, step);
      },
    });
    if (hidesBehind(resource, member, step)) return unseen;
    until = Math.max(until, clock.now() + SHORTLY);
  }
  const last = { name: step.name, args: step.args, before, seen: false, lost: true };
  if (resumed) {
    // `resume` has just read it.
    const gone = member.state === resource.gone.state;
    const look = { state: member.state, record: gone ? undefined : member.record, at: clock.now() };
    if (tookEffect(resource, last, look)) return "done";
  }
  let isGone = false;
  const lookFor = (timeout: number) =>
    run.watch(member, {
      timeout,
      every: undefined,
      stateOnly: false,
      leadsToGone: action.enters === resource.gone.state,
      see: (look) => {
        run.saw(member, look);
        // A member that is gone will show nothing more.
        isGone = look.record === undefined;
        return isGone || tookEffect(resource, last, look);
      },
    });
  let ending = clock.now() >= until ? "timeout" : await lookFor(until - clock.now());
  // The member is where the action leads through, whoever caused that. A little more patience saves a needless repeat.
  if (ending === "timeout" && most < FAIRLY && action.via?.includes(member.state)) {
    ending = await lookFor(FAIRLY - most);
  }
  if (isGone && action.enters !== resource.gone.state) return unseen;
  if (ending === "seen") return "done";
  if (harmless || !action.leavesMark || before.mark === undefined) return unseen;
  // The action would have left a mark. There is one, but no state on the way was seen, so it may be somebody else's.
  const record = await readOrGone(run, member, run.wire(member, { member: member.ref(), step: index }))
    .catch(() => undefined);
  run.signal.throwIfAborted();
  const look = { state: member.state, record, at: clock.now() };
  if (record === undefined) return "unknown";
  if (tookEffect(resource, last, look)) return "done";
  return leftMark(resource, last, look) ? "unknown" : "not done";
}

/** What the audit says at the end; undefined if it cannot be read. */
async function audited(
  run: RunContext,
  member: Member,
  step: ActionStep,
  index: number,
  since: number,
  until: number,
): Promise<ActionFate | undefined> {
  const { clock, signal } = run;
  const evidence = new Evidence(run, member, step.name, since);
  const about = { member: member.ref(), step: index };
  let said: Audited | undefined;
  let refused = 0;
  const within = Math.max(0, until - clock.now());
  const end = await pollUntil({ clock, signal, within, first: FIRST, longest: LATEST }, async () => {
    try {
      said = await evidence.ask(about);
      refused = 0;
      return said === "done" || said === "failed" ? said : undefined;
    } catch (error) {
      signal.throwIfAborted();
      said = undefined;
      return isRefusal(error as Error) && ++refused >= 3 ? "unreadable" : undefined;
    }
  });
  if (end === "failed") return { failed: await evidence.reason() };
  if (end) return end === "unreadable" ? undefined : end;
  // Only at the very end, when the action would have been carried out, does a missing entry prove that it was not.
  return said === "none" ? "not done" : "unknown";
}
