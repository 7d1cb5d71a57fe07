/** Lists that are sorted by the last change, with a position as marker: backups, and an operator's instances since release 26. */
import assert from "node:assert/strict";
import { collected } from "../../../../lib/clouds/openstack/trove/list_pages.ts";
import { type Changing, shiftingPages } from "../../../../lib/clouds/openstack/trove/shifting_pages.ts";
import type { ApiRequest, ApiResponse } from "../../../../lib/engine/mod.ts";
import { Random } from "../../../../lib/sim/random.ts";
import { instances, world } from "./world.ts";

/** A list as Trove keeps it; `between` happens after each page. */
function shelf(
  count: number,
  size: number,
  between: (shelf: Changing[], touch: (n: number) => void) => void,
) {
  let second = 1000;
  const time = () => new Date(second * 1000).toISOString().slice(0, 19);
  let rows: Changing[] = Array.from({ length: count }, (_, n) => ({ id: `b${n}`, updated: time() }));
  const sort = () =>
    rows = rows.toSorted((a, b) => a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : 0);
  const sender = {
    requests: 0,
    send({ query }: ApiRequest): Promise<ApiResponse> {
      sender.requests++;
      const at = Number(query?.marker ?? 0);
      const backups = rows.slice(at, at + size);
      const full = backups.length === size;
      const links = full ? { links: [{ rel: "next", href: `https://x/?marker=${at + size}` }] } : {};
      const body = JSON.parse(JSON.stringify({ backups, ...links }));
      second += 2;
      between(rows, (n) => {
        rows[n] = { ...rows[n]!, updated: time() };
        sort();
      });
      return Promise.resolve({ status: 200, headers: new Headers(), body } as unknown as ApiResponse);
    },
  };
  return { sender, rows: () => rows };
}

const list = (sender: Parameters<typeof shiftingPages>[0]) =>
  collected(shiftingPages<Changing>(sender, { path: "/backups", items: "backups" }));

Deno.test("one page is one request, and a quiet list is read once and its front once more", async () => {
  const small = shelf(7, 20, () => {});
  assert.equal((await list(small.sender)).length, 7);
  assert.equal(small.sender.requests, 1);
  const large = shelf(45, 20, () => {});
  assert.equal((await list(large.sender)).length, 45);
  assert.equal(large.sender.requests, 4);
});

for (const size of [1, 2, 5, 20]) {
  Deno.test(`pages of ${size}: none that is there throughout is missed or doubled, whatever is deleted and changed`, async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Random(seed);
      let budget = 40;
      // Where a page holds one record nothing of it can be read twice, so only jumps can be noticed.
      const deletes = size > 1 && (random.between(0, 1) < 0.7);
      const { sender, rows } = shelf(Math.floor(random.between(1, 90)), size, (all, touch) => {
        while (budget > 0 && all.length > 1 && (random.between(0, 1) < 0.6)) {
          budget--;
          if (deletes && (random.between(0, 1) < 0.5)) {
            all.splice(Math.floor(random.between(0, all.length)), 1);
          } else touch(Math.floor(random.between(0, all.length)));
        }
      });
      const found = (await list(sender)).map(({ id }) => id);
      assert.equal(new Set(found).size, found.length, `seed ${seed}: one comes twice`);
      const missed = rows().filter(({ id }) => !found.includes(id)).map(({ id }) => id);
      assert.deepEqual(missed, [], `seed ${seed}`);
    }
  });
}

Deno.test("a list that changes with every page is given up with a reason", async () => {
  const { sender } = shelf(60, 20, (all, touch) => all.forEach((_, n) => touch(n)));
  await assert.rejects(list(sender), /Cannot list \/backups: its front changed too often while it was read/);
});

/** A server that grants 20 records, whatever is asked for. */
const twenty = (
  fetch: typeof globalThis.fetch,
  before: (url: URL) => Promise<void> = () => Promise.resolve(),
) =>
  (async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (request.method === "GET" && url.pathname.endsWith("/backups")) {
      url.searchParams.delete("limit");
      await before(url);
    }
    return await fetch(new Request(url, request));
  }) as typeof globalThis.fetch;

Deno.test("backups that change while they are listed are all listed: they jump to the front", async () => {
  const { sim, db, with: open } = await world({ instances: instances(1) });
  for (let n = 0; n < 45; n++) {
    await db.createBackup({ name: `b${n}`, instance: "staging-0" }).waitUntil("COMPLETED");
  }
  let pages = 0;
  const slow = open({
    fetch: twenty(sim.fetch as typeof fetch, async () => {
      // Between two pages those that were seen go, and what follows is pulled forward.
      if (++pages !== 2) return;
      for (let n = 44; n > 24; n--) await db.backup(`b${n}`).delete().run({ yes: true });
    }),
  });
  const names = new Set((await slow.backups()).map(({ name }) => name));
  for (let n = 0; n <= 24; n++) assert.ok(names.has(`b${n}`), `b${n} was missed`);
});

Deno.test("everybody's instances come in pages since Trove 26, and all of them are read", async () => {
  for (const release of [18, 26] as const) {
    const { admin, db } = await world({ instances: instances(45), release });
    assert.equal((await admin.management.instances()).length, 45, `Trove ${release}`);
    await db.instance("staging-3").delete().waitUntil("gone");
    assert.equal((await admin.management.instances()).length, 44);
    assert.deepEqual((await admin.management.instances({ deleted: true })).map(({ name }) => name), [
      "staging-3",
    ]);
  }
});
