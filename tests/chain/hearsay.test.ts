import assert from "node:assert/strict";
import { Hearsay } from "../../lib/chain/hearsay.ts";
import { job } from "./job.ts";

const record = (phase: string, touched: number) => ({
  id: "j0",
  title: "job",
  phase,
  pool: "blue",
  priority: 1,
  touched,
});
const change = (phase: string, touched: number, published?: number) => ({
  id: "j0",
  record: record(phase, touched),
  published,
});
const known = { mark: 5, state: "working" };

Deno.test("only what is newer than all that was seen is worth a look", () => {
  const hearsay = new Hearsay(job);
  const worth = (what: Parameters<Hearsay["hear"]>[0], since = 0, at = 1000) =>
    hearsay.worth({ change: what, at }, known, since);
  hearsay.hear(change("working", 1, 900), 1000);
  assert.equal(worth(change("paused", 6, 900)), "new");
  assert.equal(worth(change("paused", 4, 900)), "old", "older than what was seen");
  assert.equal(worth(change("working", 5, 900)), "old", "nothing new");
  assert.equal(worth(change("paused", 5, 900)), "doubtful", "of the same age, and yet another state");
  assert.equal(worth(change("paused", 6)), "doubtful", "published nobody knows when");
  assert.equal(worth({ id: "j0", record: undefined, published: 900 }), "doubtful", "no record");
  assert.equal(worth(change("paused", 6, 900), 1001), "old", "came before the action was sent");
});

Deno.test("what was held up for longer than others is not taken for an effect of what was sent meanwhile", () => {
  const hearsay = new Hearsay(job);
  hearsay.hear({ ...change("working", 1, 100_000), id: "other" }, 1_000); // the clocks differ, and the way is short
  const word = hearsay.hear(change("paused", 6, 101_000), 5_000)!; // published at 2,000 of our clock
  assert.equal(hearsay.worth(word, known, 1_500), "new");
  assert.equal(hearsay.worth(word, known, 3_000), "doubtful");
});

Deno.test("a word that comes twice, or after a later one, is not heard", () => {
  const hearsay = new Hearsay(job);
  assert.ok(hearsay.hear(change("pausing", 6, 900), 1000));
  assert.equal(hearsay.hear(change("pausing", 6, 900), 1001), undefined);
  assert.ok(hearsay.hear(change("paused", 7, 950), 1002));
  assert.equal(hearsay.hear(change("pausing", 6, 900), 1003), undefined);
  assert.ok(hearsay.hear(change("queued", 8, 950), 1004), "of one instant, but another");
  assert.equal(hearsay.of("j0")?.at, 1004);
});

Deno.test("words on ever more members do not pile up", () => {
  const hearsay = new Hearsay(job);
  for (let n = 0; n < 10_001; n++) hearsay.hear({ id: `j${n}`, record: undefined, published: n }, n);
  assert.equal(hearsay.of("j0"), undefined);
  assert.ok(hearsay.of("j1"));
});
