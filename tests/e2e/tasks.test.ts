import assert from "node:assert/strict";
import { serveOpenStack } from "../../lib/sim/openstack/serve.ts";
import { CommandBox, tests } from "./command.ts";

const TASKS = new URL("../../tasks/", import.meta.url);

/** Runs a task's file as a script, under exactly the permissions of its first line. */
async function script(
  box: CommandBox,
  name: string,
  words: readonly string[],
  env: Record<string, string> = {},
) {
  const path = new URL(`${name}.ts`, TASKS);
  const [first] = (await Deno.readTextFile(path)).split("\n");
  const flags = /^#!\/usr\/bin\/env -S deno run (.+)$/.exec(first!)?.[1];
  assert.ok(flags, `${name} has no list of permissions`);
  const { MUSTER_STATE: _own, ...others } = box.environment; // the usual place is the one listed
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      ...flags.replaceAll("${HOME}", box.home).split(" "),
      path.pathname,
      ...words,
    ],
    cwd: box.home,
    clearEnv: true,
    env: { ...others, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

Deno.test("each ready-made task is short, lists its permissions, and is known to the command", async () => {
  const { INCLUDED_TASKS } = await import("../../lib/command/tasks/included_tasks.ts");
  const files: string[] = [];
  for await (const { name } of Deno.readDir(TASKS)) {
    files.push(name.replace(/\.ts$/, ""));
    const text = await Deno.readTextFile(new URL(name, TASKS));
    assert.ok(text.trimEnd().split("\n").length < 40, name);
    assert.match(text, /^#!\/usr\/bin\/env -S deno run --quiet --allow-net /);
    assert.doesNotMatch(
      text.split("\n")[0]!,
      /-A\b|--allow-all|--allow-run|--allow-(env|read|write)( |$)/,
      name,
    );
  }
  assert.deepEqual(files.sort(), Object.keys(INCLUDED_TASKS).sort());
});

Deno.test("the ready-made tasks for machines work under the permissions they list", async (t) => {
  await using box = await CommandBox.make({ machines: tests(4) });
  const { sim } = box.server;
  const states = () => sim.machines().map((machine) => machine.state);

  await t.step("power stops and starts", async () => {
    const stopped = await script(box, "power", ["--tags", "type=test"]);
    assert.equal(stopped.code, 0, stopped.err);
    assert.deepEqual(states(), Array(4).fill("stopped"));
    const started = await box.run(["run", "power.start", "--tags", "type=test"]);
    assert.equal(started.code, 0, started.err);
    assert.deepEqual(states(), Array(4).fill("running"));
  });
  await t.step("inventory lists as a table, JSON and CSV", async () => {
    const table = await script(box, "inventory", ["--tags=type=test"]);
    assert.match(table.out, /^NAME +STATE/, table.err);
    assert.equal(JSON.parse((await script(box, "inventory", ["--format=json"])).out).length, 4);
    const csv = await script(box, "inventory", ["--format=csv"]);
    assert.match(csv.out, /^name,state,package.*\r\ntest-\d,running,/);
  });
  await t.step("snapshot takes one of each", async () => {
    const { code, err } = await script(box, "snapshot", ["--tags", "type=test", "--name", "before"]);
    assert.equal(code, 0, err);
    assert.deepEqual(
      sim.machines().flatMap(({ id }) => sim.executions(id).map(({ action }) => action)).filter((one) =>
        /snapshot/i.test(one)
      ).length,
      4,
    );
  });
  await t.step("resize gives another package", async () => {
    const { code, err } = await script(box, "resize", ["--tags=type=test", "--package=sample-2G"]);
    assert.equal(code, 0, err);
    assert.deepEqual([...new Set(sim.machines().map((machine) => machine.package))], ["sample-2G"]);
  });
  await t.step("failed lists what is wrong, and is 0 where nothing is", async () => {
    assert.equal((await script(box, "failed", [])).out, "");
    const [one] = sim.machines();
    sim.offline(one!.id);
    const { out, err } = await script(box, "failed", []);
    assert.match(out, new RegExp(`${one!.name} +offline`), err);
    sim.offline(one!.id, 0);
    await box.run(["ls"]);
  });
  await t.step("exec says what it would do, and fails where it cannot log in", async () => {
    const { code, out, err } = await script(box, "exec", ["--tags=type=test", "--command=uptime", "--plan"]);
    assert.equal(code, 0, err);
    assert.match(out, /ssh\("uptime"\)/);
  });
  await t.step("cull stops and deletes", async () => {
    const { code, err } = await script(box, "cull", ["--type=test"]);
    assert.equal(code, 0, err);
    for (const { id } of sim.machines()) assert.deepEqual(sim.executions(id).at(-1)?.action, "destroy");
  });
});

Deno.test("the ready-made tasks for databases work under the permissions they list", async (t) => {
  await using box = await CommandBox.make({ machines: [] });
  const server = await serveOpenStack({
    instances: [{ name: "staging-1" }, { name: "staging-2" }, { name: "prod-1" }],
    speed: 30,
  });
  try {
    await t.step("restart restarts those of a name, and waits", async () => {
      const { code, err } = await script(box, "restart", ["--name=^staging-"], server.environment);
      assert.equal(code, 0, err);
      assert.equal(server.sim.writes.length, 2);
    });
    await t.step("backup backs up every one", async () => {
      const { code, err } = await script(box, "backup", ["--label=x"], server.environment);
      assert.equal(code, 0, err);
      assert.equal(server.sim.writes.length, 5);
    });
    await t.step("ls lists them", async () => {
      const { out, err } = await box.run(["ls", "instances", "--json"], {
        env: server.environment,
        permissions: ["--allow-net", "--allow-env", `--allow-read=${box.home}`],
      });
      assert.equal(out.trim().split("\n").length, 3, err);
    });
  } finally {
    await server.close();
  }
});
