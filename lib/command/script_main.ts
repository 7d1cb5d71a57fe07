/**
 * A task's file run as a script, with the options of `muster run`.
 *
 * @module
 */
import { doWork } from "./runs/do_work.ts";
import { type Io, processIo, sealed, tell } from "./io.ts";
import { EXIT, exitCodeOf } from "./exit_codes.ts";
import { planTask } from "./tasks/plan_task.ts";
import { ALL } from "./runs/rules.ts";
import { readTaskArguments } from "./tasks/read_task_arguments.ts";
import type { Task } from "../task/task.ts";

/** Runs the task; resolves to the exit code. */
export async function scriptMain(
  task: Task,
  typed: readonly string[],
  given: Io = processIo,
): Promise<number> {
  const io = sealed(given);
  const source = Deno.mainModule;
  const name = decodeURIComponent(source.replace(/[?#].*$/, "").replace(/^.*\//, "")).replace(/\.[^.]+$/, "");
  try {
    const ready = readTaskArguments("", { name, task, source }, { values: {}, rest: typed }, ALL, io);
    if (!ready) return EXIT.done;
    if (ready.rules.plan) return await planTask(ready, io);
    return (await doWork(ready.work, ready.rules, io)).exit;
  } catch (error) {
    tell(error, io);
    return exitCodeOf(error, false);
  }
}
