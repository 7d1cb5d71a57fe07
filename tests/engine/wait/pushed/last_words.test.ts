import assert from "node:assert/strict";
import { LastWords } from "../../../../lib/engine/wait/pushed/last_words.ts";
import { job } from "../../job.ts";

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
let order = 0;
/** A moment of this time, after all others. */
const at = (time: number) => ({ order: ++order, at: time });
const since = (time: number, accepted?: number) => ({ since: at(time), accepted });

Deno.test("only what is newer than all that was seen is worth a look", () => {
  const words = new LastWords(job);
  const before = since(0);
  const worth = (what: Parameters<LastWords["hear"]>[0]) =>
    words.worth({ change: what, came: at(1000) }, known, before);
  words.hear(change("working", 1, 900), at(1000));
  assert.equal(worth(change("paused", 6, 900)), "new");
  assert.equal(worth(change("paused", 4, 900)), "old", "older than what was seen");
  assert.equal(worth(change("working", 5, 900)), "old", "nothing new");
  assert.equal(worth(change("paused", 5, 900)), "doubtful", "of the same age, and yet another state");
  assert.equal(worth(change("paused", 6)), "doubtful", "published nobody knows when");
  assert.equal(worth({ id: "j0", record: undefined, published: 900 }), "doubtful", "no record");
  const word = { change: change("paused", 6, 900), came: at(1000) };
  assert.equal(
    words.worth(word, known, since(1000)),
    "old",
    "came before the action was sent, in the same millisecond",
  );
});

Deno.test("what was held up for longer than others is not taken for an effect of what was sent meanwhile", () => {
  const words = new LastWords(job);
  words.hear({ ...change("working", 1, 100_000), id: "other" }, at(1_000)); // the clocks differ, and the way is short
  const early = since(1_500), late = since(3_000), saying = since(1_500, 102_000);
  const word = words.hear(change("paused", 6, 101_000), at(5_000))!; // published at 2,000 of our clock
  assert.equal(words.worth(word, known, early), "new");
  assert.equal(words.worth(word, known, late), "doubtful");
  assert.equal(
    words.worth(word, known, saying),
    "doubtful",
    "by the server's own clock it is from before the answer",
  );
});

Deno.test("a word that comes twice, or after a later one, is not heard", () => {
  const words = new LastWords(job);
  assert.ok(words.hear(change("pausing", 6, 900), at(1000)));
  assert.equal(words.hear(change("pausing", 6, 900), at(1001)), undefined);
  assert.ok(words.hear(change("paused", 7, 950), at(1002)));
  assert.equal(words.hear(change("pausing", 6, 900), at(1003)), undefined);
  assert.ok(words.hear(change("queued", 8, 950), at(1004)), "of one instant, but another");
  assert.equal(words.of("j0")?.came.at, 1004);
});

Deno.test("words on ever more members do not pile up", () => {
  const words = new LastWords(job);
  for (let n = 0; n < 10_001; n++) words.hear({ id: `j${n}`, record: undefined, published: n }, at(n));
  assert.equal(words.of("j0"), undefined);
  assert.ok(words.of("j1"));
});

Deno.test("a word whose mark cannot be compared with what was seen is doubtful", () => {
  const words = new LastWords(job);
  const before = since(0);
  const unmarked = { ...change("working", 1, 900), record: { ...record("working", 1), touched: undefined } };
  const word = { change: unmarked, came: at(1000) };
  assert.equal(words.worth(word, { mark: undefined, state: "working" }, before), "doubtful");
  assert.equal(words.worth(word, known, before), "doubtful");
  const marked = { change: change("working", 5, 900), came: at(1000) };
  assert.equal(words.worth(marked, { mark: "5", state: "working" }, before), "doubtful");
});

Deno.test("a millisecond is granted to two clocks that are read apart", () => {
  const words = new LastWords(job);
  words.hear({ ...change("working", 1, 1_000), id: "other" }, at(1_010));
  const exact = since(2_011), later = since(2_012);
  const word = words.hear(change("paused", 6, 2_000), at(5_000))!;
  assert.equal(words.worth(word, known, exact), "new");
  assert.equal(words.worth(word, known, later), "doubtful");
});

Deno.test("of one instant, two words without a record are one, and one with a record is another", () => {
  const words = new LastWords(job);
  const bare = { id: "j0", record: undefined, published: 900 };
  assert.ok(words.hear(bare, at(1000)));
  assert.equal(words.hear({ ...bare }, at(1001)), undefined);
  assert.ok(words.hear(change("paused", 6, 900), at(1002)));
  assert.ok(words.hear({ ...bare }, at(1003)));
});
