/**
 * Connects the engine to this process, as the default for how runs are shown and who is asked.
 *
 * Everything except this is loaded when it is first needed: a script that only lists machines never loads it.
 *
 * @module
 */
import type { Plan } from "../engine/plan/plan.ts";
import type { AnyResource } from "../engine/resource/describe.ts";
import type { Report } from "../engine/run/report/report.ts";
import { defaults } from "../engine/run/defaults.ts";
import { output } from "../engine/process/output.ts";
import { notice } from "../engine/run/notice.ts";

/** Sets the engine's defaults to this process: its stderr, its terminal, its Ctrl-C. It makes no system call yet. */
export function wireDefaults(): void {
  let script: typeof import("./script_view.ts") | undefined;
  const load = async () => script ??= await import("./script_view.ts");
  defaults.load = async () => void await load();
  output.notice = notice;
  defaults.view = () => script?.scriptView() ?? (() => {});
  defaults.interrupts = (stop, follow) => script?.interrupts.follow(stop, follow) ?? (() => {});
  defaults.confirm = async (question, signal) => await (await load()).confirm(question, signal);
  output.html = {
    report: async (report) => (await import("./notebook/html.ts")).reportHtml(report as Report),
    plan: async (plan) => (await import("./notebook/html.ts")).planHtml(plan as Plan),
    records: async (resource, records) =>
      (await import("./notebook/html.ts")).recordsHtml(resource as AnyResource, records),
  };
}
