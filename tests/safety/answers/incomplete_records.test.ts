/**
 * Records that lack what every record has never cause a TypeError, or a request to an invalid id. A record without a
 * name is named by its id, and one without an id is refused with a sentence.
 */
import assert from "node:assert/strict";
import { type ChainError, MusterError, type Report, TransportError } from "../../../lib/muster.ts";
import { describe, select } from "../../../lib/engine/mod.ts";
import type { ApiRequest, Endpoint } from "../../../lib/engine/resource/endpoint.ts";
import { targetOf } from "../../../lib/http/request_target.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { instances, world as databases } from "../../clouds/openstack/trove/world.ts";

type Rec = Record<string, unknown>;

/** A fetch that changes the records in the answers. */
function changing(fetch: typeof globalThis.fetch, change: (record: Rec, path: string) => unknown) {
  const asked: string[] = [];
  const changed = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    asked.push(`${request.method} ${pathname}`);
    const response = await fetch(request);
    if (request.method !== "GET" || response.status !== 200 || pathname.includes("/v3/")) return response;
    const visit = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(visit);
      if (typeof value !== "object" || value === null) return value;
      const record = value as Rec;
      if (typeof record.id === "string" && ("state" in record || "status" in record || "task" in record)) {
        return change(record, pathname);
      }
      return Object.fromEntries(Object.entries(record).map(([key, one]) => [key, visit(one)]));
    };
    return Response.json(visit(await response.json()), {
      headers: [...response.headers].filter(([key]) => !/length|md5/.test(key)),
    });
  };
  return { fetch: changed as typeof globalThis.fetch, asked };
}

const without = (...keys: string[]) => (record: Rec) =>
  Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
const withNull = (...keys: string[]) => (record: Rec) => ({
  ...record,
  ...Object.fromEntries(keys.map((key) => [key, null])),
});

const sane = (asked: readonly string[]) =>
  assert.deepEqual(asked.filter((one) => /undefined|null|NaN|\/\/|.\/$|object/.test(one)), []);

const LACKING = {
  "without a name": without("name"),
  "with null as its name": withNull("name"),
  "without tags, metadata and addresses": without("tags", "metadata", "ips", "networks", "nics", "dns_names"),
  "with null for tags, metadata and addresses": withNull("tags", "metadata", "ips", "networks", "nics"),
  "with null in its lists": (record: Rec) => ({
    ...record,
    ips: [null, "10.0.0.1"],
    networks: [null],
    nics: [null],
  }),
  "with nothing but an id and a state": ({ id, state }: Rec) => ({ id, state }),
};

