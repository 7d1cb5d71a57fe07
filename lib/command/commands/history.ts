/** `muster history`: lists past runs. @module */
import { visibleJson } from "../../engine/text/visible.ts";
import { readCommand } from "./help.ts";
import type { Command } from "../command.ts";
import { count, LISTING, type Options, refuseMistakes } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { suggest } from "../../engine/select/did_you_mean.ts";
import { journalPaths, type PastRun, pastRun, runId } from "../runs/past_runs.ts";
import { runsFolder } from "../runs/state_folder.ts";
import { table } from "../table.ts";

const OPTIONS: Options = {
  last: { kind: "value", value: "N", about: "at most this many (default 20)" },
  ...LISTING,
};

/** See `muster history --help`. */
export const command: Command = {
  usage: "history [task]",
  about: "list past runs, newest first",
  options: OPTIONS,
  async run(typed, io) {
    const read = readCommand(this, typed, OPTIONS, "muster history cull --last=5", io, (got, mistakes) => {
      if (got.words.length > 1) mistakes.push("it takes one task's name");
    });
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const most = count(read.values.last, "last", 1, mistakes) ?? 20;
    refuseMistakes("history", mistakes);
    const [task] = read.words;
    const runs: PastRun[] = [];
    const others = new Set<string>();
    for (const path of await journalPaths()) {
      if (runs.length === most) break;
      const run = await pastRun(path);
      if (run && (task === undefined || run.task === task)) runs.push(run);
      else if (run) others.add(run.task);
    }
    if (read.values.json) { for (const run of runs) io.out(`${visibleJson(run)}\n`); }
    else if (runs.length > 0) {
      io.out(table(runs.map((run) => ({
        when: run.at.replace(/T(\d\d:\d\d).*$/, " $1Z"),
        task: run.task,
        run: runId(run.path),
        members: run.members,
        ended: outcomeOf(run),
      }))));
    } else if (read.values.quiet) return EXIT.nothing;
    else if (others.size > 0) io.err(`There are no runs of ${task}; ${suggest(task!, [...others])}\n`);
    else io.err(`There are no runs in ${runsFolder() ?? "any known folder"}.\n`);
    return runs.length === 0 ? EXIT.nothing : EXIT.done;
  },
};

function outcomeOf({ end, members, damaged, within }: PastRun): string {
  if (damaged !== undefined) return "not known: its journal is damaged";
  if (!end) return within ? "cut off, or still running; its task had not ended" : "cut off, or still running";
  // The last line of a resumed run counts only what that run still had to do.
  const before = members - end.succeeded - end.skipped - end.failed - end.interrupted;
  const parts = (["succeeded", "skipped", "failed", "interrupted"] as const).filter((fate) => end[fate] > 0)
    .map((fate) => `${end[fate]} ${fate}`);
  if (before > 0) parts.push(`${before} done before`);
  return (parts.join(", ") || "nothing") +
    (end.cancelled === undefined ? "" : ` (${/time limit/.exec(end.cancelled)?.[0] ?? end.cancelled})`) +
    // Only the last run's task may have had more to do; for older ones the next run shows it.
    (within && end.failed + end.interrupted > 0 ? "; its task had not ended" : "");
}
