import assert from "node:assert/strict";
import { client } from "./signer.ts";

const CALM = { lag: { min: 400, max: 400 }, transition: { min: 10_000, max: 10_000 }, slowness: () => 1 };

/** The states in which a machine is seen, with a request every 200 ms until it is in one of the given states. */
async function states(
  { sim, call }: Awaited<ReturnType<typeof client>>,
  id: string,
  ...until: string[]
): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < 2000; i++) {
    const state = (await call("GET", `/my/machines/${id}`)).body.state;
    if (seen.at(-1) !== state) seen.push(state);
    if (until.includes(state) && seen.length > 1) break;
    await sim.world.clock.sleep(200);
  }
  return seen;
}

Deno.test("a seeded machine is listed, and got by its id", async () => {
  const { call } = await client({ machines: 3 });
  const list = await call("GET", "/my/machines");
  assert.equal(list.status, 200);
  assert.equal(list.body.length, 3);
  assert.equal(list.headers.get("x-resource-count"), "3");
  assert.equal(list.headers.get("x-query-limit"), "1000");
  const one = await call("GET", `/my/machines/${list.body[1].id}`);
  assert.deepEqual(one.body, list.body[1]);
});

Deno.test("a machine's record has the fields that the API documents", async () => {
  const { sim, call } = await client({
    machines: [{ name: "a", tags: { n: 1, yes: true }, metadata: { k: "v" }, package: "sample-1G" }],
  });
  const { body } = await call("GET", `/my/machines/${sim.machines()[0]!.id}`);
  const { id, ips, nics, networks, primaryIp, created, updated, compute_node, image, ...rest } = body;
  assert.deepEqual(rest, {
    name: "a",
    type: "smartmachine",
    brand: "joyent",
    state: "running",
    memory: 1024,
    disk: 10_240,
    deletion_protection: false,
    metadata: { k: "v" },
    tags: { n: 1, yes: true },
    firewall_enabled: false,
    package: "sample-1G",
  });
  assert.equal(ips[0], primaryIp);
  assert.deepEqual(networks, nics.map((nic: { network: string }) => nic.network));
  assert.deepEqual(Object.keys(nics[0]).sort(), [
    "gateway",
    "ip",
    "mac",
    "netmask",
    "network",
    "primary",
    "state",
  ]);
  for (const uuid of [id, compute_node, image]) {
    assert.match(uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  }
  for (const date of [created, updated]) assert.equal(new Date(date).toISOString(), date);
});

Deno.test("stop answers 202 while the state still says running, then stopping, then stopped", async () => {
  const c = await client({ machines: [{ name: "a" }], ...CALM });
  const id = c.sim.machines()[0]!.id;
  const answer = await c.call("POST", `/my/machines/${id}?action=stop`);
  assert.equal(answer.status, 202);
  assert.equal(answer.text, "");
  assert.equal((await c.call("GET", `/my/machines/${id}`)).body.state, "running");
  assert.deepEqual(await states(c, id, "stopped"), ["running", "stopping", "stopped"]);
  assert.deepEqual(c.sim.executions(id).map((each) => each.action), ["stop"]);
});

Deno.test("start brings a stopped machine to running, also with the action in the body", async () => {
  const c = await client({ machines: [{ name: "a", state: "stopped" }], ...CALM });
  const id = c.sim.machines()[0]!.id;
  assert.equal((await c.call("POST", `/my/machines/${id}`, { body: { action: "start" } })).status, 202);
  assert.deepEqual(await states(c, id, "running"), ["stopped", "running"]);
});

Deno.test("reboot goes through stopping and ready back to running, and changes `updated`", async () => {
  const c = await client({ machines: [{ name: "a" }], ...CALM });
  const id = c.sim.machines()[0]!.id;
  const before = (await c.call("GET", `/my/machines/${id}`)).body.updated;
  assert.equal((await c.call("POST", `/my/machines/${id}?action=reboot`)).status, 202);
  assert.equal((await c.call("GET", `/my/machines/${id}`)).body.updated, before);
  const seen = await states(c, id, "ready");
  assert.deepEqual(seen, ["running", "stopping", "ready"]);
  await c.sim.world.clock.sleep(20_000);
  const after = (await c.call("GET", `/my/machines/${id}`)).body;
  assert.equal(after.state, "running");
  assert.notEqual(after.updated, before);
});

Deno.test("an action that does not fit the state is 409 InvalidState and does nothing", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }] });
  const id = sim.machines()[0]!.id;
  const answer = await call("POST", `/my/machines/${id}?action=start`);
  assert.equal(answer.status, 409);
  assert.equal(answer.body.code, "InvalidState");
  assert.deepEqual(sim.executions(id), []);
});

