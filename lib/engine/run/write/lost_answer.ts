/**
 * Finding out whether a write whose answer was lost was carried out. The evidence must be the action's own: what anybody
 * may have changed meanwhile proves nothing.
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
 * What became of it. `"not done"` says the API; `"not seen"`: it did not show, and a repeat does no harm; `"failed"`: the
 * server tried, and says that it failed; `"unknown"`: nobody knows.
 */
export type ActionFate = "done" | "not done" | "not seen" | "failed" | "unknown";

/** For so long a member is looked at where its description says that a repeat does no harm, ms. */
const SHORTLY = 5_000;
/** The same where that follows from its states, or from what the action sets, ms. */
const FAIRLY = 30_000;
/** The same for what would be done once more: a reboot that waits its turn in the server must not become two. */
const LONG = 10 * 60_000;
/** The audit is asked first after so long, then ever more rarely, ms. */
const FIRST = 1_000, LATEST = 15_000;

/** For how long signs of an action are looked for, ms, and whether it does no harm to send it twice. */
function patienceFor(resource: AnyResource, action: AnyAction): { most: number; harmless: boolean } {
  if (action.repeatable === true) return { most: SHORTLY, harmless: true };
  const harmless = action.repeatable === undefined && isProtected(resource, action);
  return { most: harmless ? FAIRLY : LONG, harmless };
}

/** Whether the member's own state, or what the action sets, makes the second time nothing. */
function isProtected(resource: AnyResource, action: AnyAction): boolean {
  if (action.leavesMark || action.always || action.happened) return false;
  if (action.enters === undefined) return action.done !== undefined;
  // It leads for good out of the states it is taken in.
  const after = reachable(driftOf(resource), action.enters);
  return !action.from.some((state) => after.has(state));
}

/** Whether an earlier write of the same part does not show yet: then what shows may be of before both. */
export function hidesBehind(resource: AnyResource, member: Member, { name }: ActionStep): boolean {
  return member.unproven.some((one) => partOf(resource, one.name) === partOf(resource, name));
}

/**
 * Looks until it shows whether a write was carried out, or for long enough.
 *
 * @param since When it was sent, ms by our clock.
 * @param resumed Whether it was sent by a run that has ended: the time since then counts.
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
    // Resuming has just read it.
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
        // Of what is gone nothing more will be seen.
        isGone = look.record === undefined;
        return isGone || tookEffect(resource, last, look);
      },
    });
  let ending = clock.now() >= until ? "timeout" : await lookFor(until - clock.now());
  // Whoever led it there, it is where the action leads through: some more patience saves a needless repeat.
  if (ending === "timeout" && most < FAIRLY && action.via?.includes(member.state)) {
    ending = await lookFor(FAIRLY - most);
  }
  if (isGone && action.enters !== resource.gone.state) return unseen;
  if (ending === "seen") return "done";
  if (harmless || !action.leavesMark || before.mark === undefined) return unseen;
  // It would have left a mark. Where there is one, and no state on the way was seen, it may be somebody else's.
  const record = await readOrGone(run, member, run.wire(member, { member: member.ref(), step: index }))
    .catch(() => undefined);
  run.signal.throwIfAborted();
  const look = { state: member.state, record, at: clock.now() };
  if (record === undefined) return "unknown";
  if (tookEffect(resource, last, look)) return "done";
  return leftMark(resource, last, look) ? "unknown" : "not done";
}

/** What the audit says in the end; undefined where it cannot be read. */
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
  if (end) return end === "unreadable" ? undefined : end;
  // Only what the audit says at the very end, when it would have been carried out, says that it was not.
  return said === "none" ? "not done" : "unknown";
}
