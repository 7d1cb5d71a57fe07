/** How requests are sent to your own API: credentials, idempotency keys of writes, and which answers are believed. */
import assert from "node:assert/strict";
import { api, type ApiOptions, describe } from "../../lib/api/mod.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Job {
  id: string;
  phase: string;
}

const job = describe({
  kind: "job",
  path: "/jobs",
  state: (job: Job) => job.phase,
  states: ["working", "pausing", "paused", "gone"],
  drift: { pausing: ["paused"] },
  create: { enters: "working" },
  actions: {
    pause: { from: ["working"], enters: "pausing" },
    remove: { from: ["paused", "working"], enters: "gone" },
  },
});

const json = (body: unknown, status = 200) => Response.json(body, { status });

/** A farm with one job, whose server gives the answer of `answer`. */
function farm(answer: (request: Request) => Response | Promise<Response>, options: Partial<ApiOptions> = {}) {
  const clock = new VirtualClock();
  const arrived: Request[] = [];
  const fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    arrived.push(request.clone());
    await Promise.resolve();
    return await answer(request);
  }) as typeof globalThis.fetch;
  const handle = api("farm", { url: "https://farm.example.com/v1", fetch, clock, ...options });
  const writes = () => arrived.filter(({ method }) => method !== "GET");
  return { handle, jobs: handle.of(job), arrived, writes, clock };
}

const working = { id: "j1", phase: "working" };
const isList = (request: Request) => request.method === "GET" && request.url.endsWith("/jobs");

Deno.test("a 401 renews the credentials once for all requests, and each is sent once more", async () => {
  let token = 1, renewed = 0;
  const { jobs, arrived } = farm(
    (request) =>
      request.headers.get("authorization") === "Bearer token-2"
        ? json(isList(request) ? [working] : working)
        : json({ message: "stale" }, 401),
    {
      async authorize(request) {
        if (request.refused) {
          renewed++;
          await Promise.resolve();
          token = 2;
        }
        request.headers.set("authorization", `Bearer token-${token}`);
      },
    },
  );
  const read = await Promise.all([jobs.one("j1"), jobs.one("j1"), jobs.one("j1")]);
  assert.equal(read.length, 3);
  assert.equal(renewed, 1);
  assert.equal(arrived.length, 6);
});

Deno.test("credentials that stay the same are not sent again after a 401", async () => {
  const { handle, arrived } = farm(() => json({ message: "who are you?" }, 401), {
    authorize: (request) => request.headers.set("authorization", "Bearer secret-token-1"),
  });
  const error = await handle.request("GET", "/jobs").catch((error: Error) => error) as Error;
  assert.match(error.message, /who are you/);
  assert.equal(arrived.length, 1);
});

Deno.test("what authorize sets is in no message", async () => {
  const { handle } = farm(
    (request) => json({ message: `bad ${request.headers.get("authorization")}` }, 403),
    {
      authorize: (request) => request.headers.set("authorization", "Bearer hush-hush-1234"),
    },
  );
  const error = await handle.request("GET", "/jobs").catch((error: Error) => error) as Error;
  assert.match(error.message, /bad /);
  assert.ok(!error.message.includes("hush-hush-1234"), error.message);
});

Deno.test("a signature of each request does not pile up, and what is no secret can be read", async () => {
  const known = () =>
    ((globalThis as Record<symbol, unknown>)[Symbol.for("muster.secrets.1")] as Set<string>).size;
  let n = 0;
  const { handle } = farm(() => json({ message: "the version 2026-11-29 is not known" }, 406), {
    authorize(request) {
      request.headers.set("authorization", `Signature ${"x".repeat(20)}${n++}`);
      request.headers.set("x-farm-version", "2026-11-29");
    },
  });
  const before = known();
  for (let at = 0; at < 150; at++) await handle.request("GET", "/jobs").catch(() => {});
  assert.ok(known() - before <= 100, `${known() - before} secrets are kept`);
  await assert.rejects(handle.request("GET", "/jobs"), /the version 2026-11-29 is not known/);
});

Deno.test("headers of every request are sent, and one that cannot be is refused", async () => {
  const { handle, arrived } = farm(() => json({}), { headers: { "X-Farm-Version": "7" } });
  await handle.request("GET", "/about");
  assert.equal(arrived[0]!.headers.get("x-farm-version"), "7");
  assert.equal(arrived[0]!.url, "https://farm.example.com/v1/about");
  const wrong = farm(() => json({}), { headers: { "a b": "7" } });
  await assert.rejects(wrong.handle.request("GET", "/about"), /Cannot use the header "a b"/);
  assert.equal(wrong.arrived.length, 0);
});

