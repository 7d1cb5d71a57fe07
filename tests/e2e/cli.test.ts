import assert from "node:assert/strict";
import { CommandBox, tests } from "./command.ts";

const TASK = (body: string) => `import { all, dc, task } from "muster:";\nexport default task(${body});\n`;

Deno.test("the command does a task, and its exit code says how it went", async (t) => {
  await using box = await CommandBox.make({ machines: tests(6) });
  await box.task(
    "stop",
    TASK(`{
    description: "Stop machines",
    args: { type: { type: "string", required: true, env: "TYPE" }, wait: { type: "duration", default: "1m" } },
    run: ({ type, wait }) => dc().machines({ type }).stop().waitUntil("stopped", { timeout: wait }),
  }`),
  );
  await box.task("broken", `export default 1;\n`);

  await t.step("tasks lists what there is, and what is broken", async () => {
    const { code, out } = await box.run(["tasks"]);
    assert.equal(code, 1);
    assert.match(out, /^stop --type=TEXT +Stop machines$/m);
    assert.match(out, /^broken +BROKEN: Cannot find a task in tasks\/broken\.ts/m);
    assert.match(out, /^cull --type=TEXT \* +Stop and delete/m);
  });
  await t.step("2 for mistakes, all of them at once, each with what may be meant", async () => {
    const { code, err } = await box.run(["run", "stop", "--typ=test", "--wait=soon", "--max=many", "web"]);
    assert.equal(code, 2);
    for (
      const part of [
        "no option --typ; did you mean --type?",
        "--type is missing (or TYPE)",
        "--wait is not a time",
        "--max must be a whole number",
        '"web" is not an option',
      ]
    ) assert.ok(err.includes(part), `${part}\n${err}`);
    assert.match((await box.run(["runn"])).err, /this command does not exist; did you mean run\?/);
    assert.match(err, /Try muster run stop --help/);
    const misspelt = await box.run(["run", "stpo"]);
    assert.equal(misspelt.code, 2);
    assert.match(misspelt.err, /did you mean stop\?/);
  });
  await t.step("3 when nothing matches", async () => {
    assert.equal((await box.run(["run", "stop", "--type=none"])).code, 3);
  });
  await t.step("4 when a rail refuses, with nothing sent", async () => {
    const { code, err } = await box.run(["run", "stop", "--type=test", "--expect=5"]);
    assert.equal(code, 4);
    assert.match(err, /exactly 5 were expected\. Nothing was sent/);
    assert.equal(box.writes, 0);
  });
  await t.step("plan sends no write, and says what a run would do", async () => {
    const { code, out } = await box.run(["plan", "stop", "--type=test"]);
    assert.equal(code, 0);
    assert.match(out, /6 machines in .*nothing has been changed/);
    const plan = JSON.parse((await box.run(["plan", "stop", "--type=test", "--json"])).out);
    assert.equal(plan.members.length, 6);
    assert.equal(box.writes, 0);
  });
  await t.step("0 when all is done; events as JSON on stdout, and nothing but that", async () => {
    const { code, out, err } = await box.run(["run", "stop", "--type=test", "--json"]);
    assert.equal(code, 0, err);
    const events = out.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(events.at(-1).type, "finished");
    assert.equal(events.at(-1).report.counts.succeeded, 6);
    assert.equal(box.writes, 6);
  });
  await t.step("1 when a member fails, and it can be taken up again", async () => {
    const [machine] = box.server.sim.machines();
    await box.task(
      "start",
      TASK(
        `{ description: "Start", run: () => dc().machines({ type: "test" }).start().waitUntil("running", { timeout: 2000 }) }`,
      ),
    );
    box.server.sim.hang(machine!.id);
    const failed = await box.run(["run", "start"]);
    assert.equal(failed.code, 1, failed.err);
    assert.match(failed.err, /muster resume last/);
    box.server.sim.release(machine!.id);
    const again = await box.run(["resume", "last"]);
    assert.equal(again.code, 0, again.err);
    assert.equal(box.writes, 12); // no start was sent twice
    const history = await box.run(["history", "--json"]);
    const runs = history.out.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(runs.map((run) => [run.task, run.end.succeeded]), [["start", 1], ["stop", 6]]);
    const done = await box.run(["resume"]);
    assert.equal(done.code, 6);
    assert.match(done.err, /every member is done/);
  });
  await t.step("5 when nobody is there to be asked", async () => {
    const { code, err } = await box.run(["ls"], { env: { MUSTER_KEY_PATH: `${box.home}/.ssh/none` } });
    assert.equal(code, 5, err);
  });
  await t.step("ls prints a table, or JSON", async () => {
    const { code, out } = await box.run(["ls", "type=test", "--columns=name,state", "--sort=name"]);
    assert.equal(code, 0);
    assert.equal(out.split("\n")[1], "test-0  running");
    assert.equal(
      (await box.run(["ls", "type=test", "--where", "name=/-[12]$/", "--json"])).out.trim().split("\n")
        .length,
      2,
    );
  });
  await t.step("do evaluates TypeScript with dc in scope, and may await", async () => {
    assert.equal(
      (await box.run(["do", `dc().machines({ type: "test" } as Record<string, string>).count()`])).out,
      "6\n",
    );
    const names = await box.run([
      "do",
      `(await dc().machines()).map((one: { name: string }) => one.name).sort()[0]`,
    ]);
    assert.equal(names.out, "test-0\n", names.err);
    const stopped = await box.run(["do", `await dc().machine("test-0").stop()`, "--quiet", "--yes"]);
    assert.deepEqual([stopped.code, stopped.out, stopped.err], [0, "", ""]);
    assert.equal(box.writes, 13);
  });
});

