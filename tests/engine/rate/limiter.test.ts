import assert from "node:assert/strict";
import {
  createLimiter,
  type Limiter,
  limiterFor,
  type LimiterOptions,
  RateClosedError,
} from "../../../lib/engine/rate/limiter.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";

/** A server with a token bucket. A request takes `latency` ms, half of it each way. */
class BucketServer {
  tokens: number;
  filledAt: number;
  arrived = 0;
  refused = 0;
  busy = 0;
  mostBusy = 0;
  constructor(
    readonly clock: VirtualClock,
    readonly burst: number,
    readonly perSecond: number,
    readonly latency: number | (() => number) = 5,
  ) {
    this.tokens = burst;
    this.filledAt = clock.now();
  }

  async request(): Promise<boolean> {
    const latency = typeof this.latency === "number" ? this.latency : this.latency();
    this.busy++;
    this.mostBusy = Math.max(this.mostBusy, this.busy);
    await this.clock.sleep(latency / 2);
    this.arrived++;
    const now = this.clock.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    const accepted = this.tokens >= 1;
    if (accepted) this.tokens--;
    else this.refused++;
    await this.clock.sleep(latency / 2);
    this.busy--;
    return accepted;
  }
}

/** Mulberry32: the same numbers each time. */
function seeded(seed: number): () => number {
  return () => {
    let t = seed += 0x6d2b79f5;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}

function setUp(options: Partial<LimiterOptions> = {}) {
  const clock = new VirtualClock();
  return { clock, limiter: createLimiter({ clock, random: seeded(1), ...options }) };
}

type Said = { perSecond?: number; retryAfter?: number };

async function send(
  limiter: Limiter,
  server: BucketServer,
  priority: "action" | "poll" = "action",
  said: Said = { perSecond: server.perSecond },
): Promise<void> {
  let position: "front" | "back" = "back";
  for (;;) {
    const lease = await limiter.acquire(priority, undefined, position);
    const ok = await server.request();
    lease.release(ok ? "ok" : { throttled: said });
    if (ok) return;
    position = "front";
  }
}

/** Stops and deletes `n` machines, each delete after its machine's transition, with one poll always wanted. */
async function stopAndDelete(n: number, server: BucketServer, limiter: Limiter, random: () => number) {
  const { clock } = server;
  const start = clock.now();
  let over = false;
  let polls = 0;
  await send(limiter, server);
  const poller = (async () => {
    while (!over) {
      await clock.sleep(1000);
      if (over) break;
      await send(limiter, server, "poll");
      polls++;
    }
  })();
  await Promise.all(Array.from({ length: n }, async () => {
    await send(limiter, server);
    await clock.sleep(1500 + 3000 * random());
    await send(limiter, server);
  }));
  const seconds = (clock.now() - start) / 1000;
  over = true;
  await poller;
  return { seconds, polls };
}

for (const latency of [5, 40, 150]) {
  Deno.test(`two hundred machines at 10 requests/s and ${latency} ms: at most 1 % refused, within 5 % of the floor`, async () => {
    const { clock, limiter } = setUp();
    const random = seeded(7);
    const server = new BucketServer(clock, 30, 10, () => latency * (0.5 + random()));
    const { seconds, polls } = await stopAndDelete(200, server, limiter, random);
    const floor = (2 * 200 + 1 - 30) / 10;
    assert.ok(server.refused >= 1, "the server's limit was met");
    assert.ok(server.refused <= server.arrived * 0.01, `${server.refused} of ${server.arrived} refused`);
    assert.ok(seconds <= floor * 1.05, `${seconds} s, floor ${floor} s`);
    assert.ok(polls >= 6 && polls <= 401 * 0.03, `${polls} polls`);
    assert.equal(limiter.facts().source, "learned");
    assert.ok(Math.abs(limiter.facts().perSecond! - 9.9) < 0.05);
  });
}

Deno.test("a server without a limit is soon asked with full concurrency", async () => {
  const { clock, limiter } = setUp();
  const server = new BucketServer(clock, 1e9, 1e9, 10);
  const start = clock.now();
  await Promise.all(Array.from({ length: 1000 }, () => send(limiter, server)));
  const seconds = (clock.now() - start) / 1000;
  assert.equal(server.mostBusy, 32);
  assert.deepEqual(limiter.facts(), { perSecond: undefined, source: "unknown" });
  // 32 at a time from the first would take 0.31 s.
  assert.ok(seconds < 0.75, `${seconds} s`);
});

Deno.test("a server without a limit but slow to answer gets full concurrency too", async () => {
  const { clock, limiter } = setUp();
  const server = new BucketServer(clock, 1e9, 1e9, 500);
  await Promise.all(Array.from({ length: 1000 }, () => send(limiter, server)));
  assert.equal(server.mostBusy, 32);
});

Deno.test("at most four requests are under way before sixty have gone well", async () => {
  const { clock, limiter } = setUp();
  const server = new BucketServer(clock, 1e9, 1e9, 10);
  await Promise.all(Array.from({ length: 60 }, () => send(limiter, server)));
  assert.equal(server.mostBusy, 4);
});

Deno.test("concurrency is never exceeded", async () => {
  const { clock, limiter } = setUp({ concurrency: 2 });
  const server = new BucketServer(clock, 1e9, 1e9, 10);
  await Promise.all(Array.from({ length: 300 }, () => send(limiter, server)));
  assert.equal(server.mostBusy, 2);
});

Deno.test("a server that does not name its rate is measured", async () => {
  for (const perSecond of [3, 10, 50]) {
    const { clock, limiter } = setUp();
    const server = new BucketServer(clock, 3 * perSecond, perSecond, 20);
    const start = clock.now();
    await Promise.all(Array.from({ length: 40 * perSecond }, () => send(limiter, server, "action", {})));
    const seconds = (clock.now() - start) / 1000;
    assert.ok(seconds < 37 * 1.3, `${perSecond}/s: ${seconds} s`);
    const facts = limiter.facts();
    assert.equal(facts.source, "learned");
    const share = facts.perSecond! / perSecond;
    assert.ok(share > 0.8 && share < 1.1, `${perSecond}/s learned as ${facts.perSecond}`);
    assert.ok(
      server.refused <= server.arrived * 0.05,
      `${perSecond}/s: ${server.refused} of ${server.arrived}`,
    );
  }
});

Deno.test("nothing is sent before a Retry-After has passed, and the refused request goes first", async () => {
  const { clock, limiter } = setUp();
  const first = await limiter.acquire("action");
  const others: Promise<string>[] = [];
  first.release({ throttled: { retryAfter: 7000 } });
  const start = clock.now();
  const order: string[] = [];
  const go = async (name: string, position: "front" | "back") => {
    const lease = await limiter.acquire("action", undefined, position);
    order.push(name);
    lease.release("ok");
    return name;
  };
  others.push(go("later", "back"), go("refused", "front"));
  await others[1];
  assert.ok(clock.now() - start >= 7000, `${clock.now() - start} ms`);
  await Promise.all(others);
  assert.deepEqual(order, ["refused", "later"]);
});

Deno.test("a rate the user set is kept from the first request on", async () => {
  const { clock, limiter } = setUp({ perSecond: 5 });
  assert.deepEqual(limiter.facts(), { perSecond: 5, source: "set" });
  const server = new BucketServer(clock, 1e9, 1e9, 5);
  const start = clock.now();
  await Promise.all(Array.from({ length: 51 }, () => send(limiter, server)));
  const seconds = (clock.now() - start) / 1000;
  assert.ok(seconds >= 9.9 && seconds < 10.3, `${seconds} s`);
});

Deno.test("two processes that share an account both get through", async () => {
  const clock = new VirtualClock();
  const server = new BucketServer(clock, 30, 10, 20);
  const limiters = [1, 2].map((seed) => createLimiter({ clock, random: seeded(seed) }));
  const start = clock.now();
  await Promise.all(
    limiters.flatMap((limiter) => Array.from({ length: 200 }, () => send(limiter, server))),
  );
  const seconds = (clock.now() - start) / 1000;
  assert.ok(seconds < 37 * 1.3, `${seconds} s`);
  assert.ok(server.refused < server.arrived * 0.2, `${server.refused} of ${server.arrived}`);
});

Deno.test("polls give way to actions while the rate is short, but go on at two in a hundred", async () => {
  const { clock, limiter } = setUp({ perSecond: 10 });
  const server = new BucketServer(clock, 1e9, 1e9, 5);
  const pollsAt: number[] = [];
  const start = clock.now();
  const polls = (async () => {
    for (let i = 0; i < 8; i++) {
      await send(limiter, server, "poll");
      pollsAt.push((clock.now() - start) / 1000);
    }
  })();
  await Promise.all(Array.from({ length: 400 }, () => send(limiter, server)));
  await polls;
  const gaps = pollsAt.slice(2).map((at, i) => at - pollsAt[i + 1]!);
  assert.ok(gaps.every((gap) => gap >= 4.9 && gap <= 5.5), `polls at ${pollsAt}`);
});

Deno.test("first come, first served, with twenty thousand waiting", async () => {
  const { limiter } = setUp({ concurrency: 1 });
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20_000 }, async (_, i) => {
    const lease = await limiter.acquire("action");
    order.push(i);
    lease.release("ok");
  }));
  assert.equal(order.length, 20_000);
  assert.ok(order.every((value, i) => value === i));
});

