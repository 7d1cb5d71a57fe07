import assert from "node:assert/strict";
import { Feed } from "../../../../lib/engine/wait/pushed/feed.ts";
import type { Follow } from "../../../../lib/engine/resource/endpoint.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";
import { Farm, type FarmOptions } from "../../farm.ts";
import { jobs, oneJob } from "../../job.ts";

const told = (count: number, options: FarmOptions = {}) =>
  new Farm(count, { takes: () => 30_000, lag: 100, push: (change, pass) => pass(change), ...options });

Deno.test("members of which a server tells are looked at rarely, and go on as soon as it told", async () => {
  const farm = told(60);
  const report = await jobs(farm.handle, { pool: "blue" }).max(60).pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 60);
  // One list of two pages to select, sixty actions, one look to close the gap, one every twenty seconds.
  assert.ok(farm.requests.length <= 2 + 60 + 2 * 3, `${farm.requests.length} requests`);
  for (const one of report.members) {
    const [, seen] = one.path.slice(-2);
    assert.ok(seen!.at - one.startedAt < 30_100 + 200, `${seen!.at - one.startedAt} ms`);
    assert.deepEqual(one.path.map(({ state }) => state), ["working", "pausing", "paused"]);
  }
});

Deno.test("a change that comes before the action's own answer is not lost", async () => {
  // The farm answers after 5 ms; the job is paused after 2.
  const farm = told(2, { lag: 0, takes: () => 0 });
  await oneJob(farm.handle, "j0").pause().waitUntil("paused"); // from now on the feed is relied on
  const slow = farm.send.bind(farm);
  farm.send = async (request, options) => {
    const answer = await slow(request, options);
    if (request.method !== "GET") await farm.clock.sleep(50);
    return answer;
  };
  const other = oneJob(farm.handle, "j0").waitUntil("gone", { timeout: 2_000 }).run({ throwOnError: false });
  await farm.clock.sleep(500);
  const report = await oneJob(farm.handle, "j1").pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 1);
  assert.ok(report.duration < 100, `${report.duration} ms`);
  await other;
});

Deno.test("what is told without the member has it looked at, and what is gone is confirmed", async () => {
  const farm = told(1, { push: (change, pass) => pass({ ...change, record: undefined }) });
  const report = await oneJob(farm.handle, "j0").pause().waitUntil("paused").remove().waitUntil("gone");
  assert.equal(report.succeeded.length, 1);
  assert.ok(report.duration < 30_000 + 2_000, `${report.duration} ms`);
});

Deno.test("a flood of words that mean nothing is not answered by a flood of looks", async () => {
  const farm = told(1, { takes: () => 60_000 });
  const report = oneJob(farm.handle, "j0").pause().waitUntil("paused").run();
  for (let n = 0; n < 3_000; n++) {
    await farm.clock.sleep(20);
    farm.shout({ id: "j0", record: undefined, published: undefined });
  }
  await report;
  assert.ok(farm.requests.length < 40, `${farm.requests.length} requests in a minute`);
});

Deno.test("what is told is judged like what is seen: a member that can no longer get there fails at once", async () => {
  const farm = told(1);
  const waiting = oneJob(farm.handle, "j0").pause().waitUntil("paused").run();
  await farm.clock.sleep(10_000);
  farm.jobs.get("j0")!.phase = "broken";
  farm.jobs.get("j0")!.touched++;
  farm.shout({ id: "j0", record: { ...farm.jobs.get("j0")! }, published: farm.clock.now() + 1e6 });
  const began = farm.clock.now();
  await assert.rejects(waiting, /working → pausing → broken/);
  assert.ok(farm.clock.now() - began < 100);
  assert.equal(farm.followers, 0);
});