Deno.test("an address is found once, when the first request is sent", async () => {
  let asked = 0;
  const { handle, arrived } = farm(() => json({}), {
    url: () => (asked++, Promise.resolve("https://other.example.com/")),
  });
  assert.equal(asked, 0);
  await Promise.all([handle.request("GET", "/a"), handle.request("GET", "/b")]);
  assert.deepEqual([asked, arrived[0]!.url], [1, "https://other.example.com/a"]);
  const nowhere = farm(() => json({}), { url: () => "nowhere" });
  await assert.rejects(nowhere.handle.request("GET", "/a"), /its url is not an http or https address/);
});

Deno.test("a write whose answer was lost is not sent again where nothing says that it may be", async () => {
  let lost = 0;
  const { jobs, writes } = farm((request) => {
    if (request.method === "GET") return json(isList(request) ? [working] : working);
    lost++;
    throw new TypeError("connection reset");
  });
  const report = await jobs().all().pause().run({ throwOnError: false });
  assert.equal(writes().length, 1);
  assert.equal(lost, 1);
  assert.equal(report.succeeded.length, 0);
});

Deno.test("with a key of its own a write is repeated with the same key, and another write has another", async () => {
  let calls = 0;
  const { handle, writes } = farm((request) => {
    if (request.method !== "GET" && ++calls === 1) throw new TypeError("connection reset");
    return json({});
  }, { idempotencyKey: "idempotency-key" });
  await handle.request("POST", "/jobs/j1/pause");
  await handle.request("POST", "/jobs/j2/pause");
  const keys = writes().map((request) => request.headers.get("idempotency-key"));
  assert.equal(keys.length, 3);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
  await handle.request("DELETE", "/jobs/j1");
  assert.equal(writes().at(-1)!.headers.get("idempotency-key"), null);
});

for (
  const [what, answer] of [
    [
      "a proxy's page",
      () => new Response("<h1>Not found</h1>", { status: 404, headers: { "content-type": "text/html" } }),
    ],
    ["an empty 404", () => new Response(null, { status: 404 })],
    ["a 403", () => json({ message: "no" }, 403)],
  ] as const
) {
  Deno.test(`${what} does not say that a member is gone`, async () => {
    let removed = false;
    const { jobs } = farm((request) => {
      if (request.method === "DELETE") {
        removed = true;
        return new Response(null, { status: 204 });
      }
      if (isList(request)) return json(removed ? [] : [working]);
      return removed ? answer() : json(working);
    });
    const report = await jobs().all().remove().waitUntil("gone", { timeout: "1m" }).run({
      throwOnError: false,
    });
    assert.equal(report.succeeded.length, 0);
  });
}

Deno.test("one of the same name that was there before is not taken for the one whose making was not answered", async () => {
  const made = { id: "j9", name: "night", phase: "working" };
  const { jobs, writes } = farm((request) => {
    if (request.method === "GET") return json(isList(request) ? [made] : made);
    throw new TypeError("connection reset");
  });
  const report = await jobs.create({ name: "night" }).run({ throwOnError: false });
  assert.equal(report.succeeded.length, 0);
  assert.match(report.failed[0]!.why, /there is one of this name|may exist/i);
  assert.equal(writes().length, 1);
});

Deno.test("new members are made with the specification, by their names", async () => {
  const bodies: unknown[] = [];
  const { jobs } = farm(async (request) => {
    if (request.method === "GET") return json([]);
    const body = await request.json();
    bodies.push(body);
    return json({ id: body.name, name: body.name, phase: "working" }, 201);
  });
  const report = await jobs.create({ name: "night-{n}", count: 2, pool: "blue" });
  assert.equal(report.succeeded.length, 2);
  assert.deepEqual(bodies, [{ pool: "blue", name: "night-1" }, { pool: "blue", name: "night-2" }]);
  assert.throws(
    () => jobs.create({ name: "night", count: 2 }),
    /would have the same name\. Put \{n\} into it/,
  );
  assert.throws(() => jobs.create({ name: "" }), /its name is empty/);
});
