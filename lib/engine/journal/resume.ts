/**
 * Resumes a run: reads the members again, and does only what is missing.
 *
 * @module
 */
import { takingAlong } from "../plan/consent/also_destroyed.ts";
import { NOTHING, renumbered } from "../plan/consent/consent.ts";
import type { AnyResource, SentBefore } from "../resource/describe.ts";
import { JournalError } from "../errors.ts";
import { UNEXPECTED } from "../wait/confirm_gone.ts";
import { ContinuedJournal, continueLines, type FileJournalOptions } from "./file_journal.ts";
import type { Plan } from "../plan/plan.ts";
import { type PlannedMember, UNMADE } from "../plan/plan_facts.ts";
import { predict, type Prediction } from "../plan/predict.ts";
import { heldAtBarriers, isRefused } from "../plan/not_begun.ts";
import { read } from "../select/read.ts";
import { asking } from "../select/resolve.ts";
import type { JournalLines } from "./lines.ts";
import { type JournalFacts, type Progress, readJournal } from "./read_journal.ts";
import { Report } from "../run/report/report.ts";
import { isDestructive } from "../plan/consent/destructive.ts";
import { changedSincePlan } from "../plan/saved/changed_since.ts";
import { ownFields, withoutConditions } from "../run/write/check_again.ts";
import { matches } from "../select/conditions.ts";
import { type Made, runMade, type RunPlanning } from "../run/run.ts";
import type { RunOptions } from "../run/run_options.ts";
import {
  type ChainPlace,
  checkPlace,
  checkTaken,
  restoreConditions,
  restorePlan,
  restoreSteps,
  type SavedMember,
  type SavedPlan,
  titleOf,
} from "../plan/saved/saved_plan.ts";
import { protectedSince } from "../plan/saved/saved_protections.ts";
import type { Step } from "../resource/steps.ts";

/** Finds the endpoint and resource for a saved plan. */
export type FindPlace = (saved: SavedPlan) => Promise<ChainPlace>;

/** The members of a plan, by id, read together. */
export async function readMembers(
  place: ChainPlace,
  members: readonly { readonly id: string }[],
  signal?: AbortSignal,
): Promise<Map<string, object>> {
  const ids = members.map((member) => member.id).filter((id) => id !== "");
  const found = new Map<string, object>();
  if (ids.length === 0) return found;
  // A member that is reported as gone is read once more, because nothing more is done to it from here on.
  for (const pause of [0, UNEXPECTED]) {
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) break;
    if (pause > 0) await place.endpoint.clock.sleep(pause, signal);
    const source = { kind: "ids", ids: missing } as const;
    const pages = read({ ...place, source, conditions: { tags: {}, where: [] }, signal });
    for await (const page of pages) for (const record of page) found.set(place.resource.id(record), record);
  }
  return found;
}

/**
 * Continues the run of a journal, and writes to the same journal.
 *
 * Members that are done are left alone. The others are read again and continue where they were. A write that may have
 * been carried out is checked before it is sent again.
 *
 * @throws {JournalError} when there is nothing left to do, or the run cannot be resumed.
 */
export async function resumeJournal(
  path: string,
  find: FindPlace,
  options: RunOptions & Pick<FileJournalOptions, "open"> = {},
): Promise<Report> {
  const { open, ...run } = options;
  const before = await readJournal(path);
  const wanted = unfinished(before);
  if (wanted.every((members) => members.length === 0)) {
    throw new JournalError(`Cannot resume the run: every member is done: ${path}`);
  }
  for (const [number, members] of wanted.entries()) checkSteps(before, number, members);
  const numbers = wanted.flatMap((members, number) => members.length > 0 ? [number] : []);
  let lines: JournalLines | undefined;
  let over = false;
  const make = async ({ signal, by }: RunPlanning): Promise<Made> => {
    const places = await Promise.all(numbers.map(async (number) => {
      const saved = before.plans[number]!;
      const place = await find(saved);
      by(place.endpoint.clock);
      checkPlace(saved, place);
      return place;
    }));
    const { clock } = places[0]!.endpoint;
    let facts = before;
    // Locked from here on. Another process may have written since the first read, so it is read again.
    const unchanged = async () => {
      facts = await readJournal(path);
      if (facts.length === before.length && facts.sum === before.sum) return facts;
      throw new JournalError(`Cannot resume the run: another process has just resumed it: ${path}`);
    };
    const locked = lines = await clock.hold(() => continueLines(path, unchanged, clock, open));
    if (over) locked.close();
    signal.throwIfAborted();
    const plans = await Promise.all(
      numbers.map((number, at) => resumedPlan(facts, number, wanted[number]!, places[at]!, signal)),
    );
    const journal = new ContinuedJournal(
      locked,
      clock,
      numbers,
      numbers.map((number) => wanted[number]!),
      facts.returned,
    );
    // What was allowed at the beginning is not asked again. It allows nothing else.
    const held = numbers.map((number) => renumbered(facts.consent[number] ?? NOTHING, wanted[number]!));
    return { plans, held, journal };
  };
  try {
    return await runMade(make, run, before.plans.map(({ chain }) => chain).join(", "));
  } finally {
    over = true;
    lines?.close();
  }
}

/** For each plan, the members with steps left. */
export function unfinished({ plans, progress }: JournalFacts): number[][] {
  return plans.map(({ steps }, number) =>
    progress[number]!.flatMap((one, member) => one.next < steps.length ? [member] : [])
  );
}

