/**
 * Plans in a file, to be looked at and then applied.
 *
 * @module
 */
import { JournalError } from "../chain/errors.ts";
import type { Plan } from "../chain/plan.ts";
import { lostSteps, type SavedPlan, savePlan } from "../chain/saved_plan.ts";
import type { Io } from "./io.ts";
import type { About } from "./run_journal.ts";

/** The version of the format. */
const VERSION = 1;

/**
 * Writes plans to a file.
 *
 * @throws {JournalError} when a step cannot be written down, or the file cannot be written.
 */
export async function saveTo(path: string, plans: readonly Plan[], about: About, io: Io): Promise<void> {
  const saved = plans.map(savePlan);
  const lost = saved.flatMap(lostSteps);
  if (plans.length === 0) {
    throw new JournalError("Cannot save the plan as there is none: the task runs no chain");
  }
  if (lost.length > 0) {
    throw new JournalError(`Cannot save the plan as not all of it can be written down: ${lost.join("; ")}`);
  }
  try {
    const text = JSON.stringify({ muster: "plan", version: VERSION, about, plans: saved }, null, 2);
    await Deno.writeTextFile(path, `${text}\n`, { mode: 0o600 });
  } catch (error) {
    throw new JournalError(`Cannot save the plan as ${(error as Error).message}: ${path}`, { cause: error });
  }
  io.err(`muster: saved; muster apply ${path} does exactly this\n`);
}

/** Whether a part of the file has what a plan must have: only a damaged or edited one has not. */
function isSavedPlan(plan: unknown): plan is SavedPlan {
  const { endpoint, kind, chain, steps, members } = (plan ?? {}) as Partial<SavedPlan>;
  return [endpoint?.handle, endpoint?.key, kind, chain].every((text) => typeof text === "string") &&
    [steps, members].every((list) =>
      Array.isArray(list) && list.every((one) => typeof one === "object" && one !== null)
    );
}

/**
 * Reads plans from a file.
 *
 * @throws {JournalError} when it is no plan of this muster.
 */
export async function readPlans(path: string): Promise<{ about: About; plans: SavedPlan[] }> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.IsADirectory || /is a directory/i.test((error as Error).message)
      ? "it is a folder"
      : (error as Error).message;
    throw new JournalError(`Cannot read the plan as ${reason}: ${path}`, { cause: error });
  }
  let file: { muster?: unknown; version?: unknown; about?: About; plans?: SavedPlan[] } | undefined;
  try {
    file = JSON.parse(text);
  } catch {
    throw new JournalError(
      `Cannot read the plan as it is torn, or none that muster plan --save wrote: ${path}; make it anew`,
    );
  }
  if (file?.muster !== "plan" || !Array.isArray(file.plans)) {
    throw new JournalError(`Cannot read the plan as it is none that muster plan --save wrote: ${path}`);
  }
  if (file.version !== VERSION) {
    throw new JournalError(
      `Cannot read the plan as it was written by another version of muster: ${path}; make it anew`,
    );
  }
  if (file.plans.length === 0 || !file.plans.every(isSavedPlan)) {
    throw new JournalError(`Cannot read the plan as it was changed by hand: ${path}; make it anew`);
  }
  return { about: file.about ?? { task: "apply" }, plans: file.plans };
}