Deno.test("a second stop is executed a second time while the state still says running, and that job fails", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }], ...CALM });
  const id = sim.machines()[0]!.id;
  for (let i = 0; i < 2; i++) {
    assert.equal((await call("POST", `/my/machines/${id}?action=stop`)).status, 202);
  }
  assert.deepEqual(sim.executions(id).map((each) => each.action), ["stop", "stop"]);
  await sim.world.clock.sleep(60_000);
  assert.equal(sim.machine(id)!.state, "stopped");
  const audit = (await call("GET", `/my/machines/${id}/audit`)).body;
  assert.deepEqual(audit.slice(0, 2).map((each: { success: string }) => each.success), ["no", "yes"]);
});

Deno.test("a backend that checks states in its jobs accepts what does not fit, and the audit says no", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }], stateChecks: "job", ...CALM });
  const id = sim.machines()[0]!.id;
  assert.equal((await call("POST", `/my/machines/${id}?action=start`)).status, 202);
  await sim.world.clock.sleep(60_000);
  const [last] = (await call("GET", `/my/machines/${id}/audit`)).body;
  assert.deepEqual([last.action, last.success], ["start", "no"]);
  assert.equal(sim.machine(id)!.state, "running");
});

Deno.test("delete answers 204, then 410 with the machine, and after the purge 404", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }], purgeAfter: 600_000 });
  const id = sim.machines()[0]!.id;
  const answer = await call("DELETE", `/my/machines/${id}`);
  assert.equal(answer.status, 204);
  assert.equal(answer.text, "");
  await sim.world.clock.sleep(200_000);
  const gone = await call("GET", `/my/machines/${id}`);
  assert.equal(gone.status, 410);
  assert.equal(gone.body.state, "deleted");
  assert.equal(gone.body.id, id);
  assert.deepEqual((await call("GET", "/my/machines")).body, []);
  await sim.world.clock.sleep(600_000);
  const purged = await call("GET", `/my/machines/${id}`);
  assert.equal(purged.status, 404);
  assert.deepEqual(purged.body, { code: "ResourceNotFound", message: "VM not found" });
});

Deno.test("deleting again is 204 while the job runs, without a second execution, and 410 afterwards", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }] });
  const id = sim.machines()[0]!.id;
  for (let i = 0; i < 2; i++) assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 204);
  assert.equal(sim.executions(id).length, 1);
  await sim.world.clock.sleep(200_000);
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 410);
  assert.equal((await call("POST", `/my/machines/${id}?action=start`)).status, 410);
  assert.equal(sim.executions(id).length, 1);
});

Deno.test("a protected machine cannot be deleted until the protection is off", async () => {
  const { sim, call } = await client({ machines: [{ name: "a", deletion_protection: true }] });
  const id = sim.machines()[0]!.id;
  const refused = await call("DELETE", `/my/machines/${id}`);
  assert.equal(refused.status, 409);
  assert.deepEqual(refused.body, {
    code: "CannotDestroyMachineError",
    message: 'Instance has "deletion_protection" enabled, preventing deletion',
  });
  assert.equal((await call("POST", `/my/machines/${id}?action=disable_deletion_protection`)).status, 202);
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 409, "not yet");
  await sim.world.clock.sleep(10_000);
  assert.equal((await call("DELETE", `/my/machines/${id}`)).status, 204);
});

Deno.test("rename, resize and the firewall change a field a moment after 202", async () => {
  const { sim, call } = await client({ machines: [{ name: "a", package: "sample-1G" }], ...CALM });
  const id = sim.machines()[0]!.id;
  const path = `/my/machines/${id}`;
  for (
    const [body, field, before, after] of [
      [{ action: "rename", name: "b" }, "name", "a", "b"],
      [{ action: "resize", package: "sample-2G" }, "package", "sample-1G", "sample-2G"],
      [{ action: "enable_firewall" }, "firewall_enabled", false, true],
      [{ action: "disable_firewall" }, "firewall_enabled", true, false],
      [{ action: "enable_deletion_protection" }, "deletion_protection", false, true],
    ] as const
  ) {
    assert.equal((await call("POST", path, { body })).status, 202);
    assert.equal((await call("GET", path)).body[field], before);
    await sim.world.clock.sleep(20_000);
    assert.equal((await call("GET", path)).body[field], after);
  }
  assert.equal((await call("GET", path)).body.memory, 2048);
  const writes = sim.executions(id).length;
  assert.equal((await call("POST", `${path}?action=disable_firewall`)).status, 202);
  assert.equal(sim.executions(id).length, writes, "nothing is queued for what is so already");
});

