/**
 * One benchmark's client, in a process of its own. Takes JSON as its only argument, prints JSON.
 */
import { cpuUsage } from "node:process";
import { terminalView } from "../../lib/view/live/terminal.ts";
import { realWall } from "../../lib/view/wall_clock.ts";
import { dc } from "../../mod.ts";

const { url, keyPath, what, count, concurrency, view } = JSON.parse(Deno.args[0]!);
const handle = dc({ url, account: "sim", keyPath, ...(concurrency ? { concurrency } : {}) });
const peak = () => {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};
/** A terminal of a usual size that nobody looks at. */
const screen = {
  terminal: true,
  colors: true,
  size: () => ({ columns: 120, rows: 40 }),
  write: (text: string) => void new TextEncoder().encode(text),
  onResize: () => () => {},
};
/** Milliseconds spent in the view: taking events in, and drawing. */
let viewing = 0;
const timed = <A extends unknown[]>(work: (...args: A) => void) => (...args: A) => {
  const at = performance.now();
  work(...args);
  viewing += performance.now() - at;
};
const shown = () =>
  timed(terminalView(screen, {
    wall: { now: realWall.now, after: (ms, then) => realWall.after(ms, timed(then)) },
  }));
const began = performance.now();
const cpuBefore = cpuUsage();
const result: Record<string, unknown> = {};
if (what === "line") {
  const report = await handle.machines({ type: "test" }).max(count).stop().waitUntil("stopped").delete()
    .run({ throwOnError: false, view: false, ...(view ? { on: shown() } : {}) });
  Object.assign(result, {
    succeeded: report.succeeded.length,
    ids: new Set(report.members.map((member) => member.id)).size,
    sent: report.requests.total,
    errors: report.failed.slice(0, 2).map((member) => member.why),
  });
} else if (what === "plan") {
  const plan = await handle.machines({ type: "test" }).stop().waitUntil("stopped").delete().plan();
  result.members = plan.members.length;
} else if (what === "stop") {
  const report = await handle.machines({ type: "test" }).stop().run({ throwOnError: false, view: false });
  result.succeeded = report.succeeded.length;
}
const ms = performance.now() - began;
const { user, system } = cpuUsage(cpuBefore);
const facts = { ...result, ms, viewing, cpu: (user + system) / 1000, peak: peak() };
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(facts)));
