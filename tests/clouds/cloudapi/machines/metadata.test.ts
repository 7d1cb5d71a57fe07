import assert from "node:assert/strict";
import { MusterError } from "../../../../lib/muster.ts";
import { machines, world } from "../world.ts";

Deno.test("metadata is set, got and removed, one and all", async () => {
  const { dc, sim } = await world({
    machines: [{ name: "a", metadata: { kept: "1", root_authorized_keys: "k" } }],
  });
  const a = dc.machine("a");
  await a.metadata({ colour: "blue", "cloud-init:user-data": "#cloud-config" }).waitUntil("running");
  assert.deepEqual(await a.metadata(), {
    kept: "1",
    root_authorized_keys: "k",
    colour: "blue",
    "cloud-init:user-data": "#cloud-config",
  });
  await a.unsetMetadata("colour").waitUntil("running");
  await a.unsetAllMetadata().waitUntil("running");
  const { uuid: _, owner_uuid: __, ...rest } = await a.metadata();
  assert.deepEqual(rest, { root_authorized_keys: "k" });
  assert.equal((await a.unsetAllMetadata().unsetMetadata("colour")).skipped.length, 1);
  assert.deepEqual(sim.writes.map((one) => one.action), [
    "set_metadata",
    "remove_metadata",
    "replace_metadata",
  ]);
});

Deno.test("a boot script is set from a text or a file, read once for all machines, and removed", async () => {
  const { dc, sim } = await world({ machines: machines(3) });
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "#!/bin/sh\ntouch /tmp/FTW\n");
    const test = dc.machines({ type: "test" });
    const report = await test.script({ file }).waitUntil("running");
    assert.match(report.chain, /script\(\{ file: /);
    assert.equal(await dc.machine("test-1").script(), "#!/bin/sh\ntouch /tmp/FTW\n");
    assert.equal((await test.script("#!/bin/sh\ntouch /tmp/FTW\n")).skipped.length, 3);
    await test.unsetScript().waitUntil("running");
    assert.equal(await dc.machine("test-1").script(), undefined);
    assert.equal(sim.writes.length, 6);
    await Deno.writeTextFile(file, "x".repeat(100_000));
    await assert.rejects(test.script({ file }).run({ again: true }), /the server accepts 100000 at most/);
    await Deno.writeTextFile(file, "");
    await assert.rejects(test.script({ file }).run({ again: true }), MusterError);
    await assert.rejects(test.script({ file: `${file}.none` }).run(), /Cannot read the boot script/);
    assert.equal(sim.writes.length, 6);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("no text of a chain, plan or report shows metadata or a script", async () => {
  const { dc } = await world({ machines: machines(2) });
  const chain = dc.machines({ type: "test" }).metadata({ db_password: "hunter2" }).script("echo hunter2");
  const plan = await chain.plan();
  const events: string[] = [];
  const report = await chain.run({ on: (event) => events.push(Deno.inspect(event)) });
  const texts = [String(chain), Deno.inspect(chain), String(plan), Deno.inspect(plan), JSON.stringify(plan)];
  for (const text of [...texts, String(report), JSON.stringify(report), Deno.inspect(report)]) {
    assert.ok(!text.includes("hunter2"), text);
  }
  assert.match(String(chain), /metadata\(\{ db_password: … \}\)\.script\(… 12 characters\)/);
  assert.ok(events.length > 0);
});

Deno.test("what the server would drop, keep or take for its own is refused before anything is sent", async () => {
  const { dc, sim } = await world({ machines: machines(1) });
  const test = dc.machines({ type: "test" });
  for (
    const key of [
      "account",
      "machine",
      "uuid",
      "owner_uuid",
      "image",
      "credentials",
      "root_pw",
      "as-role",
      "",
      "é",
    ]
  ) {
    assert.throws(() => test.metadata({ [key]: "x" }), MusterError, key);
  }
  for (const value of [1, true, null, undefined, {}]) {
    assert.throws(() => test.metadata({ key: value as unknown as string }), MusterError, String(value));
  }
  for (const key of ["credentials", "administrator_pw", "root_authorized_keys", ""]) {
    assert.throws(() => test.unsetMetadata(key), MusterError, key);
  }
  assert.throws(() => test.metadata({}), /none is given/);
  assert.throws(() => test.metadata({ key: "ü".repeat(50_000) }), /the server accepts 100000 at most/);
  assert.throws(() => test.script("  "), MusterError);
  assert.throws(() => test.script({} as never), MusterError);
  assert.throws(() => test.script("x".repeat(100_000)), /the server accepts 100000 at most/);
  assert.equal(sim.log.length, 0);
});

Deno.test("a refusal of a machine's specification that holds secrets does not show them", async () => {
  const { dc, sim } = await world();
  const spec = { image: "minimal-64", package: "sample-1G" };
  for (const more of [{ metadata: { root_pw: "hunter2" } }, { tags: { account: "hunter2" } }]) {
    assert.throws(() => dc.createMachine({ ...spec, ...more }), (error: Error) => {
      return error instanceof MusterError && !error.message.includes("hunter2");
    });
  }
  assert.throws(() => dc.createMachine({ ...spec, tags: { "": "x" } }), MusterError);
  assert.equal(sim.log.length, 0);
});
