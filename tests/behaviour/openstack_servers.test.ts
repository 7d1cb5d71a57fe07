/**
 * `examples/openstack_servers.ts` against a stand-in for Nova, so that it is tested where there is no real one.
 */
import assert from "node:assert/strict";
import { compute } from "../../examples/openstack_servers.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

const ID = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Servers whose hypervisor takes two seconds for each thing. */
function standIn(names: readonly string[]) {
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
  for (const name of names) add(name);
  const json = (body: unknown, status = 200) =>
    Promise.resolve(Response.json(body, { status, headers: { date: new Date(clock.now()).toUTCString() } }));
  const nothing = (status: number) => Promise.resolve(new Response(null, { status }));
  const refuse = (status: number, code: string, message: string) =>
    json({ [code]: { code: status, message } }, status);
  const later = (id: string, task: string, status: string | undefined) => {
    const server = made[id]!;
    Object.assign(server, { "OS-EXT-STS:task_state": task, updated: time() });
    clock.sleep(2000).then(() => {
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
    const [, , , id, what] = new URL(request.url).pathname.split("/");
    const { method } = request;
    if (request.headers.get("openstack-api-version") !== "compute 2.79") {
      return refuse(406, "computeFault", "version");
    }
    if (request.headers.get("x-auth-token") !== "secret-token") {
      return refuse(401, "unauthorized", "no token");
    }
    const body = typeof init?.body === "string" ? JSON.parse(init.body) : {};
    if (method !== "GET") writes.push(`${method} ${id ?? ""} ${Object.keys(body)[0] ?? ""}`.trim());
    if (method === "GET" && id === "detail") return json({ servers: Object.values(made) });
    if (method === "POST" && id === undefined) {
      const made = add(body.server.name, "BUILD");
      later(made, "spawning", "ACTIVE");
      return json({ server: { id: made, adminPass: "pw-of-the-new-one" } }, 202);
    }
    const server = made[id!];
    if (!server) return refuse(404, "itemNotFound", "it could not be found");
    if (what === "os-instance-actions") return json({ instanceActions: [] });
    if (method === "GET") return json({ server });
    if (server["OS-EXT-STS:task_state"] !== null) {
      return refuse(409, "conflictingRequest", "a task is under way");
    }
    if (method === "DELETE") {
      later(id!, "deleting", "DELETED");
      return nothing(204);
    }
    if ("os-stop" in body) {
      // Its hypervisor may refuse: then it is ACTIVE again, without a fault.
      later(id!, "powering-off", String(server.name).includes("stubborn") ? undefined : "SHUTOFF");
    }
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
