import assert from "node:assert/strict";
import { api, describe, offsetPages } from "../../lib/api/mod.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Job {
  id: string;
  name: string;
  phase: string;
  pool: string;
}

/** A small API of nobody's: jobs that take a moment to pause. */
function farmServer() {
  const sent: string[] = [];
  const jobs = new Map<string, Job>();
  for (let n = 0; n < 120; n++) {
    jobs.set(`j${n}`, { id: `j${n}`, name: `job-${n}`, phase: "working", pool: n < 3 ? "blue" : "red" });
  }
  const json = (body: unknown, status = 200) => Response.json(body, { status });
  const fetch = (async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (request.headers.get("authorization") !== "Bearer secret-1") return json({ error: "no token" }, 401);
    const [, , id, action] = url.pathname.split("/");
    if (request.method !== "GET") sent.push(`${request.method} ${url.pathname}`);
    await Promise.resolve();
    if (id === undefined) {
      const [offset, limit] = [
        Number(url.searchParams.get("offset") ?? 0),
        Number(url.searchParams.get("limit")),
      ];
      return json([...jobs.values()].slice(offset, offset + limit));
    }
    const job = jobs.get(id);
    if (!job) return json({ code: "NotFound", message: `no job ${id}` }, 404);
    if (request.method === "DELETE") {
      jobs.delete(id);
      return new Response(null, { status: 204 });
    }
    if (action === "pause") {
      job.phase = "paused";
      return json(job, 202);
    }
    return json(job);
  }) as typeof globalThis.fetch;
  return { fetch, sent, jobs };
}

const job = describe({
  kind: "job",
  path: "/jobs",
  list: offsetPages({ limit: 50 }),
  state: (job: Job) => job.phase,
  states: ["working", "pausing", "paused", "gone"],
  drift: { pausing: ["paused"] },
  actions: {
    pause: { from: ["working"], enters: "pausing" },
    remove: { from: ["paused"], enters: "gone", destructive: true },
  },
});

function farm() {
  const server = farmServer();
  const clock = new VirtualClock();
  const handle = api("farm", {
    url: "https://farm.example.com",
    authorize: (request) => request.headers.set("authorization", "Bearer secret-1"),
    fetch: server.fetch,
    clock,
  });
  return { server, handle, jobs: handle.of(job) };
}

Deno.test("an API of one's own is stopped, waited for and deleted by one line, and nobody else is touched", async () => {
  const { server, jobs } = farm();
  const report = await jobs({ pool: "blue" }).pause().waitUntil("paused").remove();
  assert.equal(report.succeeded.length, 3);
  assert.deepEqual(
    server.sent.toSorted(),
    ["j0", "j1", "j2"].flatMap((id) => [`DELETE /jobs/${id}`, `POST /jobs/${id}/pause`]).toSorted(),
  );
});

Deno.test("all pages of an API of one's own are read, and one member is found by id or name", async () => {
  const { jobs } = farm();
  assert.equal((await jobs()).length, 120);
  assert.equal((await jobs.one("job-77")).id, "j77");
  assert.equal((await jobs.one("j77")).name, "job-77");
});

Deno.test("a name is found as well where the API refuses it because it is not an id", async () => {
  for (const status of [400, 404, 422]) {
    const server = farmServer();
    const strict = ((input: string | URL | Request, init?: RequestInit) => {
      const { pathname } = new URL(String(input instanceof Request ? input.url : input));
      const id = pathname.split("/")[2];
      return id !== undefined && !/^j\d+$/.test(id)
        ? Promise.resolve(Response.json({ code: "BadId", message: `${id} is not an id` }, { status }))
        : server.fetch(input, init);
    }) as typeof globalThis.fetch;
    const jobs = api("farm", {
      url: "https://farm.example.com",
      authorize: (request) => request.headers.set("authorization", "Bearer secret-1"),
      fetch: strict,
      clock: new VirtualClock(),
    }).of(job);
    assert.equal((await jobs.one("job-77")).id, "j77");
    await assert.rejects(
      async () => await jobs.one("job-777"),
      /none has this id or name: "job-777"/,
    );
  }
});

Deno.test("what the API refuses is said in its own words", async () => {
  const { handle } = farm();
  await assert.rejects(handle.request("GET", "/jobs/none"), /no job none/);
});

Deno.test("mistakes of a chain on an API of one's own are sentences", () => {
  const { jobs } = farm();
  // @ts-expect-error Cannot remove a job that is pausing: wait until it is paused first
  const tooSoon = () => jobs({ pool: "blue" }).pause().remove();
  assert.equal(typeof tooSoon, "function");
  // @ts-expect-error there is no such state
  assert.throws(() => jobs({ pool: "blue" }).waitUntil("pausedd"), /a job does not have this state/);
});

Deno.test("an api without an address, or with an empty name, is refused before anything is sent", () => {
  assert.throws(() => api("", { url: "https://x.example.com" }), /its name is empty/);
  assert.throws(() => api("farm", { url: "farm.example.com" }), /its url is not an http or https address/);
  assert.throws(() => api("farm", { url: "https://u:pw-123@x.example.com" }), (error: Error) => {
    assert.match(error.message, /its url holds a user or a password/);
    return !error.message.includes("pw-123");
  });
  assert.throws(() => api("farm", { url: "https://x.example.com?a=1" }), /does not end before its \?/);
  // @ts-expect-error there is no such option
  const misspelt = () => api("farm", { url: "https://x.example.com", autorize: () => {} });
  assert.throws(misspelt, /it has autorize, which says nothing\. Did you mean authorize\?/);
  const text = { url: "https://x.example.com", authorize: "token" } as unknown as { url: string };
  assert.throws(() => api("farm", text), /authorize is not a function/);
  assert.throws(() => api("farm", { url: "https://x.example.com", timeout: "soon" }), /timeout/);
  // @ts-expect-error the address is missing
  assert.throws(() => api("farm", {}), /it has no url/);
});