Deno.test("plan sends no write whatever a task does", async () => {
  await using box = await CommandBox.make({ machines: tests(4) });
  await box.task(
    "wild",
    TASK(`{
    description: "Whatever can be done",
    run: async () => {
      const tests = dc().machines({ type: "test" });
      await tests.stop();
      await tests.stop().run({ yes: true });
      await all(tests.stop(), tests.reboot()).run();
      const report = await tests.delete().run({ again: true, throwOnError: false });
      await dc().createMachine({ name: "new", image: "base-64-lts", package: "sample-1G" }).waitUntil("running");
      for (const { id } of await tests) await dc().request("DELETE", \`/machines/\${id}\`).catch(() => {});
      if (report.succeeded.length !== 4) throw new Error("not rehearsed");
      return tests.stop().waitUntil("stopped").delete();
    },
  }`),
  );
  const before = box.server.sim.log.length;
  const { code, out, err } = await box.run(["plan", "wild"]);
  assert.equal(code, 0, err);
  assert.equal(out.match(/^plan: /gm)?.length, 7, out);
  assert.equal(box.writes, 0);
  assert.deepEqual(
    box.server.sim.log.slice(before).map((entry) => entry.method).filter((method) => method !== "GET"),
    [],
  );
});

Deno.test("a saved plan touches exactly its members, and only those that are still as it has them", async () => {
  await using box = await CommandBox.make({ machines: tests(6) });
  const { sim } = box.server;
  const saved = await box.run([
    "plan",
    "cull",
    "--dc",
    box.server.url,
    "--type=test",
    "--save",
    `${box.home}/out/plan.json`,
  ]);
  assert.equal(saved.code, 0, saved.err);
  const byName = new Map(sim.machines().map((machine) => [machine.name, machine.id]));
  sim.setState(byName.get("test-0")!, "stopped");
  sim.change(byName.get("test-1")!, { tags: { type: "precious" } });
  sim.change(byName.get("test-2")!, { name: "renamed" });
  sim.remove(byName.get("test-3")!);
  sim.add({ name: "test-new", state: "running", tags: { type: "test" } });
  const { code, err } = await box.run(["apply", `${box.home}/out/plan.json`, "--yes"]);
  assert.equal(code, 1, err);
  assert.match(err, /4 members differ from the plan/);
  for (
    const why of [
      "test-0: it was running and is stopped",
      "test-1: its tags were changed",
      "test-3: .* is gone",
    ]
  ) {
    assert.match(err, new RegExp(why));
  }
  const touched = new Set(sim.writes.map(({ machine }) => machine));
  assert.deepEqual(touched, new Set([byName.get("test-4"), byName.get("test-5")]));
  assert.equal(sim.writes.length, 4);
  const other = await box.run(["apply", `${box.home}/out/plan.json`], {
    env: { MUSTER_URL: "http://127.0.0.1:9" },
  });
  assert.notEqual(other.code, 0);
  assert.equal(sim.writes.length, 4);
});
