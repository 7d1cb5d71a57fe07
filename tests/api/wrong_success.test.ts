/** Three things that a description must be able to say, each a success that did not happen when it cannot. */
import assert from "node:assert/strict";
import { checkDescription } from "../../lib/api/check_description.ts";
import { api, describe } from "../../lib/api/mod.ts";
import { strangeParts } from "../../lib/api/known_parts.ts";
import { backup } from "../../lib/clouds/openstack/trove/backups/backup.ts";
import { cluster } from "../../lib/clouds/openstack/trove/clusters/cluster.ts";
import { instance } from "../../lib/clouds/openstack/trove/instances/instance.ts";
import { image } from "../../lib/clouds/cloudapi/catalogue/image.ts";
import { machine } from "../../lib/clouds/cloudapi/machines/machine.ts";
import { reachable, waysOfSuccess } from "../../lib/engine/resource/graph.ts";
import type { AnyResource } from "../../lib/engine/mod.ts";
import { judgeWait } from "../../lib/engine/wait/judge_wait.ts";
import { tookEffect } from "../../lib/engine/wait/evidence.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Server {
  id: string;
  status: string;
  size: string;
}

const server = describe({
  kind: "server",
  path: "/servers",
  state: (server: Server) => server.status,
  states: ["ACTIVE", "STOPPING", "SHUTOFF", "RESIZE", "VERIFY_RESIZE", "ERROR", "DELETED"],
  failures: ["ERROR"],
  drift: {
    STOPPING: ["SHUTOFF", "ERROR"],
    RESIZE: ["VERIFY_RESIZE", "ERROR"],
    VERIFY_RESIZE: ["ACTIVE"],
  },
  actions: {
    stop: { from: ["ACTIVE"], enters: "STOPPING" },
    resize: { from: ["ACTIVE"], enters: "RESIZE" },
    delete: { from: ["ACTIVE", "SHUTOFF", "ERROR"], enters: "DELETED" },
  },
});

/** A cloud with one server, which gives these answers. */
function cloud(
  status: string,
  answer: (request: { method: string; path: string }, server: Server, now: number) => Response | undefined,
) {
  const clock = new VirtualClock();
  const one: Server = { id: "s1", status, size: "small" };
  const asked: string[] = [];
  const fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    asked.push(`${request.method} ${path}`);
    await Promise.resolve();
    const own = answer({ method: request.method, path }, one, clock.now());
    return own ??
      Response.json(path === "/servers" ? [one] : one, { status: request.method === "GET" ? 200 : 202 });
  }) as typeof globalThis.fetch;
  const handle = api("cloud", { url: "https://cloud.example.com", fetch, clock });
  return { handle, servers: handle.of(server), asked, one };
}

Deno.test("a server in ERROR is not already stopped", async () => {
  const { servers, asked } = cloud("ERROR", () => undefined);
  const plan = await servers().all().stop().plan();
  assert.equal(plan.members[0]!.predictions[0]!.verdict, "refuse");
  const report = await servers().all().stop().run({ throwOnError: false });
  assert.deepEqual([report.skipped.length, report.succeeded.length], [0, 0]);
  assert.ok(!asked.some((one) => one.startsWith("POST")));
});

Deno.test("a stop whose answer was lost is not taken for done because the server is in ERROR now", async () => {
  const { servers, asked } = cloud("ACTIVE", ({ method }, one) => {
    if (method !== "POST") return undefined;
    one.status = "ERROR";
    throw new TypeError("connection reset");
  });
  const report = await servers().all().stop().run({ throwOnError: false });
  assert.equal(report.succeeded.length, 0);
  assert.equal(asked.filter((one) => one.startsWith("POST")).length, 1);
});

Deno.test("a resize that came back to where it began has not passed through VERIFY_RESIZE", async () => {
  const { servers } = cloud("ACTIVE", ({ method, path }, one, now) => {
    if (method === "POST") {
      one.status = "RESIZE";
      back = now + 3000;
      return undefined;
    }
    if (path.startsWith("/servers") && now > back) one.status = "ACTIVE";
    return undefined;
  });
  let back = Infinity;
  const report = await servers().all().resize().waitUntil("VERIFY_RESIZE", { every: "1s" }).run({
    throwOnError: false,
  });
  assert.equal(report.succeeded.length, 0);
  assert.match(
    report.failed[0]!.why,
    /it is ACTIVE again, and nothing shows that it was VERIFY_RESIZE in between/,
  );
});

Deno.test("a server that is shown as DELETED is gone only when the API answers 404", async () => {
  let gone = false, at = 0;
  const { servers, asked } = cloud("ACTIVE", ({ method, path }, one, now) => {
    if (method === "DELETE") {
      one.status = "DELETED";
      at = now + 20_000;
      return new Response(null, { status: 204 });
    }
    if (path === "/servers" || now < at || at === 0) return undefined; // a list shows it for ever
    gone = true;
    return Response.json({ code: "NotFound" }, { status: 404 });
  });
  const report = await servers().all().delete().waitUntil("DELETED", { timeout: "5m" }).run({
    throwOnError: false,
  });
  assert.deepEqual([gone, report.succeeded.length], [true, 1]);
  assert.ok(asked.filter((one) => one === "GET /servers/s1").length > 1);
});

Deno.test("a server that is shown as DELETED and stays there is not said to be gone", async () => {
  const { servers } = cloud("ACTIVE", ({ method }, one) => {
    if (method === "DELETE") one.status = "DELETED";
    return undefined;
  });
  const report = await servers().all().delete().waitUntil("DELETED", { timeout: "1m" }).run({
    throwOnError: false,
  });
  assert.equal(report.succeeded.length, 0);
});

