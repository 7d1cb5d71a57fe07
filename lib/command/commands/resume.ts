/** `muster resume`: continues a run that was cut off. @module */
import { JournalError } from "../../engine/errors.ts";
import { wireDefaults } from "../../view/defaults.ts";
import { readCommand } from "./help.ts";
import { loadApis } from "../apis.ts";
import { doWork } from "../runs/do_work.ts";
import type { Command } from "../command.ts";
import { API, refuseMistakes } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { isDone, journalPaths, moreToDo, pastRun, recentRuns, runId } from "../runs/past_runs.ts";
import { planTask } from "../tasks/plan_task.ts";
import { resume } from "../../task/resume.ts";
import { rulesOf, unavailable, useOptions } from "../runs/rules.ts";
import { runsFolder } from "../runs/state_folder.ts";

/** See `muster resume --help`. */
export const command: Command = {
  usage: "resume [last, a journal, or a part of its name]",
  about: "go on with a run that was cut off, or in which members failed: only what is missing is done",
  options: { ...unavailable("journal"), api: API },
  async run(typed, io) {
    const read = readCommand(this, typed, this.options, "muster resume last", io, ({ words }, mistakes) => {
      if (words.length > 1) mistakes.push("it takes one journal");
    });
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const { profile, color, ...asked } = rulesOf(read.values, mistakes);
    refuseMistakes("resume", mistakes);
    useOptions({ profile, color });
    await loadApis((read.values.api ?? []) as string[], "resume");
    const path = await journalOf(read.words[0] ?? "last");
    wireDefaults();
    if (!asked.json && !asked.quiet) io.err(`muster: resuming ${path}\n`);
    const rules = { ...asked, journal: false, once: true, about: { task: "resume", resumed: path } };
    const work = () => resume(path, { throwOnError: false });
    if (rules.plan) return await planTask({ work, rules, values: {} }, io);
    const { exit } = await doWork(work, rules, io);
    const run = await pastRun(path);
    const more = exit === EXIT.done && run ? moreToDo(run) : undefined;
    if (more === undefined) return exit;
    io.err(`muster: this run is done, but ${more}\n`);
    return EXIT.failed;
  },
};

/** The path of the journal. */
async function journalOf(which: string): Promise<string> {
  if (which.includes("/") || which.endsWith(".jsonl") && await exists(which)) return which;
  const paths = await journalPaths();
  if (paths.length === 0) {
    throw new JournalError(
      `Cannot resume a run: there is no journal in ${runsFolder() ?? "any known folder"}`,
    );
  }
  if (which !== "last") {
    const named = paths.filter((path) => path.slice(path.lastIndexOf("/") + 1).includes(which));
    if (named.length === 1) return named[0]!;
    throw new JournalError(
      `Cannot resume ${which}: ${
        named.length === 0 ? "no journal has" : `${named.length} journals have`
      } this in ` +
        "its name. `muster history` lists them.",
    );
  }
  const runs = await recentRuns(50);
  const [run] = runs;
  if (!run) {
    throw new JournalError(`Cannot resume the last run: no journal can be read in ${runsFolder()}`);
  }
  if (isDone(run)) {
    const older = runs.find((one) => !isDone(one));
    const more = moreToDo(run);
    throw new JournalError(
      `Cannot resume the last run: every member is done: ${run.task}, ${run.at}` +
        (more === undefined ? "" : `; but ${more}`) +
        (older ? `. An older run is not done: muster resume ${runId(older.path)}` : ""),
    );
  }
  return run.path;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
