/**
 * Planning a task: its work is done with nothing sent but reads, and the plans of all its runs are shown.
 *
 * @module
 */
import type { Plan } from "../chain/plan.ts";
import { judge } from "../chain/rails.ts";
import { showPlan } from "../chain/show.ts";
import { stdoutDevice } from "../view/device.ts";
import { widthOf } from "../view/width.ts";
import { doWork } from "./do_work.ts";
import type { Io } from "./io.ts";
import type { Ready } from "./ready_task.ts";
import { saveTo } from "./plan_file.ts";

/** Plans what is ready, and shows or saves it; the exit code. */
export async function doPlan({ work, rules, values }: Pick<Ready, "work" | "rules" | "values">, io: Io) {
  const { exit, plans } = await doWork(work, { ...rules, plan: true }, io);
  if (rules.json) io.out(plans.map((plan) => `${JSON.stringify(plan)}\n`).join(""));
  else if (!rules.quiet) {
    for (const plan of plans) {
      io.out(`${showPlan(plan, stdoutDevice.colors, widthOf)}\n`);
      const said = verdictLine(plan, rules);
      if (said !== undefined) io.out(`  ${said}\n`);
    }
    if (plans.length === 0 && exit === 0) io.out("Nothing would be changed.\n");
  }
  if (typeof values.save === "string") await saveTo(values.save, plans, rules.about, io);
  return exit;
}

/** What the rails will say. */
function verdictLine(plan: Plan, { expect, max, yes }: Ready["rules"]): string | undefined {
  const said = {
    ...(expect === undefined ? {} : { expect }),
    ...(max === undefined ? {} : { max }),
    ...(yes ? { yes } : {}),
  };
  const verdict = judge(plan, said);
  if ("error" in verdict) return `A run would be refused: ${verdict.error.message}`;
  if ("ask" in verdict) {
    return `A run asks first, and without a terminal is refused: it would ${verdict.ask.text}; ` +
      `--expect=${plan.members.length}, --max=${verdict.ask.count} or --yes answer beforehand`;
  }
  return undefined;
}