const sized = describe({
  kind: "server",
  path: "/servers",
  state: (server: Server) => server.status,
  states: ["ACTIVE", "RESIZE", "VERIFY_RESIZE", "DELETED"],
  drift: { RESIZE: ["VERIFY_RESIZE"] },
  gone: { state: "DELETED", statuses: [404] },
  actions: {
    resize: {
      from: ["ACTIVE"],
      enters: "RESIZE",
      request: ({ id }: { id: string }, size: string) => ({
        method: "POST" as const,
        path: `/servers/${id}/resize`,
        body: { size },
      }),
    },
    confirm: { from: ["VERIFY_RESIZE"], enters: "ACTIVE" },
  },
});

for (const state of ["RESIZE", "VERIFY_RESIZE"]) {
  Deno.test(`somebody else's resize, ${state}, is not taken for the resize of this chain, and not confirmed`, async () => {
    const { asked, handle } = cloud(state, () => undefined);
    const chain = handle.of(sized)().all().resize("large").waitUntil("VERIFY_RESIZE").confirm();
    const plan = await chain.plan();
    assert.equal(plan.members[0]!.predictions.at(-1)!.verdict, "refuse");
    const report = await chain.run({ throwOnError: false });
    assert.deepEqual([report.succeeded.length, report.skipped.length], [0, 0]);
    assert.match(report.failed[0]!.why, new RegExp(`it is ${state}, and resize needs ACTIVE`));
    assert.deepEqual(asked.filter((one) => !one.startsWith("GET")), []);
  });
}

Deno.test("a resize whose answer was lost is not taken for done because of somebody else's", async () => {
  const { asked, handle } = cloud("ACTIVE", ({ method }, one) => {
    if (method === "GET") return undefined;
    one.status = "VERIFY_RESIZE";
    throw new TypeError("connection reset");
  });
  const report = await handle.of(sized)().all().resize("large").waitUntil("VERIFY_RESIZE").confirm()
    .run({ throwOnError: false });
  assert.equal(report.succeeded.length, 0);
  assert.deepEqual(asked.filter((one) => !one.startsWith("GET")), ["POST /servers/s1/resize"]);
});

const CLOUDS: readonly AnyResource[] = [machine, image(), instance(), backup(), cluster()];

Deno.test("what describe() checks holds of our own descriptions, which it does not check at each start", () => {
  for (const resource of CLOUDS) checkDescription(resource, strangeParts(resource));
});

Deno.test("in no description of ours an action leads into failure, and what is a failure by its name is said to be one", () => {
  for (const resource of CLOUDS) {
    const failed = resource.states.filter((state) => /fail|error/i.test(state));
    assert.deepEqual([...resource.failures ?? []].sort(), [...failed].sort(), resource.kind);
    for (const [name, { enters }] of Object.entries(resource.actions)) {
      // What an operator does to a stuck instance leads there on purpose.
      if (enters === undefined || failed.includes(enters)) continue;
      const ways = reachable(waysOfSuccess(resource), enters);
      assert.deepEqual(failed.filter((state) => ways.has(state)), [], `${resource.kind}.${name}()`);
    }
  }
});

Deno.test("no lost action of ours is taken for done by a state of failure", () => {
  for (const resource of CLOUDS) {
    for (const [name, action] of Object.entries(resource.actions)) {
      if (action.enters === undefined || action.happened || action.done) continue;
      for (const state of resource.failures ?? []) {
        const before = action.from.find((one) => one !== state && !resource.opaque?.includes(one));
        if (before === undefined || action.via?.includes(state)) continue;
        const last = { name, args: [], before: { state: before, mark: "m" }, seen: false, lost: true };
        const record = recordIn(resource, state);
        assert.equal(
          tookEffect(resource, last, { state, record, at: 0 }),
          false,
          `${resource.kind}.${name}() ${state}`,
        );
      }
    }
  }
});

Deno.test("what is shown as deleted is gone for our clouds only where the API means it", () => {
  for (const resource of CLOUDS) {
    const { state } = resource.gone;
    const look = { state, record: recordIn(resource, state), at: 0 };
    const { standing } = judgeWait(resource, { until: true, targets: [state] }, look, state, undefined, true);
    // CloudAPI's own changefeed says so of a machine that is destroyed.
    assert.equal(standing, resource === machine ? "reached" : "pending", resource.kind);
  }
});

Deno.test("no action of ours that came back to where it began counts as having passed through anything", () => {
  for (const resource of CLOUDS) {
    for (const [name, action] of Object.entries(resource.actions)) {
      if (action.enters === undefined || action.done || action.happened) continue;
      const ways = reachable(resource.drift, action.enters);
      for (const before of action.from) {
        for (const target of ways) {
          if (target === action.enters || target === before || target === resource.gone.state) continue;
          const last = { name, args: [], before: { state: before, mark: "m" }, seen: true };
          const look = { state: before, record: recordIn(resource, before), at: 0 };
          const wait = { until: true, targets: [target] };
          const { standing } = judgeWait(resource, wait, look, action.enters, last, true);
          assert.notEqual(
            standing,
            "reached",
            `${resource.kind}.${name}().waitUntil(${target}) back in ${before}`,
          );
        }
      }
    }
  }
});

/** A record of a state, with as little else as its description can do with. */
function recordIn(resource: AnyResource, state: string): object {
  const record = resource === CLOUDS[4] ? { task: { name: state }, instances: [] } : { status: state, state };
  return { id: "x", name: "x", updated: "m", ...record };
}
