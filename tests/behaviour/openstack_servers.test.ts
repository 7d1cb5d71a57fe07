/**
 * `examples/openstack_servers.ts` against a stand-in for Nova, so that it is also tested where there is no real one.
 */
import assert from "node:assert/strict";
import { compute, takeAdminPassword } from "../../examples/openstack_servers.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

const ID = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Servers whose hypervisor takes two seconds for each action. */
function standIn(names: readonly string[], { stubbornFor = 2000, status = "ACTIVE" } = {}, most = "2.79") {
  const actions: Record<string, { action: string; start_time: string; message: string | null }[]> = {};
  const clock = new VirtualClock();
  const writes: string[] = [];
  const made: Record<string, Record<string, unknown>> = {};
  const time = () => new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace(".000", "");
  const add = (name: string, status = "ACTIVE") => {
    const id = ID(Object.keys(made).length + 1);
    const flavor = { original_name: "m1", vcpus: 1, ram: 512, disk: 1 };
    made[id] = {
      ...{
        id,
        name,
        status,
        "OS-EXT-STS:task_state": null,
        flavor,
        image: "",
        addresses: {},
        metadata: {},
        tags: [],
      },
      ...{ locked: name.includes("locked"), created: time(), updated: time() },
    };
    return id;
  };
  for (const name of names) add(name, status);
  const json = (body: unknown, status = 200) =>
    Promise.resolve(Response.json(body, { status, headers: { date: new Date(clock.now()).toUTCString() } }));
  const nothing = (status: number) => Promise.resolve(new Response(null, { status }));
  const refuse = (status: number, code: string, message: string) =>
    json({ [code]: { code: status, message } }, status);
  const later = (id: string, task: string, status: string | undefined, ms = 2000) => {
    const server = made[id]!;
    Object.assign(server, { "OS-EXT-STS:task_state": task, updated: time() });
    clock.sleep(ms).then(() => {
      if (status === "DELETED") return void delete made[id];
      Object.assign(server, {
        status: status ?? server.status,
        "OS-EXT-STS:task_state": null,
        updated: time(),
      });
    });
  };
  const fetch = ((input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname, searchParams } = new URL(request.url);
    const [, , of, id, what] = pathname.split("/");
    const { method } = request;
    if (method === "GET" && of === undefined) return json({ version: { min_version: "2.1", version: most } });
    if (request.headers.get("openstack-api-version") !== `compute ${most}`) {
      return refuse(406, "computeFault", "version");
    }
    if (request.headers.get("x-auth-token") !== "secret-token") {
      return refuse(401, "unauthorized", "no token");
    }
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : {};
    if (method !== "GET") writes.push(`${method} ${id ?? ""} ${Object.keys(body)[0] ?? ""}`.trim());
    if (of === "flavors") {
      // One on each page.
      const all = ["m1.tiny", "m1.small", "m1.medium"].map((name, index) => ({ id: `${index + 1}`, name }));
      const from = all.findIndex(({ id }) => id === searchParams.get("marker")) + 1;
      return json({ flavors: all.slice(from, from + 1) });
    }
    if (method === "GET" && id === "detail") return json({ servers: Object.values(made) });
    if (method === "POST" && id === undefined) {
      const made = add(body.server.name, "BUILD");
      later(made, "spawning", "ACTIVE");
      return json({ server: { id: made, adminPass: "pw-of-the-new-one" } }, 202);
    }
    const server = made[id!];
    if (!server) return refuse(404, "itemNotFound", "it could not be found");
    if (what === "os-instance-actions") return json({ instanceActions: actions[id!] ?? [] });
    if (method === "GET") return json({ server });
    if (server["OS-EXT-STS:task_state"] !== null) {
      return refuse(409, "conflictingRequest", "a task is under way");
    }
    if (method === "DELETE") {
      // A resize that waits to be confirmed is confirmed first, and so it is ACTIVE for a moment.
      if (server.status === "VERIFY_RESIZE") {
        server.status = "ACTIVE";
        clock.sleep(8000).then(() => later(id!, "deleting", "DELETED"));
      } else later(id!, "deleting", "DELETED");
      return nothing(204);
    }
    if ("os-stop" in body) {
      // Its hypervisor may refuse: then it is ACTIVE again, without a fault.
      const stubborn = String(server.name).includes("stubborn");
      const entry = { action: "stop", start_time: time(), message: null as string | null };
      (actions[id!] ??= []).push(entry);
      later(id!, "powering-off", stubborn ? undefined : "SHUTOFF", stubborn ? stubbornFor : 2000);
      if (stubborn) clock.sleep(stubbornFor).then(() => entry.message = "Error");
    }
    if ("confirmResize" in body) later(id!, "", "ACTIVE");
    return nothing(202);
  }) as typeof globalThis.fetch;
  const servers = compute({ token: "secret-token", endpoint: "https://nova.example.com/v2.1", fetch, clock });
  return { servers, writes, made };
}

Deno.test("a third API's servers are stopped, waited for and deleted by one line", async () => {
  const { servers, writes, made } = standIn(["a", "b", "keep"]);
  const report = await servers().where({ name: ["a", "b"] }).stop().waitUntil("SHUTOFF").delete()
    .waitUntil("DELETED").run({ view: false });
  assert.equal(report.succeeded.length, 2);
  assert.equal(writes.length, 4);
  assert.deepEqual(Object.values(made).map(({ name }) => name), ["keep"]);
});