Deno.test("an action that is missing or unknown is 409 and says so", async () => {
  const { sim, call } = await client({ machines: [{ name: "a" }, { name: "b" }] });
  const id = sim.machines()[0]!.id;
  const path = `/my/machines/${id}`;
  const messages = [];
  for (
    const body of [
      {},
      { action: "explode" },
      { action: "rename" },
      { action: "rename", name: "x".repeat(190) },
      { action: "resize" },
      { action: "resize", package: "nope" },
    ]
  ) {
    const answer = await call("POST", path, { body });
    assert.equal(answer.status, 409);
    messages.push(`${answer.body.code}: ${answer.body.message}`);
  }
  assert.deepEqual(messages, [
    "MissingParameter: action is required",
    "InvalidArgument: explode is not a valid action",
    "MissingParameter: New name must be specified",
    "InvalidArgument: Name cannot be longer than 189 characters.",
    "MissingParameter: package must be specified",
    "InvalidArgument: nope is not a valid package",
  ]);
  const other = sim.machines().find((each) => each.id !== id)!.name;
  const taken = await call("POST", path, { body: { action: "rename", name: other } });
  assert.equal(taken.body.code, "ValidationFailed");
  assert.deepEqual(taken.body.errors, [
    { field: "alias", code: "Duplicate", message: "Already exists for this owner_uuid" },
  ]);
});

Deno.test("credentials are shown on request only", async () => {
  const { sim, call } = await client({ machines: [{ name: "a", credentials: { root: "s3cret" } }] });
  const path = `/my/machines/${sim.machines()[0]!.id}`;
  assert.ok(!(await call("GET", path)).text.includes("s3cret"));
  assert.ok(!(await call("GET", "/my/machines")).text.includes("s3cret"));
  assert.deepEqual((await call("GET", `${path}?credentials=true`)).body.metadata.credentials, {
    root: "s3cret",
  });
  assert.deepEqual((await call("GET", `${path}/metadata?credentials=true`)).body.credentials, {
    root: "s3cret",
  });
});

Deno.test("an id that is no UUID is a 409 of the backend, an unknown one 404", async () => {
  const { call } = await client();
  assert.equal((await call("GET", "/my/machines/nonsense")).body.code, "ValidationFailed");
  assert.equal((await call("GET", "/my/machines/00000000-0000-4000-8000-000000000000")).status, 404);
});

Deno.test("one machine in twenty takes five times as long, the same one in equal worlds", async () => {
  const slow = async () => {
    const { sim } = await client({ machines: 400 });
    return sim.machines().map(({ id }) => id).filter((id) => {
      let dice = 0;
      sim.world.settings.slowness = (_, d) => (dice = d, 1);
      sim.world.workshop.add(sim.account.machines.get(id)!, {
        action: "x",
        caller: { type: "test" },
        changes: [],
      });
      return dice < 0.05;
    });
  };
  const first = await slow();
  assert.ok(first.length > 5 && first.length < 40, `${first.length} of 400`);
  assert.deepEqual(await slow(), first);
});

Deno.test("transitions take 10 to 30 seconds unless a machine is slow", async () => {
  const { sim, call } = await client({ machines: 60, slowness: () => 1, lag: { min: 0, max: 0 } });
  const ids = sim.machines().filter(({ state }) => state === "running").map(({ id }) => id);
  const began = sim.world.clock.now();
  await Promise.all(ids.map((id) => call("POST", `/my/machines/${id}?action=stop`)));
  await sim.world.clock.sleep(9_900);
  assert.ok(sim.machines().every(({ id, state }) => !ids.includes(id) || state === "stopping"));
  await sim.world.clock.sleep(10_100);
  const half = sim.machines().filter(({ id, state }) => ids.includes(id) && state === "stopped").length;
  assert.ok(half > ids.length / 4 && half < ids.length * 3 / 4, `${half} of ${ids.length}`);
  await sim.world.clock.sleep(10_100);
  assert.ok(sim.machines().every(({ state }) => state === "stopped"));
  assert.equal(sim.world.clock.now() - began, 30_100);
});
