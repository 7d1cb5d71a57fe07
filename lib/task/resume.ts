/**
 * `resume()`: continues a run from its journal, in a script.
 *
 * @module
 */
import { checkOptions, RESUME } from "../engine/run/check_options.ts";
import { JournalError } from "../engine/errors.ts";
import type { Handle } from "../engine/handle.ts";
import { PROCESS } from "../engine/journal/file_journal.ts";
import { readJournal } from "../engine/journal/read_journal.ts";
import type { Report } from "../engine/run/report/report.ts";
import { resumeJournal } from "../engine/journal/resume.ts";
import { titleOf } from "../engine/plan/saved/saved_plan.ts";
import type { RunOptions } from "../engine/run/run_options.ts";
import { placesOf } from "./find_handle.ts";

/**
 * How to resume a run.
 *
 * @example
 * ```ts
 * import { dc, resume, type ResumeOptions } from "@muster/muster";
 *
 * // The run was begun on a handle made of options, so resume() has to be given one like it.
 * const options: ResumeOptions = { handles: [dc({ name: "sim", concurrency: 4 })], throwOnError: false };
 * console.log(await resume("nightly.jsonl", options).catch((error) => error.message));
 * ```
 */
export interface ResumeOptions extends Omit<RunOptions, "journal" | "again"> {
  /** The handles for the chains. Required if a handle was made from an object of options. */
  readonly handles?: readonly Pick<Handle, "endpoint">[];
}

/**
 * Continues a run that was cut off by a crash, a reboot or Ctrl-C, or in which members failed.
 *
 * Members that are done are left alone. The others are read again, and only what is missing is done. If it is not known
 * whether a write was carried out, it is checked first. The same journal records what is done.
 *
 * @param path The journal's file, as given to {@linkcode fileJournal}.
 * @throws {JournalError} when nothing is left to do, another process is resuming it, or the journal is damaged.
 * @throws {ChainError} when members failed.
 */
export async function resume(path: string | URL, options: ResumeOptions = {}): Promise<Report> {
  checkOptions("resume()", options, RESUME);
  const { handles, ...run } = options;
  const name = path instanceof URL ? decodeURIComponent(path.pathname) : path;
  const facts = await readJournal(name);
  const simulated = facts.plans.find((plan) =>
    plan.endpoint.handle === 'dc("sim")' || plan.endpoint.handle === 'dbaas("sim")'
  );
  if (simulated && facts.process !== PROCESS && !handles?.length) {
    throw new JournalError(
      `Cannot resume ${
        titleOf(simulated)
      }: the simulator ${name} was in the memory of a process that has ended. ` +
        "To try out resume, start a simulator with `muster sim`.",
    );
  }
  return await resumeJournal(name, placesOf(handles), run);
}
