import assert from "node:assert/strict";
import { api, describe, offsetPages } from "../../../lib/api/mod.ts";

interface Job {
  id: string;
  phase: string;
}

const job = describe({
  kind: "job",
  path: "/jobs",
  list: offsetPages({ limit: 50 }),
  state: (job: Job) => job.phase,
  states: ["working", "paused", "gone"],
  drift: { working: ["paused"] },
  actions: { pause: { from: ["working"], enters: "working", always: true, happened: () => true } },
});

Deno.test("when a poll has shown all that is waited for, no further page is asked for", async () => {
  const jobs: Job[] = ["a", "b", "c"].map((id) => ({ id, phase: "working" }));
  /** What was asked for after a page had shown that all are paused: a server that is gone then holds the process. */
  const late: string[] = [];
  let shown = false;
  const farm = api("farm", {
    url: "https://farm.example.com",
    fetch: (input, init) => {
      const request = new Request(input, init);
      const { pathname, search, searchParams } = new URL(request.url);
      if (shown) late.push(search);
      if (request.method === "POST") {
        jobs.find(({ id }) => pathname.includes(`/${id}/`))!.phase = "paused";
        return Promise.resolve(Response.json({}));
      }
      shown ||= jobs.every(({ phase }) => phase === "paused");
      return Promise.resolve(Response.json(searchParams.has("offset") ? [] : jobs));
    },
  });
  const report = await farm.of(job)().all().pause().waitUntil("paused", { every: 10 });
  assert.equal(report.succeeded.length, 3);
  assert.equal(shown, true);
  assert.deepEqual(late, []);
});
