/**
 * One benchmark's client, in a process of its own. Takes JSON as its only argument, prints JSON.
 */
import { dc } from "../../mod.ts";

const { url, keyPath, what, count, concurrency } = JSON.parse(Deno.args[0]!);
const handle = dc({ url, account: "sim", keyPath, ...(concurrency ? { concurrency } : {}) });
const peak = () => {
  const status = Deno.readTextFileSync("/proc/self/status");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};
const began = performance.now();
const result: Record<string, unknown> = {};
if (what === "line") {
  const report = await handle.machines({ type: "test" }).max(count).stop().waitUntil("stopped").delete()
    .run({ throwOnError: false, view: false });
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
} else if (what === "gets") {
  for (let n = 0; n < count; n += 20) {
    await Promise.all(
      Array.from({ length: 20 }, () => handle.request("GET", "/machines", { query: { limit: 1 } })),
    );
  }
}
const ms = performance.now() - began;
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ ...result, ms, peak: peak() })));