Deno.test("a stop that the hypervisor refused is a failure at once, and no success", async () => {
  const { servers } = standIn(["stubborn"]);
  const report = await servers.one("stubborn").stop().waitUntil("SHUTOFF").run({
    view: false,
    throwOnError: false,
  });
  assert.equal(report.failed.length, 1);
  assert.match(report.failed[0]!.why, /a server that is ACTIVE does not become SHUTOFF by itself/);
  assert.ok(report.duration < 60_000, `${report.duration} ms`);
});

Deno.test("a stop that was refused between two looks is a failure within seconds, by Nova's record of actions", async () => {
  const { servers, writes } = standIn(["stubborn"], { stubbornFor: 10 });
  const report = await servers.one("stubborn").stop().waitUntil("SHUTOFF").run({
    view: false,
    throwOnError: false,
  });
  assert.match(report.failed[0]!.why, /the server's audit says that it failed/);
  assert.ok(report.duration < 20_000, `${report.duration} ms`);
  assert.equal(writes.length, 1);
});

Deno.test("a resize that somebody else waits to confirm is neither taken for this chain's nor confirmed", async () => {
  const { servers, writes } = standIn(["theirs"], { status: "VERIFY_RESIZE" });
  const report = await servers.one("theirs").resize("m1.medium").waitUntil("VERIFY_RESIZE").confirmResize()
    .run({ view: false, throwOnError: false });
  assert.equal(report.succeeded.length, 0);
  assert.deepEqual(writes, []);
});

Deno.test("a flavor is found on the third page, and one that there is not names all that there are", async () => {
  const { servers, writes } = standIn(["a"]);
  await servers.one("a").resize("m1.medium").run({ view: false });
  assert.equal(writes.length, 1);
  await assert.rejects(
    async () => await servers.one("a").resize("m1.huge").run({ view: false }),
    /Cannot resize to m1\.huge: there is no such flavor\. There are m1\.medium, m1\.small, m1\.tiny\./,
  );
});

Deno.test("a server whose resize is not confirmed is deleted, though it is ACTIVE on the way", async () => {
  const { servers, made } = standIn(["a"], { status: "VERIFY_RESIZE" });
  const report = await servers.one("a").delete().waitUntil("DELETED").run({ view: false });
  assert.deepEqual([report.succeeded.length, Object.keys(made).length], [1, 0]);
});

Deno.test("a locked server is not begun, and the plan says what to do", async () => {
  const { servers, writes } = standIn(["locked-1"]);
  const plan = await servers.one("locked-1").stop().plan();
  assert.match(String(plan), /it is locked\. Call unlock\(\) first/);
  assert.deepEqual(writes, []);
});

Deno.test("a server whose creation is answered with its id only is read, and its password is shown nowhere", async () => {
  const { servers } = standIn([]);
  const report = await servers.create({ name: "new-{n}", count: 2, flavorRef: "1" }).waitUntil("ACTIVE")
    .run({ view: false });
  assert.deepEqual(report.succeeded.map(({ state }) => state), ["ACTIVE", "ACTIVE"]);
  assert.doesNotMatch(JSON.stringify(report) + String(report), /pw-of-the-new-one/);
  // Who made it gets it, once.
  const [{ id } = { id: "" }] = report.succeeded;
  assert.deepEqual([takeAdminPassword(id), takeAdminPassword(id)], ["pw-of-the-new-one", undefined]);
});

Deno.test("a Nova that is too old for the description is told with both sides' versions", async () => {
  const { servers, writes } = standIn(["a"], undefined, "2.60");
  await assert.rejects(
    servers().all().stop().run({ view: false }),
    /Cannot use api\("nova"\): the server speaks the versions 2\.1 to 2\.60, and this needs a version from 2\.79 to 2\.93/,
  );
  assert.deepEqual(writes, []);
});

Deno.test("passwords that are given to actions stand in no plan and no report", async () => {
  const { servers } = standIn(["a"]);
  const chain = servers.one("a").changePassword("correct horse battery");
  assert.doesNotMatch(String(chain) + String(await chain.plan()), /correct horse/);
  const report = await chain.run({ view: false, throwOnError: false });
  assert.doesNotMatch(JSON.stringify(report), /correct horse/);
});

Deno.test("mistakes in a chain of a third API do not compile", () => {
  const { servers } = standIn([]);
  // @ts-expect-error a server that is stopping cannot be started: wait until it is SHUTOFF first
  const tooSoon = () => servers({ name: "a" }).stop().start();
  assert.equal(typeof tooSoon, "function");
});

Deno.test("the description of a third API imports nothing but what users can", async () => {
  const text = await Deno.readTextFile(new URL("../../examples/openstack_servers.ts", import.meta.url));
  const from = [...text.matchAll(/^import [^;]*from "([^"]+)"|^\} from "([^"]+)"/gm)].map(([, one, other]) =>
    one ?? other
  );
  assert.deepEqual([...new Set(from)].toSorted(), ["../api.ts", "../mod.ts"]);
});
