import assert from "node:assert/strict";
import fc from "npm:fast-check@4";
import type { ApiRequest } from "../../lib/engine/resource/endpoint.ts";
import { nextMarker, readByMarker, readByOffset } from "../../lib/http/page.ts";
import type { Send } from "../../lib/http/send.ts";

interface Item {
  id: string;
}

/** A list server. `between` changes the list after each request. */
function listServer(
  list: Item[],
  between: (nth: number) => void = () => {},
  more: { max?: number; header?: boolean } = {},
) {
  const requests: ApiRequest[] = [];
  const send: Send = (request) => {
    requests.push(request);
    const limit = Math.min(Number(request.query!.limit), more.max ?? Infinity);
    const offset = Number(request.query!.offset ?? 0);
    const body = list.slice(offset, offset + limit);
    between(requests.length);
    const headers = new Headers({ "x-resource-count": String(body.length) });
    if (more.header ?? true) headers.set("x-query-limit", String(limit));
    return Promise.resolve({ status: 200, headers, body });
  };
  return { send, requests };
}

async function all<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const records: T[] = [];
  for await (const page of pages) records.push(...page);
  return records;
}

const items = (count: number, prefix = "m"): Item[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}${i}` }));
const request: ApiRequest = { method: "GET", path: "/my/machines", query: { "tag.type": "test" } };
const id = (item: Item) => item.id;

Deno.test("a list shorter than a page takes one request", async () => {
  const { send, requests } = listServer(items(999));
  assert.equal((await all(readByOffset({ send, request, id }))).length, 999);
  assert.deepEqual(requests.map((one) => one.query), [{ "tag.type": "test", limit: 1000 }]);
});

Deno.test("2,500 machines come once each, in three pages", async () => {
  const { send, requests } = listServer(items(2500));
  assert.deepEqual((await all(readByOffset({ send, request, id }))).map(id), items(2500).map(id));
  assert.deepEqual(requests.map((one) => one.query!.offset), [undefined, 980, 1960]);
});

Deno.test("a server that grants smaller pages is believed, with and without overlap to spare", async () => {
  for (const max of [100, 20, 3, 1]) {
    const { send } = listServer(items(300), () => {}, { max });
    assert.deepEqual((await all(readByOffset({ send, request, id }))).map(id), items(300).map(id), `${max}`);
  }
});

Deno.test("a server that ignores the limit and gives all at once is asked once", async () => {
  let asked = 0;
  const send: Send = () =>
    Promise.resolve({ status: 200, headers: new Headers(), body: items(1500 + 0 * asked++) });
  assert.equal((await all(readByOffset({ send, request, id }))).length, 1500);
  assert.equal(asked, 1);
});

Deno.test("six hundred machines vanish between two pages, and no other is missed", async () => {
  const list = items(1800);
  const { send } = listServer(list, (nth) => nth === 1 && list.splice(100, 600));
  const got = (await all(readByOffset({ send, request, id }))).map(id);
  assert.equal(new Set(got).size, got.length);
  for (const { id } of list) assert.ok(got.includes(id), id);
});

Deno.test("all that were seen vanish, and the rest are found", async () => {
  const list = items(30);
  const { send } = listServer(list, (nth) => nth === 2 && list.splice(0, 18));
  const got = (await all(readByOffset({ send, request, id, limit: 10, overlap: 2 }))).map(id);
  assert.deepEqual(got, items(30).map(id));
});

Deno.test("whatever comes and goes meanwhile, no machine that stays is missed and none comes twice", async () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(12),
    insert: fc.nat(6),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(60),
      fc.integer({ min: 2, max: 12 }),
      fc.nat(5),
      fc.array(change, { maxLength: 12 }),
      async (count, limit, overlap, changes) => {
        const list = items(count);
        let born = 0;
        const { send } = listServer(list, (nth) => {
          const one = changes[nth - 1];
          if (one === undefined) return;
          const at = Math.floor(one.at * list.length);
          list.splice(at, one.remove, ...Array.from({ length: one.insert }, () => ({ id: `n${born++}` })));
        });
        const got = (await all(readByOffset({ send, request, id, limit, overlap }))).map(id);
        assert.equal(new Set(got).size, got.length, "twice");
        const stayed = new Set(list.map(id));
        for (const one of items(count)) {
          if (stayed.has(one.id)) assert.ok(got.includes(one.id), `missed ${one.id}`);
        }
      },
    ),
    { numRuns: 500, seed: 20260115 },
  );
});

Deno.test("a list that is never the same twice ends in an error", async () => {
  let born = 0;
  const send: Send = (one) =>
    Promise.resolve({
      status: 200,
      headers: new Headers(),
      body: Array.from({ length: Number(one.query!.limit) }, () => ({ id: `n${born++}` })),
    });
  // Stepping back to the start is always a sure footing, so this is endless only in what it brings.
  let pages = 0;
  await assert.rejects(async () => {
    for await (const _ of readByOffset({ send, request, id, limit: 10 })) pages++;
  }, /Cannot list \/my\/machines: the list does not end: it lost its place 100 times/);
  assert.ok(pages <= 101);
});

Deno.test("a server that ignores the offset ends in an error, not in a circle", async () => {
  const send: Send = () => Promise.resolve({ status: 200, headers: new Headers(), body: items(10) });
  await assert.rejects(
    all(readByOffset({ send, request, id, limit: 10 })),
    /50 pages in a row brought nothing new/,
  );
});

Deno.test("an answer that is no list is an error", async () => {
  const send: Send = () => Promise.resolve({ status: 200, headers: new Headers(), body: { code: "x" } });
  await assert.rejects(
    all(readByOffset({ send, request, id })),
    /Cannot list \/my\/machines: .* not a list: object/,
  );
  await assert.rejects(all(readByMarker({ send, request, items: "instances" })), /not a list: undefined/);
});

function markerServer(pages: Record<string, { body: unknown }>) {
  const asked: ApiRequest["query"][] = [];
  const send: Send = (one) => {
    asked.push(one.query);
    return Promise.resolve({
      status: 200,
      headers: new Headers(),
      ...pages[String(one.query!.marker ?? "")]!,
    });
  };
  return { send, asked };
}

const next = (marker: string) => [
  { rel: "self", href: "https://h/x?marker=no" },
  { rel: "next", href: `http://elsewhere.example/x?limit=2&marker=${marker}` },
];
const instances: ApiRequest = { method: "GET", path: "/instances" };