Deno.test("a feed that keeps breaking is opened ever more rarely, and the waits are looked at as without it", async () => {
  const farm = told(5, { takes: () => 300_000, push: () => {} });
  const watching = (async () => {
    for (let n = 0; n < 3_000; n++) {
      await farm.clock.sleep(100);
      farm.breakFeed();
    }
  })();
  const report = await jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused", { timeout: "10m" });
  await watching;
  assert.equal(report.succeeded.length, 5);
  assert.ok(farm.followed <= 11, `opened ${farm.followed} times`);
  assert.ok(report.duration < 300_000 + 17_000, `${report.duration} ms`);
});

/** Answers of reads take so long to arrive, as of when they were asked for. */
function slowReads(farm: Farm, ms: number): void {
  const quick = farm.send.bind(farm);
  farm.send = async (request, options) => {
    const answer = await quick(request, options);
    if (request.method === "GET") await farm.clock.sleep(ms);
    return answer;
  };
}

Deno.test("an answer that was under way while something newer was told does not turn a wait back", async () => {
  const farm = told(1, { lag: 1_000, turn: 5_000 });
  slowReads(farm, 3_000);
  const report = await oneJob(farm.handle, "j0").retry().waitUntil("working");
  const { path: [, queued, working] } = report.members[0]!;
  assert.equal(queued!.state, "queued");
  assert.ok(working!.at - queued!.at >= 5_000, "it was queued that long");
});

Deno.test("what changed just before a feed opened is found by a look of its own", async () => {
  const farm = told(1, { takes: () => 1_000 });
  await oneJob(farm.handle, "j0").pause().waitUntil("paused").resume().waitUntil("working");
  slowReads(farm, 3_000); // the feed is relied on, and opens while a look is under way
  const changes = farm.changes()!;
  farm.changes = () => async (listener) => {
    await farm.clock.sleep(1_500);
    return await changes(listener);
  };
  const report = await oneJob(farm.handle, "j0").pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 1);
  assert.ok(report.duration < 12_000, `${report.duration} ms`);
});

Deno.test("when a feed breaks everything is looked at at once", async () => {
  let silent = false;
  const farm = told(1, { takes: () => 12_000, push: (change, pass) => silent || pass(change) });
  const waiting = oneJob(farm.handle, "j0").pause().waitUntil("paused").run();
  await farm.clock.sleep(11_000);
  silent = true; // the last change is lost, and then the feed breaks
  await farm.clock.sleep(2_000);
  farm.breakFeed();
  const report = await waiting;
  assert.ok(report.duration < 13_500, `${report.duration} ms`);
});

Deno.test("a feed that missed something is not relied on until it tells again", async () => {
  const farm = told(30, {
    takes: (n) => 10_000 + n * 2_000,
    push: (change, pass) => (change.record as { phase: string }).phase === "paused" || pass(change),
  });
  const report = await jobs(farm.handle, { pool: "blue" }).max(30).pause().waitUntil("paused");
  const late = report.members.map((one, n) => one.path.at(-1)!.at - one.startedAt - 10_000 - n * 2_000);
  // Those of the first twenty seconds are found by the first look; from then on it is as without a feed.
  assert.ok(Math.max(...late.slice(8)) < 10_000, late.join(" "));
});

Deno.test("two handles share one feed as they share their looks", async () => {
  const farm = told(4, { takes: () => 5_000 });
  await Promise.all(
    ["j0", "j1", "j2", "j3"].map((id) => oneJob(farm.handle, id).pause().waitUntil("paused")),
  );
  assert.equal(farm.followed, 1);
});

