import assert from "node:assert/strict";
import {
  api,
  cursorPages,
  describe,
  linkPages,
  markerPages,
  offsetPages,
  onePage,
  type PagesMaker,
} from "../../lib/api/mod.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Job {
  id: string;
  phase: string;
  pool: string;
}

const ALL: Job[] = Array.from({ length: 125 }, (_, n) => ({
  id: `j${n}`,
  phase: "working",
  pool: n % 5 === 0 ? "blue" : "red",
}));

/** Lists through pages of one kind, from a server that gives the answers of `answer`. */
function listing(list: PagesMaker<Job>, answer: (query: URLSearchParams) => Response) {
  const asked: string[] = [];
  const fetch = ((input: string | URL | Request) => {
    const { search, searchParams } = new URL(String(input instanceof Request ? input.url : input));
    asked.push(search);
    return Promise.resolve(answer(searchParams));
  }) as typeof globalThis.fetch;
  const job = describe({
    kind: "job",
    path: "/jobs",
    list,
    state: (job: Job) => job.phase,
    states: ["working", "gone"],
    drift: {},
    actions: {},
  });
  const jobs = api("farm", { url: "https://farm.example.com", fetch, clock: new VirtualClock() }).of(job);
  return { jobs, asked };
}

const slice = (query: URLSearchParams, most = Infinity) => {
  const from = Number(query.get("offset") ?? 0);
  return ALL.slice(from, from + Math.min(most, Number(query.get("limit"))));
};

Deno.test("every member is listed by offset, also where the server grants fewer than are asked for", async () => {
  for (const most of [Infinity, 30, 7]) {
    const { jobs } = listing(offsetPages({ limit: 50 }), (query) => Response.json(slice(query, most)));
    assert.equal((await jobs()).length, 125, `pages of ${most}`);
  }
});

Deno.test("a list that fits into one page is asked for once where the server is known to give what it has", async () => {
  const few = (query: URLSearchParams) => Response.json(slice(query).slice(0, 3));
  const known = listing(offsetPages({ limit: 50, honoured: true }), few);
  await known.jobs();
  assert.equal(known.asked.length, 1);
  const unknown = listing(offsetPages({ limit: 50 }), (query) => {
    const from = Number(query.get("offset") ?? 0);
    return Response.json(ALL.slice(0, 3).slice(from));
  });
  assert.equal((await unknown.jobs()).length, 3);
  assert.deepEqual(unknown.asked, ["?limit=50", "?limit=50&offset=1"]);
});

Deno.test("the parameters of pages can have other names, and filters go to the server and are tested here again", async () => {
  const { jobs, asked } = listing(
    offsetPages({
      limit: 50,
      items: "data",
      filters: ["pool"],
      parameters: { limit: "take", offset: "skip" },
    }),
    (query) => {
      const from = Number(query.get("skip") ?? 0);
      return Response.json({ data: ALL.slice(from, from + Number(query.get("take"))) }); // knows no filter
    },
  );
  assert.equal((await jobs({ pool: "blue" })).length, 25);
  assert.equal(asked[0], "?pool=blue&take=50");
  assert.equal((await jobs({ pool: /^bl/ })).length, 25);
  assert.ok(!asked.at(-1)!.includes("pool"));
});

Deno.test("pages are followed by marker, by cursor and by link, to the end", async () => {
  const page = (from: number) => ({
    part: ALL.slice(from, from + 50),
    next: from + 50 < 125 ? from + 50 : undefined,
  });
  const byMarker = listing(markerPages({ items: "jobs" }), (query) => {
    const { part, next } = page(Number(query.get("marker") ?? 0));
    const link = { rel: "next", href: `https://elsewhere.example.com/jobs?marker=${next}` };
    return Response.json({ jobs: part, ...next ? { jobs_links: [link] } : {} });
  });
  assert.equal((await byMarker.jobs()).length, 125);
  const byCursor = listing(
    cursorPages({ items: "jobs", next: (body) => (body as { next?: string }).next }),
    (query) => {
      const { part, next } = page(Number(query.get("cursor") ?? 0));
      return Response.json({ jobs: part, next: next === undefined ? null : String(next) });
    },
  );
  assert.equal((await byCursor.jobs()).length, 125);
  const byLink = listing(linkPages({ filters: ["pool"] }), (query) => {
    const { part, next } = page(Number(query.get("from") ?? 0));
    const link =
      `<https://elsewhere.example.com/?from=0>; rel="first", <https://elsewhere.example.com/?from=${next}&tag=a&tag=b>; rel="next"`;
    return Response.json(part, next ? { headers: { link } } : {});
  });
  assert.equal((await byLink.jobs()).length, 125);
  assert.deepEqual(byLink.asked, ["", "?from=50&tag=a&tag=b", "?from=100&tag=a&tag=b"]);
  const whole = listing(onePage(), () => Response.json(ALL));
  assert.equal((await whole.jobs()).length, 125);
});

Deno.test("pages that lead in a circle end with an error", async () => {
  const { jobs } = listing(cursorPages({ next: () => "same" }), () => Response.json(ALL.slice(0, 2)));
  await assert.rejects(async () => await jobs(), /its pages lead in a circle/);
});

Deno.test("a list that is elsewhere in the answer is asked for by name, and nobody is taken for missing", async () => {
  const { jobs } = listing(onePage(), () => Response.json({ jobs: ALL }));
  await assert.rejects(
    async () => await jobs(),
    /the answer is an object and not a list\. Say with items/,
  );
  const { jobs: wrong } = listing(onePage({ items: "job" }), () => Response.json({ jobs: ALL }));
  await assert.rejects(
    async () => await wrong(),
    /"job" in the answer is missing and not a list\. Say with items/,
  );
});

Deno.test("a page's size that is not one is refused", () => {
  assert.throws(() => offsetPages({ limit: 0 }), /0 is not a number of records/);
  assert.throws(() => offsetPages({ limit: 1 }), /whole number from 2 on/);
  assert.throws(() => markerPages({ items: "" }), /items is missing/);
});
