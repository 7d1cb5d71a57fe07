/**
 * Which polled and pushed records are shown to a wait.
 */
import assert from "node:assert/strict";
import { OpenWaits } from "../../../lib/engine/wait/open_waits.ts";
import { momentOf, NEVER } from "../../../lib/engine/wait/process_order.ts";
import type { Watch } from "../../../lib/engine/wait/wait_request.ts";
import type { LastSeen } from "../../../lib/engine/wait/last_seen.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";
import { job } from "../job.ts";

const record = (phase: string, touched: number) => ({
  id: "j0",
  title: "a",
  phase,
  pool: "blue",
  priority: 1,
  touched,
  changed: 0,
});

function setUp() {
  const clock = new VirtualClock();
  let emptied = 0;
  const waits = new OpenWaits(job, clock, () => emptied++);
  const add = (more: Partial<Watch> = {}) => {
    const seen: LastSeen[] = [];
    const watch: Watch = {
      id: "j0",
      see: (look) => (seen.push(look), false),
      deadline: Infinity,
      every: undefined,
      query: undefined,
      pages: 1,
      signal: new AbortController().signal,
      news: () => {},
      on: () => {},
      record: record("working", 1),
      since: NEVER,
      accepted: undefined,
      gonePatience: 0,
      stateOnly: true,
      company: 1,
      run: {},
      ...more,
    };
    const { wait, over } = waits.add(watch, { mark: 1, state: "working" });
    return { wait, over, seen, states: () => seen.map(({ state }) => state) };
  };
  return { clock, waits, add, emptied: () => emptied };
}

Deno.test("for five seconds a list may be older than what was told; after that it is believed", async () => {
  const { clock, waits, add } = setUp();
  const { wait, states } = add();
  waits.heard(record("pausing", 5), wait);
  await clock.sleep(4_999);
  assert.equal(waits.saw("j0", record("working", 1), momentOf(clock)), false);
  await clock.sleep(1);
  assert.equal(waits.saw("j0", record("working", 1), momentOf(clock)), true);
  assert.deepEqual(states(), ["pausing", "working"]);
});

Deno.test("what was asked for before it was told, or before the action was sent, decides nothing", () => {
  const { clock, waits, add } = setUp();
  const early = momentOf(clock);
  const { wait, states } = add({ since: momentOf(clock) });
  assert.equal(waits.saw("j0", record("paused", 9), early), false);
  const asked = momentOf(clock);
  waits.heard(record("pausing", 5), wait);
  assert.equal(waits.saw("j0", record("paused", 9), asked), false);
  assert.deepEqual(states(), ["pausing"]);
});

Deno.test("another state, and that it is gone, is news; the same state is shown and is not", () => {
  const { clock, waits, add } = setUp();
  const { wait, states } = add();
  assert.equal(waits.saw("j0", record("working", 2), momentOf(clock)), false);
  assert.equal(waits.saw("j0", record("pausing", 3), momentOf(clock)), true);
  assert.equal(waits.saw("j0", record("pausing", 4), momentOf(clock)), false);
  assert.deepEqual(wait.known, { mark: 4, state: "pausing" });
  assert.equal(waits.saw("j0", undefined, momentOf(clock)), true);
  assert.deepEqual(states(), ["working", "pausing", "pausing", "gone"]);
});

Deno.test("that a member is gone where nothing led there is believed when it was said for long enough", async () => {
  const { clock, waits, add } = setUp();
  const { states } = add({ gonePatience: 1_000 });
  assert.equal(waits.saw("j0", undefined, momentOf(clock)), false);
  assert.equal(waits.recheckAt, clock.now() + 1_000);
  await clock.sleep(1_000);
  assert.equal(waits.toRecheck(clock.now()).length, 1);
  // It is shown again meanwhile: then the time starts again.
  waits.saw("j0", record("working", 1), momentOf(clock));
  assert.equal(waits.recheckAt, Infinity);
  assert.equal(waits.saw("j0", undefined, momentOf(clock)), false);
  await clock.sleep(1_000);
  assert.equal(waits.saw("j0", undefined, momentOf(clock)), true);
  assert.deepEqual(states(), ["working", "gone"]);
});

Deno.test("a run is told of a request once, however many of its members are waited for", () => {
  const { waits, add } = setUp();
  const told: string[] = [], run = {};
  add({ run, on: () => told.push("first"), news: () => told.push("first") });
  add({ run, id: "j1", on: () => told.push("again") });
  add({ id: "j2", on: () => told.push("other") });
  const { on, news } = waits.listeners();
  on({ type: "send", method: "GET", path: "/jobs", attempt: 1, at: 0 });
  assert.deepEqual(told, ["first", "other"]);
  assert.equal(news.length, 2);
});

Deno.test("that nobody waits any more is told with the end of the last wait, and not before", async () => {
  const { waits, add, emptied } = setUp();
  const first = add(), second = add({ id: "j1" }), same = add();
  first.wait.end("seen");
  second.wait.end("timeout");
  assert.deepEqual([emptied(), waits.count, waits.members], [0, 1, 1]);
  same.wait.end("seen");
  assert.deepEqual([emptied(), waits.count, waits.members], [1, 0, 0]);
  assert.deepEqual(await Promise.all([first.over, second.over, same.over]), ["seen", "timeout", "seen"]);
});
