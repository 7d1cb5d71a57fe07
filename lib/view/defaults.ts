/**
 * Connects the engine to this process when a script says nothing about how its runs are shown and who is asked.
 *
 * Everything but this is loaded when it is first needed: a script that only lists machines never does.
 *
 * @module
 */
import { defaults } from "../chain/defaults.ts";
import { talk } from "../chain/talk.ts";

/** Sets the engine's defaults to this process: its stderr, its terminal, its Ctrl-C. Asks the system nothing yet. */
export function wireDefaults(): void {
  let script: typeof import("./script.ts") | undefined;
  const load = async () => script ??= await import("./script.ts");
  defaults.load = async () => void await load();
  defaults.notice = talk;
  defaults.view = () => script?.scriptView() ?? (() => {});
  defaults.interrupts = (stop, follow) => script?.interrupts.follow(stop, follow) ?? (() => {});
  defaults.confirm = async (question, signal) => await (await load()).confirm(question, signal);
  defaults.html = {
    report: async (report) => (await import("./html.ts")).reportHtml(report),
    plan: async (plan) => (await import("./html.ts")).planHtml(plan),
    records: async (resource, records) => (await import("./html.ts")).recordsHtml(resource, records),
  };
}