for (const [how, change] of Object.entries(LACKING)) {
  Deno.test(`a machine ${how} is listed, planned, shown and acted on like any other`, async () => {
    const { sim, with: open } = await world({ machines: machines(2) });
    const { fetch, asked } = changing(sim.fetch as typeof globalThis.fetch, change);
    const dc = open({ fetch });
    const ids = sim.machines().map(({ id }) => id).sort();
    const all = await dc.machines().all();
    assert.deepEqual(all.map(({ id }) => id).sort(), ids);
    assert.ok(
      all.every(({ tags, metadata, ips }) => tags && metadata && ips.every((ip) => typeof ip === "string")),
    );
    const named = how.includes("name") || how.includes("nothing");
    const plan = await dc.machines().all().stop().plan();
    assert.deepEqual(plan.members.map(({ name }) => name).sort(), named ? ids : ["test-0", "test-1"]);
    for (const shown of [String(plan), Deno.inspect(all), Deno.inspect(plan)]) {
      assert.doesNotMatch(shown, /\[object/);
    }
    assert.ok(named ? String(plan).includes(ids[0]!) : true);
    // A condition on a missing attribute selects nothing, and is an error with a sentence where it cannot be evaluated.
    const none = await dc.machines({ type: "nobody" });
    assert.deepEqual(none, []);
    assert.deepEqual(await dc.machines().where({ name: /nobody/ }), []);
    const actions = [
      dc.machine(ids[0]!).tag({ new: "x" }),
      dc.machine(ids[0]!).metadata({ b: "2" }),
      dc.machine(ids[0]!).untag("new"),
      dc.machine(ids[0]!).enableFirewall(),
      dc.machines().all().protect({ name: /nobody/ }).stop().waitUntil("stopped"),
      dc.machine(ids[0]!).delete().waitUntil("deleted"),
    ];
    for (const action of actions) {
      const report: Report = await action.run().catch((error: ChainError) =>
        error.report ?? assert.fail(error.stack)
      );
      for (const { error } of report.failed) assert.ok(error instanceof MusterError, (error as Error).stack);
      assert.doesNotMatch(String(report), /undefined|\[object/);
    }
    const failure = async (promise: PromiseLike<unknown>) =>
      await Promise.resolve(promise).then(
        () => undefined,
        (error) => assert.ok(error instanceof MusterError, error.stack),
      );
    await failure(dc.machine(ids[1]!).publicIps());
    await failure(dc.machine(ids[1]!).privateIps());
    await failure(dc.machine(ids[1]!).script());
    await failure(dc.machine("no such name").stop());
    await failure(dc.machine(ids[1]!).rename((machine) => `${machine.name}-old`).run());
    sane(asked);
  });
}

const REFUSED: Record<string, (record: Rec) => unknown> = {
  "without an id": without("id"),
  "with null as its id": withNull("id"),
  "with an empty id": (record) => ({ ...record, id: "" }),
  "with a number as its id": (record) => ({ ...record, id: 7 }),
  "without a state": without("state", "status", "task"),
  "that is null": () => null,
  "that is a text": () => "web-04",
};

for (const [how, change] of Object.entries(REFUSED)) {
  Deno.test(`a record ${how} is refused with a sentence, in a list and alone, and nothing is done`, async () => {
    const { sim, with: open } = await world({ machines: machines(3) });
    const victim = sim.machines().find(({ name }) => name === "test-0");
    const some = (record: Rec) => record.id === victim!.id ? change(record) : record;
    const { fetch, asked } = changing(sim.fetch as typeof globalThis.fetch, some);
    const dc = open({ fetch });
    const reads = [
      () => dc.machines({ type: "test" }),
      () => dc.machines({ type: "test" }).count(),
      () => dc.machine(victim!.id),
      () => dc.machine("test-0"),
      () => dc.machines({ type: "test" }).delete(),
      () => dc.machines({ type: "test" }).stop().plan(),
    ];
    for (const read of reads) {
      const error = await Promise.resolve(read()).then(
        (value) => assert.fail(`it gave ${Deno.inspect(value)}`),
        (error) => error,
      );
      assert.ok(error instanceof TransportError, error.stack);
      assert.match(error.message, /^Cannot .* (id|state|null|string|record)/);
    }
    assert.equal(asked.filter((one) => !one.startsWith("GET")).length, 0);
    sane(asked);

    const db = await databases({ instances: instances(2) });
    const one = db.sim.instances()[0]!.id;
    const trove = changing(
      db.sim.fetch as typeof globalThis.fetch,
      (record) => record.id === one ? change(record) : record,
    );
    const service = db.with({ fetch: trove.fetch });
    for (
      const read of [
        () => service.instances(),
        () => service.instance(one),
        () => service.instances().where({ name: /./ }).delete(),
      ]
    ) {
      const error = await Promise.resolve(read()).then(
        (value) => assert.fail(`it gave ${Deno.inspect(value)}`),
        (error) => error,
      );
      assert.ok(error instanceof TransportError, error.stack);
    }
    assert.equal(db.sim.writes.length, 0);
    sane(trove.asked);
  });
}

Deno.test("an instance or a cluster that lacks what is not its id and status is acted on like any other", async () => {
  const made = await databases({ instances: instances(2), clusters: true });
  const size = [{ flavor: "1", volume: 1 }, { flavor: "1", volume: 1 }];
  await made.db.createCluster({ name: "ring", datastore: "cassandra", instances: size }).waitUntil("ready");
  const bare = ({ id, status, task, created, updated }: Rec) => ({ id, status, task, created, updated });
  const { fetch, asked } = changing(made.sim.fetch as typeof globalThis.fetch, bare);
  const db = made.with({ fetch });
  const all = await db.instances();
  const ids = all.map(({ id }) => id);
  const plan = await db.instances().all().restart().plan();
  assert.deepEqual(plan.members.map(({ name }) => name), ids);
  const [id] = ids as [string];
  for (const one of await db.clusters()) assert.deepEqual(one.instances, []);
  const chains = [
    db.instance(id).resizeFlavor("3"),
    db.instance(id).resizeVolume(30),
    db.instance(id).upgrade("8.0.29"),
    db.instance(id).rename("other"),
    db.clusters().all().restart(),
    db.instance(id).delete().waitUntil("gone"),
  ];
  for (const chain of chains) {
    const report: Report = await chain.run().catch((error: ChainError) =>
      error.report ?? assert.fail(error.stack)
    );
    for (const { error } of report.failed) assert.ok(error instanceof MusterError, (error as Error).stack);
    assert.doesNotMatch(String(report), /undefined|\[object/);
  }
  sane(asked);
});

Deno.test("a server that answers with another machine than was asked for is not believed", async () => {
  const { sim, with: open } = await world({ machines: machines(2) });
  const [one, other] = sim.machines().map(({ id }) => id) as [string, string];
  const fetch = (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    return sim.fetch(
      request.method === "GET" ? request.url.replace(one, other) : request,
      request.method === "GET" ? { headers: request.headers } : undefined,
    );
  };
  const dc = open({ fetch: fetch as typeof globalThis.fetch });
  await assert.rejects(
    async () => await dc.machine(one).delete(),
    (error) => error instanceof TransportError || error instanceof MusterError,
  );
  assert.equal(sim.machines().filter(({ state }) => state === "running").length, 2);
});

Deno.test("records of somebody's own description go the same way", async () => {
  const thing = describe({
    kind: "thing",
    states: ["on", "off", "gone"],
    drift: {},
    state: (record: { id: string; state: string }) => record.state,
    id: (record) => record.id,
    name: (record) => (record as { name?: string }).name as string,
    tags: (record) => (record as unknown as { tags: Record<string, unknown> }).tags,
    gone: { state: "gone", statuses: [404] },
    list: {
      pageSize: 10,
      async *pages(endpoint: Endpoint) {
        yield (await endpoint.send({ method: "GET", path: "/things" })).body as {
          id: string;
          state: string;
        }[];
      },
    },
    get: (id) => ({ method: "GET", path: `/things/${id}` }),
    read: (body) => body as { id: string; state: string },
    actions: {
      off: {
        from: ["on"],
        enters: "off",
        request: ({ id }) => ({ method: "POST", path: `/things/${id}/off` }),
      },
    },
  });
  let listed: unknown = [];
  const asked: string[] = [];
  const endpoint: Endpoint = {
    key: "things",
    name: "here",
    clock: new VirtualClock(),
    concurrency: 1,
    rate: () => ({ perSecond: undefined, source: "unknown" }),
    send({ method, path }: ApiRequest) {
      asked.push(`${method} ${path}`);
      return Promise.resolve({ status: 200, headers: new Headers(), body: listed });
    },
  };
  const things = () =>
    select(thing, {
      endpoint: () => Promise.resolve(endpoint),
      handle: "here",
      source: { kind: "list" },
      tags: {},
    });
  listed = [{ id: "a", state: "on" }];
  const report = await things().all().off();
  assert.deepEqual(report.succeeded.map(({ name }) => name), ["a"]);
  for (
    const wrong of [
      [{ state: "on" }],
      [{ id: "", state: "on" }],
      [{ id: "a" }],
      [null],
      ["a"],
      null,
      {},
      "text",
      [[{ id: "a" }]],
    ]
  ) {
    listed = wrong;
    const error = await things().all().off().run().then(
      () => assert.fail(JSON.stringify(wrong)),
      (error) => error,
    );
    assert.ok(error instanceof TransportError, `${JSON.stringify(wrong)}: ${error.stack}`);
    assert.match(error.message, /^Cannot list the things: the server gave /);
  }
  assert.deepEqual(asked.filter((one) => one.startsWith("POST")), ["POST /things/a/off"]);
});

Deno.test("no request is ever sent to an id that is none", () => {
  for (
    const path of [
      "/machines/undefined",
      "/machines/null",
      "/machines/NaN/tags",
      "/mgmt/instances/undefined/root",
      "/machines/",
      "/machines//tags",
    ]
  ) {
    assert.throws(() => targetOf("https://cloud.example/my", { method: "DELETE", path }), MusterError);
  }
  // A tag may be called so.
  targetOf("https://cloud.example/my", { method: "DELETE", path: "/machines/1/tags/undefined" });
});
