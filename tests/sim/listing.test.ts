import assert from "node:assert/strict";
import { client } from "./signer.ts";

type Named = { id: string; name: string; state: string };
const names = (list: Named[]) => list.map(({ name }) => name).sort();

Deno.test("pages are cut by limit and offset, and the count is that of the page", async () => {
  const { call } = await client({ machines: 25 });
  const ids: string[] = [];
  const counts: string[] = [];
  for (let offset = 0; offset < 30; offset += 10) {
    const page = await call("GET", `/my/machines?limit=10&offset=${offset}`);
    ids.push(...page.body.map((each: Named) => each.id));
    counts.push(page.headers.get("x-resource-count")!);
    assert.equal(page.headers.get("x-query-limit"), "10");
  }
  assert.deepEqual(counts, ["10", "10", "5"]);
  assert.equal(new Set(ids).size, 25);
  assert.deepEqual(ids, ids.toSorted().reverse(), "by id, last first");
  assert.deepEqual((await call("GET", "/my/machines?offset=25")).body, []);
});

Deno.test("pages are cut from what is there now: a deletion between two pages hides a machine", async () => {
  const { sim, call } = await client({ machines: 20 });
  const first = (await call("GET", "/my/machines?limit=10")).body.map((each: Named) => each.id);
  sim.remove(first[0]);
  const second = (await call("GET", "/my/machines?limit=10&offset=10")).body.map((each: Named) => each.id);
  const all = sim.machines().map(({ id }) => id);
  assert.equal(all.filter((id) => !first.includes(id) && !second.includes(id)).length, 1);
});

Deno.test("a limit of 0 or above 1000 is a 409 of the backend", async () => {
  const { call } = await client();
  for (const limit of ["0", "1001", "10000", "x"]) {
    const answer = await call("GET", `/my/machines?limit=${limit}`);
    assert.equal(answer.status, 409, limit);
    assert.equal(answer.body.code, "ValidationFailed");
    assert.equal(answer.body.errors[0].field, "limit");
  }
  assert.equal((await call("GET", "/my/machines?limit=1000")).status, 200);
});

Deno.test("a list has at most 1000 machines, and HEAD cannot count more", async () => {
  const { call } = await client({ machines: 1200 });
  assert.equal((await call("GET", "/my/machines")).body.length, 1000);
  assert.equal((await call("HEAD", "/my/machines")).headers.get("x-resource-count"), "1000");
});

const MIXED = [
  { name: "run", state: "running", tags: { type: "test", n: 1 } },
  { name: "stop", state: "stopped", tags: { type: "test" } },
  { name: "halfway", state: "stopping" },
  { name: "new", state: "provisioning" },
  { name: "lost", state: "offline" },
  { name: "bad", state: "failed", tags: { type: "test" } },
  { name: "gone", state: "deleted" },
];

Deno.test("lists show neither failed nor deleted machines unless asked for tombstones", async () => {
  const { call } = await client({ machines: MIXED });
  assert.deepEqual(names((await call("GET", "/my/machines")).body), [
    "halfway",
    "lost",
    "new",
    "run",
    "stop",
  ]);
  const all = names((await call("GET", "/my/machines?tombstone=true")).body);
  assert.deepEqual(all, ["bad", "gone", "halfway", "lost", "new", "run", "stop"]);
});

Deno.test("state= filters by running, stopped and destroyed, and lies about stopping and provisioning", async () => {
  const { call } = await client({ machines: MIXED });
  const by = async (state: string) => names((await call("GET", `/my/machines?state=${state}`)).body);
  assert.deepEqual(await by("running"), ["run"]);
  assert.deepEqual(await by("stopped"), ["stop"]);
  assert.deepEqual(await by("destroyed"), ["gone"]);
  for (const lie of ["stopping", "provisioning", "active"]) {
    assert.deepEqual(await by(lie), ["halfway", "lost", "new", "run", "stop"], lie);
  }
  for (const state of ["failed", "deleted", "offline", "nonsense"]) {
    const answer = await call("GET", `/my/machines?state=${state}`);
    assert.equal(answer.status, 409);
    assert.deepEqual(answer.body, { code: "InvalidArgument", message: `${state} is not a valid state` });
  }
});

Deno.test("tags filter with tag.KEY=VALUE, and all of them must fit", async () => {
  const { call } = await client({ machines: MIXED });
  const by = async (query: string) => names((await call("GET", `/my/machines?${query}`)).body);
  assert.deepEqual(await by("tag.type=test"), ["run", "stop"]);
  assert.deepEqual(await by("tag.type=test&tag.n=1"), ["run"]);
  assert.deepEqual(await by("tag.type=test&state=stopped"), ["stop"]);
  assert.deepEqual(await by("tag.type=other"), []);
  assert.deepEqual(await by("tag.toString=x"), []);
});

Deno.test("tags=* shows whatever has a tag, overrides every other filter and has no x-query-limit", async () => {
  const { call } = await client({ machines: MIXED });
  const answer = await call("GET", "/my/machines?tags=*&state=stopped&limit=1");
  assert.deepEqual(names(answer.body), ["bad", "run", "stop"]);
  assert.equal(answer.headers.get("x-query-limit"), null);
  assert.equal(answer.headers.get("x-resource-count"), "3");
});

Deno.test("name, image, memory, brand, type and docker filter", async () => {
  const { sim, call } = await client({
    machines: [
      { name: "zone", package: "sample-1G" },
      { name: "lx", image: "ubuntu-22.04", package: "sample-2G" },
      { name: "hvm", image: "debian-12-bhyve" },
      { name: "whale", docker: true, image: "ubuntu-20.04" },
    ],
  });
  const by = async (query: string) => names((await call("GET", `/my/machines?${query}`)).body);
  const image = sim.world.images.find(({ name }) => name === "ubuntu-22.04")!.id;
  assert.deepEqual(await by("name=lx"), ["lx"]);
  assert.deepEqual(await by("name=l"), ["lx"], "whatever begins so");
  assert.deepEqual(await by("name=x"), [], "and not what holds it");
  assert.deepEqual(await by(`image=${image}`), ["lx"]);
  assert.deepEqual(await by("memory=2048"), ["lx"]);
  assert.deepEqual(await by("brand=bhyve"), ["hvm"]);
  assert.deepEqual(await by("type=virtualmachine"), ["hvm"]);
  assert.deepEqual(await by("type=smartmachine"), ["lx", "whale", "zone"]);
  assert.deepEqual(await by("docker=true"), ["whale"]);
  assert.deepEqual(await by("docker=false"), ["hvm", "lx", "zone"]);
  assert.equal((await call("GET", "/my/machines?docker=yes")).status, 409);
  assert.equal((await call("GET", "/my/machines?type=big")).status, 409);
});

Deno.test("an offline machine is listed as offline, and counts neither as running nor as stopped", async () => {
  const { call } = await client({ machines: MIXED });
  const lost = (await call("GET", "/my/machines")).body.find(({ name }: Named) => name === "lost");
  assert.equal(lost.state, "offline");
});