Deno.test("pages by marker are read to the end, and the link's address is never used", async () => {
  const { send, asked } = markerServer({
    "": { body: { instances: items(2), links: next("a%20b") } },
    "a b": { body: { instances: [], links: next("c") } },
    "c": { body: { instances: items(1, "z") } },
  });
  const got = await all(readByMarker<Item>({ send, request: instances, items: "instances", limit: 2 }));
  assert.deepEqual(got.map(id), ["m0", "m1", "z0"]);
  assert.deepEqual(asked, [{ limit: 2, marker: undefined }, { limit: 2, marker: "a b" }, {
    limit: 2,
    marker: "c",
  }]);
});

Deno.test("a marker that is a position may show a record again; it comes once", async () => {
  const { send } = markerServer({
    "": { body: { backups: items(3), links: next("3") } },
    "3": { body: { backups: [...items(3).slice(2), ...items(1, "z")] } },
  });
  const got = await all(readByMarker<Item>({ send, request: instances, items: "backups", id }));
  assert.deepEqual(got.map((one) => one.id), ["m0", "m1", "m2", "z0"]);
});

Deno.test("pages by marker that lead in a circle, or are empty for ever, end in an error", async () => {
  const circle = markerServer({
    "": { body: { instances: items(1), links: next("a") } },
    "a": { body: { instances: items(1), links: next("b") } },
    "b": { body: { instances: items(1), links: next("a") } },
  });
  await assert.rejects(
    all(readByMarker({ send: circle.send, request: instances, items: "instances" })),
    /its pages go in a circle, back to the marker a/,
  );
  let nth = 0;
  const send: Send = () =>
    Promise.resolve({
      status: 200,
      headers: new Headers(),
      body: { instances: [], links: next(`x${nth++}`) },
    });
  await assert.rejects(
    all(readByMarker({ send, request: instances, items: "instances" })),
    /in a row were empty/,
  );
});

Deno.test("the next marker is found in either kind of links", () => {
  assert.equal(nextMarker({ links: next("a") }), "a");
  assert.equal(nextMarker({ links: { next: "/v3/users?marker=u%2F1", self: "x" } }), "u/1");
  for (
    const body of [undefined, null, "x", {}, { links: [] }, { links: { next: null } }, {
      links: [null, { rel: "next" }],
    }]
  ) {
    assert.equal(nextMarker(body), undefined);
  }
});
