/** `muster plan`: shows what a task would do. @module */
import type { Command } from "../command.ts";
import type { Options } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { planTask } from "../tasks/plan_task.ts";
import { unavailable } from "../runs/rules.ts";
import { readyTask } from "../tasks/run_task.ts";

const OPTIONS: Options = {
  save: { kind: "value", value: "FILE", about: "write the plan to a file for muster apply" },
  ...unavailable("plan", "journal"),
};

/** See `muster plan --help`. */
export const command: Command = {
  usage: "plan <task> [--option=value …]",
  about: "show what a task would do, and change nothing",
  options: OPTIONS,
  async run(typed, io) {
    const ready = await readyTask("plan", this.about, typed, OPTIONS, io);
    return ready ? await planTask(ready, io) : EXIT.done;
  },
};