/** Refuses a run if a step that still has to be done was not kept. */
function checkSteps(facts: JournalFacts, number: number, members: readonly number[]): void {
  const saved = facts.plans[number]!;
  for (const [index, step] of saved.steps.entries()) {
    if (step.do !== "lost") continue;
    const before = members.filter((member) => facts.progress[number]![member]!.next <= index);
    if (before.length === 0) continue;
    throw new JournalError(
      `Cannot resume ${
        titleOf(saved)
      }: ${step.label} is still to be done for ${before.length} of its members, and its ` +
        `arguments were not kept (${step.lost}). Run it again instead: what is done already is skipped.`,
    );
  }
}

async function resumedPlan(
  facts: JournalFacts,
  number: number,
  wanted: readonly number[],
  place: ChainPlace,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const saved = facts.plans[number]!;
  const steps = restoreSteps(saved, place.resource);
  const known = wanted.map((index) => {
    const member = saved.members[index]!;
    const progress = facts.progress[number]![index]!;
    return { member: { ...member, id: progress.id || member.id }, progress };
  });
  const records = await readMembers(place, known.map(({ member }) => member), signal);
  const members = known.map(({ member, progress }) =>
    aloneOf(facts, number, resumedMember(saved, place, steps, member, progress, records.get(member.id)))
  );
  const along = await takingAlong(place.resource, steps, members, asking(place.endpoint, { signal }));
  return restorePlan(saved, place, steps, heldAtBarriers(steps, along));
}

/**
 * If an earlier chain of the same run has finished with a member, a later one does not continue with it, because it
 * would do again what the first has done.
 */
function aloneOf({ plans, progress }: JournalFacts, number: number, member: PlannedMember): PlannedMember {
  const { endpoint, kind } = plans[number]!;
  const earlier = plans.slice(0, number).find((one, at) =>
    one.endpoint.key === endpoint.key && one.kind === kind &&
    one.members.some(({ id }, index) =>
      id === member.id && id !== "" && progress[at]![index]!.next >= one.steps.length
    )
  );
  if (!earlier || isRefused(member)) return member;
  const { state, startAt = 0 } = member;
  const why =
    `an earlier chain of the same run has finished with it (${earlier.chain}): run this chain again for it`;
  return {
    ...member,
    predictions: [...member.predictions.slice(0, startAt), { verdict: "refuse", why, state }],
  };
}

/** Why a member no longer matches its selection; undefined if it does. */
function changedSince(
  saved: SavedPlan,
  plan: { readonly resource: AnyResource; readonly steps: readonly Step[] },
  member: SavedMember,
  record: object,
  next: number,
): string | undefined {
  const { resource, steps } = plan;
  const { which } = saved;
  const conditions = restoreConditions(saved);
  const created = saved.steps[0];
  if (created?.do === "create" || (created?.do === "lost" && created.kind === "create")) return undefined;
  const names = resource.names?.(record) ?? [resource.name(record)];
  const own = ownFields(plan, { record }, next);
  if (which !== undefined && !names.includes(which) && !own.has("name")) {
    return `its name is ${names[0]} now, not ${which}`;
  }
  if (!conditions) return changedSincePlan(resource, member, record, steps.slice(0, next));
  return matches(resource, record, withoutConditions(resource, conditions, own))
    ? undefined
    : "it no longer matches what was selected then";
}

function resumedMember(
  saved: SavedPlan,
  { resource, endpoint }: ChainPlace,
  steps: readonly Step[],
  member: SavedMember,
  progress: Progress,
  found: object | undefined,
): PlannedMember {
  const unmade = member.id === "";
  const created = saved.steps[0];
  const record = found ??
    (unmade && created?.do === "create" ? created.spec as object : { id: member.id, name: member.name });
  const state = unmade ? UNMADE : found ? resource.state(found) : resource.gone.state;
  checkTaken(saved, resource, steps.slice(progress.next), found);
  const passed: Prediction = { verdict: "there", why: "done before", state };
  const { doubt } = progress;
  const guarded = found && protectedSince(resource, found, member, saved.protect, progress.next > 0);
  const predictions = guarded
    ? [{ verdict: "refuse" as const, why: guarded, state }]
    : predict(resource, steps, state, {
      record: found,
      now: endpoint.clock.now(),
      startAt: progress.next,
      doubtful: doubt !== undefined,
      pending: [...progress.done.keys()].filter((step) => !wasSeen(step)),
    });
  const destroys = steps.slice(progress.next).some((step) => isDestructive(resource, step));
  const why = destroys && found && changedSince(saved, { resource, steps }, member, found, progress.next);
  const changed: Prediction[] | undefined = why && !guarded
    ? [{ verdict: "refuse", why: `${why}. It was not destroyed. Plan again`, state }]
    : undefined;
  return {
    id: member.id,
    name: found ? resource.name(found) : member.name,
    state,
    record,
    predictions: [...Array(progress.next).fill(passed), ...changed ?? predictions],
    startAt: progress.next,
    ...(doubt ? { doubt: { state: doubt.state, mark: doubt.mark }, doubtSince: doubt.since } : {}),
    earlier: [...progress.done].map(([step, before]) => ({
      step,
      before: before as SentBefore,
      seen: wasSeen(step),
    })),
  };

  /** Whether a wait after the step was over before the run ended. */
  function wasSeen(step: number): boolean {
    return saved.steps.some((one, index) => index > step && one.do === "wait" && index < progress.next);
  }
}
