/**
 * What changes between the plan and the write counts: a member that is now protected, or no longer matches the
 * selection, is not destroyed. What the chain itself changes does not count.
 */
import assert from "node:assert/strict";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const quiet = { throwOnError: false } as const;

type World = Awaited<ReturnType<typeof world>>;

/** Runs a chain over test-0 to test-2, and changes test-1 as soon as it is stopping. */
async function meanwhile(
  chainOf: (dc: World["dc"]) => { run(options: unknown): Promise<unknown> },
  change: (world: World, id: string) => unknown,
) {
  const { count, each } = machines(3);
  const others = Array.from({ length: count }, (_, n) => each(n));
  const made = await world({ machines: [...others, { name: "kept", tags: { keep: true } }] });
  const { dc, sim } = made;
  const { id } = await dc.machine("test-1");
  let changed: unknown;
  const report = await chainOf(dc).run({
    ...quiet,
    on: (event: { type: string; member?: { name: string } }) => {
      if (event.type === "accepted" && event.member?.name === "test-1") changed ??= change(made, id) ?? true;
    },
  }) as Awaited<ReturnType<ReturnType<typeof dc.machines>["stop"]>>;
  await changed;
  const alive = sim.machines().filter(({ state, name }) => state !== "deleted" && name !== "kept")
    .map(({ name }) => name);
  return { report, alive, why: report.failed[0]?.why ?? "" };
}

Deno.test("a machine that was protected while it was waited for is not destroyed", async () => {
  const { report, alive, why } = await meanwhile(
    (dc) =>
      dc.machines({ type: "test" }).protect({ keep: true }).stop().waitUntil("stopped").delete().waitUntil(
        "deleted",
      ),
    ({ sim }, id) => sim.change(id, { tags: { type: "test", keep: true } }),
  );
  assert.deepEqual(alive, ["test-1"]);
  assert.equal(report.succeeded.length, 2);
  assert.match(
    why,
    /^Cannot delete machine test-1: it is protected by protect\(\{ keep: true \}\) now, and was not/,
  );
  assert.match(why, /It was not destroyed/);
});

Deno.test("a machine that was given deletion protection while it was waited for gets no DELETE", async () => {
  const { report, alive, why } = await meanwhile(
    (dc) =>
      dc.machines({ type: "test" }).stop().waitUntil("stopped").start().waitUntil("running").delete()
        .waitUntil("deleted"),
    ({ dc }) => dc.machine("test-1").enableDeletionProtection().run(),
  );
  assert.deepEqual(alive, ["test-1"]);
  assert.equal(report.requests.writes, 8);
  assert.match(why, /it is protected from deletion/);
});

Deno.test("a machine that was re-tagged or renamed while it was waited for is not destroyed", async () => {
  const tagged = await meanwhile(
    (dc) => dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().waitUntil("deleted"),
    ({ sim }, id) => sim.change(id, { tags: { type: "prod" } }),
  );
  assert.deepEqual(tagged.alive, ["test-1"]);
  assert.match(
    tagged.why,
    /it no longer matches the selection dc\("test-1"\)\.machines\(\{ type: "test" \}\)/,
  );
  const renamed = await meanwhile(
    (dc) => dc.machines().where({ name: /^test-/ }).stop().waitUntil("stopped").delete().waitUntil("deleted"),
    ({ sim }, id) => sim.change(id, { name: "prod-1" }),
  );
  assert.deepEqual(renamed.alive, ["prod-1"]);
  const one = await meanwhile(
    (dc) => dc.machine("test-1").stop().waitUntil("stopped").delete(),
    ({ sim }, id) => sim.change(id, { name: "prod-1" }),
  );
  assert.match(one.why, /its name is prod-1 now, not test-1/);
});

Deno.test("what the chain itself changes is no reason: the state, a tag it sets, a name it gives, a time", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const report = await dc.machines({ type: "test" })
    .where({ state: "running", name: /^test-/, updated: (at) => at < "2030" })
    .protect({ state: "stopped" })
    .tag({ type: "retired" }).rename("old").waitUntil("running")
    .stop().waitUntil("stopped").delete().waitUntil("deleted").run(quiet);
  assert.equal(report.succeeded.length, 1, String(report));
  assert.ok(sim.machines().every(({ state }) => state === "deleted"));
});

Deno.test("a plan that waited for its answer is looked at again, a thousand members with a few lists", async () => {
  const farm = new Farm(120);
  for (const job of farm.jobs.values()) job.phase = "paused";
  const report = await jobs(farm.handle, { pool: "blue" }).remove().run({
    ...quiet,
    confirm: async () => {
      await farm.clock.sleep(120_000);
      farm.jobs.get("j7")!.pool = "red";
      return true;
    },
  });
  await farm.clock.sleep(1000);
  assert.deepEqual(report.failed.map(({ name }) => name), ["job-7"]);
  assert.deepEqual([...farm.jobs.keys()], ["j7"]);
  assert.ok(farm.count("GET") < 40, `${farm.count("GET")} reads`);
});

Deno.test("a delete that follows its plan at once costs no look more", async () => {
  const farm = new Farm(10);
  for (const job of farm.jobs.values()) job.phase = "paused";
  await jobs(farm.handle, { pool: "blue" }).remove();
  assert.equal(farm.count("GET"), 1);
});

Deno.test("each action of a machine says what it may change", () => {
  const silent = Object.entries(machine.actions).filter(([, action]) =>
    !("changes" in action) || action.changes === undefined
  ).map(([name]) => name);
  assert.deepEqual(silent, []);
});

Deno.test("a run that is taken up destroys nobody who was re-tagged or renamed since", async () => {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  await Deno.remove(path);
  const { dc, sim } = await world({ machines: machines(3) });
  const stop = new AbortController();
  const chain = dc.machines({ type: "test" }).where({ name: /^test-/, state: "running" }).tag({
    owner: "ops",
  }).stop().waitUntil("stopped").delete()
    .waitUntil("deleted");
  let accepted = 0;
  const cut = await chain.run({
    ...quiet,
    journal: fileJournal(path),
    signal: stop.signal,
    on: ({ type }) => void (type === "accepted" && ++accepted === 6 && stop.abort()),
  });
  assert.equal(cut.interrupted.length, 3, String(cut));
  const id = (name: string) => sim.machines().find((one) => one.name === name)!.id;
  sim.change(id("test-1"), { tags: { type: "prod", owner: "ops" } });
  sim.change(id("test-2"), { name: "kept" });
  const report = await resumeJournal(
    path,
    async () => ({ endpoint: await dc.endpoint(), resource: machine }),
    { ...quiet, yes: true },
  );
  const alive = sim.machines().filter(({ state }) => state !== "deleted").map(({ name }) => name).sort();
  assert.deepEqual(alive, ["kept", "test-1"]);
  assert.deepEqual(report.failed.map(({ name }) => name).sort(), ["kept", "test-1"]);
  assert.match(
    report.failed.map(({ why }) => why).join(),
    /it no longer matches what was selected then\. It was not destroyed/,
  );
  await Deno.remove(path);
});
