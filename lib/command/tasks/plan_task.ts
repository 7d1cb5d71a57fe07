/**
 * Plans a task: runs it with only reads being sent, and shows the plans of all its runs.
 *
 * @module
 */
import { showPlan } from "../../engine/plan/text.ts";
import { visibleJson } from "../../engine/text/visible.ts";
import { stdoutDevice } from "../../view/output_device.ts";
import { widthOf } from "../../view/width.ts";
import { verdictFacts, verdictLine } from "../consent_text.ts";
import { doWork, type Judged } from "../runs/do_work.ts";
import { type Io, sealed } from "../io.ts";
import type { Ready } from "./read_task_arguments.ts";
import { saveTo } from "../runs/plan_file.ts";

/** Plans a task, and shows or saves the plans; returns the exit code. */
export async function planTask({ work, rules, values }: Pick<Ready, "work" | "rules" | "values">, given: Io) {
  const io = sealed(given);
  const { exit, plans, judged } = await doWork(work, { ...rules, plan: true }, io);
  showPlans(judged, rules, io);
  if (plans.length === 0 && exit === 0 && !rules.json && !rules.quiet) io.out("Nothing would be changed.\n");
  if (typeof values.save === "string") await saveTo(values.save, plans, rules.about, io);
  return exit;
}

/** Shows plans, and the decision that a run of them would get. */
export function showPlans(
  judged: readonly Judged[],
  rules: Pick<Ready["rules"], "json" | "quiet">,
  io: Io,
): void {
  if (rules.json) {
    for (const { plans, verdict } of judged) {
      for (const [number, plan] of plans.entries()) {
        io.out(`${visibleJson({ ...plan.toJSON(), consent: verdictFacts(verdict, number) })}\n`);
      }
    }
  } else if (!rules.quiet) {
    for (const { plans, verdict } of judged) {
      for (const plan of plans) io.out(`${showPlan(plan, stdoutDevice.colors, widthOf)}\n`);
      const said = verdictLine(verdict);
      if (said !== undefined) io.out(`  ${said}\n`);
    }
  }
}