Deno.test("of many members the feed is opened with the first look, and serves their waits all the same", async () => {
  const farm = told(150, { takes: (n) => 2_000 + 200 * n });
  let opened: number | undefined;
  const changes = farm.changes.bind(farm);
  farm.changes = () => {
    const follow = changes()!;
    return (listener) => {
      opened ??= farm.clock.now();
      return follow(listener);
    };
  };
  const report = await jobs(farm.handle, { pool: "blue" }).max(150).pause().waitUntil("paused");
  assert.equal(report.succeeded.length, 150);
  const [first] = report.members;
  assert.ok(opened! - first!.startedAt >= 200, `${opened! - first!.startedAt} ms`);
  // Three pages to select, the actions, looks at three pages until the feed has proved itself, then every twenty seconds.
  assert.ok(farm.requests.length <= 3 + 150 + 3 * 8, `${farm.requests.length} requests`);
  for (const [n, one] of report.members.entries()) {
    const took = one.path.at(-1)!.at - one.startedAt;
    // From the second on each is told of at once; the first may be found by looking.
    if (n > 10) assert.ok(took < 2_100 + 200 * n + 100, `${one.name}: ${took} ms`);
  }
  assert.equal(farm.followers, 0);
});

Deno.test("a feed for many that is refused, or never opens, costs their waits nothing or next to nothing", async () => {
  const duration = async (changes?: Farm["changes"]) => {
    const farm = new Farm(150, { takes: () => 20_000, lag: 100 });
    if (changes) farm.changes = changes;
    const report = await jobs(farm.handle, { pool: "blue" }).max(150).pause().waitUntil("paused");
    assert.equal(report.succeeded.length, 150);
    return report.duration;
  };
  const never: Farm["changes"] = () => ({ signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("broken"), { once: true }));
  const before = await duration();
  assert.equal(await duration(() => () => Promise.resolve("refused")), before);
  assert.ok(await duration(never) < before + 2_000);
});

Deno.test("a wait that says how often it looks does not wait longer for a feed to open", async () => {
  const farm = new Farm(150, { takes: () => 300, lag: 0 });
  farm.changes = () => ({ signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve("broken"), { once: true }));
  const report = await jobs(farm.handle, { pool: "blue" }).max(150).pause()
    .waitUntil("paused", { every: "100ms" });
  assert.ok(report.duration < 700, `${report.duration} ms`);
});

Deno.test("a feed that held for a while is opened again at once when it breaks, however often it broke before", async () => {
  const farm = told(1, { takes: () => 4_000_000, push: () => {} });
  const waiting = oneJob(farm.handle, "j0").pause().waitUntil("paused", { timeout: "2h" }).run({
    throwOnError: false,
  });
  await farm.clock.sleep(1_000);
  // Six breaks in a row: the next opening is about a minute away.
  for (let n = 0; n < 6; n++) {
    while (farm.followers === 0) await farm.clock.sleep(100);
    farm.breakFeed();
  }
  while (farm.followers === 0) await farm.clock.sleep(100);
  await farm.clock.sleep(31_000); // It held.
  farm.breakFeed();
  const broke = farm.clock.now();
  await farm.clock.sleep(1);
  while (farm.followers === 0) await farm.clock.sleep(100);
  assert.ok(farm.clock.now() - broke <= 1_200, `opened again after ${farm.clock.now() - broke} ms`);
  await waiting;
});

/** A feed of a server that nobody else knows, and how often it was opened. */
function feedOf(key: string, clock: VirtualClock, end: "refused" | "broken") {
  let opened = 0;
  const follow: Follow = () => (opened++, Promise.resolve(end));
  const nothing = { opened: () => {}, changed: () => {}, lost: () => {}, on: () => {} };
  return { feed: new Feed(follow, key, clock, nothing), opened: () => opened };
}

Deno.test("a server that refuses its feed is not asked for it again, by whoever waits", async () => {
  const clock = new VirtualClock(), key = crypto.randomUUID();
  const first = feedOf(key, clock, "refused"), second = feedOf(key, clock, "refused");
  assert.equal(first.feed.proven, false, "one that is open may still be silent");
  assert.equal(first.feed.start(), true);
  await clock.sleep(3_600_000);
  assert.equal(second.feed.start(), false);
  await clock.sleep(3_600_000);
  assert.deepEqual([first.opened(), second.opened()], [1, 0]);
});
