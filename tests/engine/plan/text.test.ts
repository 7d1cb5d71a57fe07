import assert from "node:assert/strict";
import { all, ChainError, MusterError } from "../../../lib/engine/mod.ts";
import { dc } from "../../../mod.ts";
import { Farm } from "../farm.ts";
import { jobs } from "../job.ts";

Deno.test("a chain printed shows its steps and limits, a plan its members, a report their fates", async (t) => {
  const farm = new Farm(3, { takes: (n) => 1000 * (n + 1) });
  farm.add({ id: "j7", title: "odd\u001b[31mname", phase: "paused" });
  farm.add({ id: "j8", phase: "broken" });
  const chain = jobs(farm.handle, { pool: "blue" }).protect({ title: "job-2" }).pause()
    .waitUntil("idle", { timeout: "5m" }).remove();
  await t.assertSnapshot(Deno.inspect(jobs(farm.handle).where({ title: /^job/, priority: [1, 2] })));
  await t.assertSnapshot(Deno.inspect(jobs(farm.handle).pause()));
  await t.assertSnapshot(Deno.inspect(chain));
  await t.assertSnapshot(String(await chain.plan()));
  const report = await chain.run({ throwOnError: false });
  await t.assertSnapshot(String(report));
  assert.ok(!String(report).includes("\u001b"), "a name cannot command the terminal");
  assert.ok(Deno.inspect(report, { colors: true }).includes("\u001b["));
  const { members, counts } = JSON.parse(JSON.stringify(report));
  assert.deepEqual(counts, { members: 4, succeeded: 3, skipped: 0, failed: 1, interrupted: 0 });
  assert.ok(members.every((member: Record<string, unknown>) => !("record" in member)));
});

Deno.test("a plan as JSON says what will be sent to whom", async () => {
  const farm = new Farm(1);
  farm.add({ id: "j7", phase: "paused" });
  const plan = JSON.parse(JSON.stringify(await jobs(farm.handle, { pool: "blue" }).pause().plan()));
  assert.deepEqual(plan.members.map((member: { steps: unknown[] }) => member.steps), [
    [{ step: "pause()", verdict: "send", request: "POST /jobs/j0/pause" }],
    [{ step: "pause()", verdict: "skip", why: "already paused" }],
  ]);
});

Deno.test("chains of several servers run as one: one question, one report, rails before the first write of any", async () => {
  const [east, west] = [new Farm(3), new Farm(2)];
  const both = all(jobs(east.handle, { pool: "blue" }).pause(), jobs(west.handle, { pool: "blue" }).pause());
  assert.match(String(both), /^all\(farm/);
  const report = await both;
  assert.equal(report.members.length, 5);
  assert.equal(await both, report);
  assert.equal(east.count("POST") + west.count("POST"), 5);

  const third = new Farm(2);
  const unsafe = all(jobs(third.handle, { pool: "blue" }).pause(), jobs(new Farm(1).handle).pause());
  await assert.rejects(unsafe.run(), /the selection has no condition/);
  assert.equal(third.count("POST"), 0);
  assert.throws(() => all(), MusterError);
  assert.throws(() => all({}), MusterError);
});

Deno.test("a broken look only delays the wait", async () => {
  let broken = 3;
  const farm = new Farm(2, {
    fault(request) {
      if (request.priority === "poll" && broken-- > 0) throw new Error("network down");
    },
  });
  const report = await jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 2);
  assert.ok(broken < 0);
});

Deno.test("a chain that is never run is named with its place when the program ends; one that is run is not", async () => {
  const dir = await Deno.makeTempDir();
  const mod = new URL("../../../mod.ts", import.meta.url).href;
  await Deno.writeTextFile(
    `${dir}/script.ts`,
    `import { dc } from ${JSON.stringify(mod)};
const chain = dc("sim").machines({ type: "test" });
chain.stop();
await dc("sim").machines({ type: "web" }).stop();
await chain.start().plan();
`,
  );
  const { stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "script.ts"],
    cwd: dir,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 0, said);
  assert.equal(said.match(/never run/g)?.length, 1, said);
  assert.match(
    said,
    /never run at file:.*script\.ts:3:\d+: dc\("sim"\)\.machines\(\{ type: "test" \}\)\.stop\(\)/,
  );
  await Deno.remove(dir, { recursive: true });
});

Deno.test("an error of a run carries the report and every cause", async () => {
  const farm = new Farm(0);
  for (let n = 0; n < 5; n++) farm.add({ id: `j${n}`, phase: "broken" });
  const error = await jobs(farm.handle, { pool: "blue" }).pause().run().catch((error) => error);
  assert.ok(error instanceof ChainError);
  assert.equal(error.errors.length, 5);
  assert.match(error.message, /5 of 5 jobs failed: .*and 2 more/);
});

Deno.test("a chain that makes new members reads as it is written", () => {
  const one = dc("sim").createMachine({ name: "web", image: "base-64-lts", package: "sample-1G" });
  const five = dc("sim").createMachine({
    name: "web-{n}",
    count: 5,
    image: "base-64-lts",
    package: "sample-1G",
  });
  assert.match(String(one), /^dc\("sim"\)\.createMachine\(\{ name: "web", … \}\)$/);
  assert.match(
    String(five.waitUntil("running")),
    /createMachine\(\{ name: "web-1", count: 5, … \}\)\.waitUntil/,
  );
});

Deno.test("of a plan in colours the step that cannot be undone is yellow; of many members ten are named", async () => {
  const chain = (count: number) =>
    jobs(new Farm(count).handle, { pool: "blue" }).pause().waitUntil("idle").remove();
  const yellow = Deno.inspect(await chain(12).plan(), { colors: true }).split("\n")
    .filter((line) => line.includes("\x1b[33m"));
  assert.equal(yellow.length, 2);
  assert.match(yellow[0]!, /3\. {2}remove\(\)/);
  assert.match(yellow[1]!, /could destroy 12 jobs/);
  assert.match(String(await chain(12).plan()), /job-9 .*\n {4}… and 2 more\n/);
  assert.doesNotMatch(String(await chain(10).plan()), /more/);
});
