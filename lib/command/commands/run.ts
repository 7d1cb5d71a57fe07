/** `muster run`: runs a task. @module */
import { doWork } from "../runs/do_work.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit_codes.ts";
import { planTask } from "../tasks/plan_task.ts";
import { ALL } from "../runs/rules.ts";
import { readyTask } from "../tasks/run_task.ts";

/** See `muster run --help`. */
export const command: Command = {
  usage: "run <task> [--option=value …]",
  about: "run a task",
  options: ALL,
  async run(typed, io) {
    const ready = await readyTask("run", this.about, typed, ALL, io);
    if (!ready) return EXIT.done;
    if (ready.rules.plan) return await planTask(ready, io);
    return (await doWork(ready.work, ready.rules, io)).exit;
  },
};
