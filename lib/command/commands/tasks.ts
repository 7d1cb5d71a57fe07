/** `muster tasks`: lists the tasks. @module */
import { visibleJson } from "../../engine/text/visible.ts";
import { wireDefaults } from "../../view/defaults.ts";
import { readCommand } from "./help.ts";
import { kebab } from "../../task/arguments.ts";
import { listTasks } from "../tasks/find_tasks.ts";
import type { Command } from "../command.ts";
import { LISTING } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { usageOf } from "../tasks/task_help.ts";

/** See `muster tasks --help`. */
export const command: Command = {
  usage: "tasks [folder, file or URL]",
  about: "list the tasks in tasks/ and those that come with muster",
  options: LISTING,
  async run(typed, io) {
    const read = readCommand(
      this,
      typed,
      this.options,
      "muster tasks",
      io,
      (got, mistakes) => {
        if (got.words.length > 1) mistakes.push(`it takes one place: ${got.words.join(" ")}`);
      },
    );
    if (!read) return EXIT.done;
    wireDefaults();
    const found = await listTasks(read.words[0]);
    if (read.values.json) {
      for (const one of found) {
        const { name, source } = one;
        io.out(`${
          visibleJson(
            "task" in one
              ? {
                name,
                source,
                description: one.task.description,
                args: Object.fromEntries(
                  Object.entries(one.task.args).map(([key, arg]) => [kebab(key), arg]),
                ),
              }
              : one,
          )
        }\n`);
      }
      return EXIT.done;
    }
    const rows = found.map((one) =>
      "task" in one
        ? [`${usageOf(one)}${one.source === "muster" ? " *" : ""}`, one.task.description]
        : [one.name, `BROKEN: ${one.problem.split("\n")[0]} (${one.source})`]
    );
    const width = Math.min(48, Math.max(0, ...rows.map(([left]) => left!.length)));
    io.out(rows.map(([left, right]) => `${left!.padEnd(width)}  ${right}\n`).join(""));
    if (found.some((one) => one.source === "muster")) io.out("* comes with muster\n");
    if (found.length === 0) io.err("There are no tasks here.\n");
    return found.some((one) => "problem" in one) ? EXIT.failed : EXIT.done;
  },
};