Deno.test("a signal takes twenty thousand waiting requests out at once, and the rest go on", async () => {
  const { limiter } = setUp({ concurrency: 1 });
  const held = await limiter.acquire("action");
  const stop = new AbortController();
  const leaving = Array.from({ length: 20_000 }, () => limiter.acquire("action", stop.signal));
  const staying = limiter.acquire("poll");
  assert.equal(limiter.waiting, 20_001);
  const settled = Promise.allSettled(leaving);
  stop.abort(new Error("enough"));
  const left = await settled;
  assert.ok(left.every((one) => one.status === "rejected" && one.reason.message === "enough"));
  assert.equal(limiter.waiting, 1);
  held.release("ok");
  (await staying).release("ok");
  assert.equal(limiter.inFlight, 0);
  await assert.rejects(limiter.acquire("action", stop.signal), { message: "enough" });
});

Deno.test("an aborted wait leaves no timer behind", async () => {
  const { clock, limiter } = setUp({ perSecond: 0.01 });
  (await limiter.acquire("action")).release("ok");
  const stop = new AbortController();
  const waiting = limiter.acquire("action", stop.signal);
  assert.equal(clock.sleeping, 1);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
  assert.equal(clock.sleeping, 0);
});

Deno.test("waiting requests are given up when the server closes for longer than one may wait", async () => {
  const { clock, limiter } = setUp({ patience: 60_000 });
  const lease = await limiter.acquire("action");
  const held = [
    await limiter.acquire("action"),
    await limiter.acquire("action"),
    await limiter.acquire("action"),
  ];
  const waiting = limiter.acquire("action");
  lease.release({ throttled: { retryAfter: 3_600_000 } });
  const until = clock.now() + 3_600_000;
  const closed = (error: unknown) => error instanceof RateClosedError && error.until === until;
  await assert.rejects(waiting, closed);
  await assert.rejects(limiter.acquire("poll"), closed);
  for (const one of held) one.release("ok");
});

Deno.test("a server that only ever refuses ends the wait of all", async () => {
  const { clock, limiter } = setUp({ patience: 60_000 });
  const server = new BucketServer(clock, 0, 0, 5);
  const start = clock.now();
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, () => send(limiter, server, "action", {})),
  ).then((all) => all.filter((one) => one.status === "rejected"));
  assert.equal(results.length, 100);
  assert.ok(clock.now() - start < 10 * 60_000);
});

Deno.test("a lease counts once, however often it is released", async () => {
  const { limiter } = setUp();
  const lease = await limiter.acquire("action");
  lease.release("ok");
  lease.release("ok");
  assert.equal(limiter.inFlight, 0);
});

Deno.test("one key, one limiter", () => {
  const make = () => setUp().limiter;
  assert.equal(limiterFor("limit.test a", make), limiterFor("limit.test a", make));
  assert.notEqual(limiterFor("limit.test a", make), limiterFor("limit.test b", make));
});
