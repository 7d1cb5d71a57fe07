/** A server says absurd numbers: no request of ours is stopped for years by one, nor made without end. */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4";
import { ApiError, ThrottledError } from "../../../lib/engine/errors.ts";
import { createLimiter, type Limiter, RateClosedError } from "../../../lib/engine/rate/limiter.ts";
import type { RateRefusal } from "../../../lib/engine/rate/token_bucket.ts";
import { skewFrom } from "../../../lib/clouds/cloudapi/sign/sign.ts";
import { readByOffset } from "../../../lib/http/page.ts";
import { retryAfter } from "../../../lib/http/retry_after.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";
import { explain } from "../../../lib/clouds/openstack/error_answers.ts";
import { bench, json } from "../../http/setup.ts";

const DAY = 86_400_000;
const read = { method: "GET", path: "/machines" } as const;

/** Values of Retry-After, and the pause in milliseconds; undefined if it is ignored. */
const PAUSES: readonly [text: string, pause: number | undefined][] = [
  ["7", 7000],
  ["0", 0],
  ["1.5", 1500],
  ["1000000000", DAY],
  ["100000000000000000000", DAY],
  ["9".repeat(400), DAY],
  ["1e20", undefined],
  ["-1", undefined],
  ["-5", undefined],
  ["+5", undefined],
  ["0x10", undefined],
  ["NaN", undefined],
  ["Infinity", undefined],
  ["soon 5", undefined],
  ["5, 7", undefined],
  ["Thu, 15 Jan 2026 12:00:07 GMT", 7000],
  ["Thu, 15 Jan 1970 12:00:07 GMT", 0],
  ["Fri, 31 Dec 9999 23:59:59 GMT", DAY],
  ["Thu, 99 Jan 2026 12:00:07 GMT", undefined],
];

Deno.test("whatever a Retry-After holds, it is a pause of at most a day, or none", () => {
  const now = Date.parse("2026-01-15T12:00:00Z");
  for (const [text, pause] of PAUSES) {
    assert.equal(retryAfter(new Headers({ "retry-after": text }), now), pause, text);
  }
  for (const date of ["Fri, 31 Dec 9999 23:59:59 GMT", "-1", "soon"]) {
    const headers = new Headers({ "retry-after": "Thu, 15 Jan 2026 12:00:07 GMT", date });
    assert.equal(retryAfter(headers, now), 7000, `with Date: ${date}`);
  }
});

Deno.test("a read refused with any Retry-After succeeds, or fails with a sentence, within two minutes", async () => {
  for (const status of [429, 420, 503, 500]) {
    for (const [text] of PAUSES) {
      const { send, clock } = bench((_, nth) =>
        nth === 1 ? json({}, status, { "retry-after": text }) : json([])
      );
      const start = clock.now();
      const ended = await send(read).then(() => undefined, (error) => error);
      if (ended) {
        assert.match(
          ended.message,
          /^Cannot GET \/machines: .* does not accept it before \d{4}-.*Try again/,
          text,
        );
      }
      assert.ok(ended === undefined || ended instanceof ThrottledError || ended instanceof ApiError, text);
      assert.ok(clock.now() - start <= 125_000, `${status} ${text}: ${clock.now() - start} ms`);
    }
  }
});

Deno.test("a server that closes until 2058 is asked again after two minutes, by one request at a time", async () => {
  const clock = new VirtualClock();
  const limiter = createLimiter({ clock, random: () => 0.5 });
  (await limiter.acquire("action")).release({ throttled: { retryAfter: 1e12 } });
  await assert.rejects(limiter.acquire("action"), RateClosedError);
  await clock.sleep(121_000);
  const probe = await limiter.acquire("action");
  const others = [limiter.acquire("action"), limiter.acquire("action")];
  await clock.sleep(60_000);
  assert.equal(limiter.inFlight, 1);
  probe.release("ok");
  for (const other of await Promise.all(others)) other.release("ok");
});

Deno.test("the very first request refused with Retry-After: 1 costs about a second", async () => {
  for (const headers of [{ "retry-after": "1" }, undefined]) {
    const { send, clock } = bench((_, nth) => nth === 1 ? json({}, 429, headers) : json([]));
    const start = clock.now();
    await send(read);
    const ms = clock.now() - start;
    assert.ok(ms >= (headers ? 1000 : 0) && ms <= (headers ? 1500 : 2500), `${ms} ms`);
  }
});

Deno.test("two refusals with ten quiet minutes between do not make a server that always refuses", async () => {
  const clock = new VirtualClock();
  const limiter = createLimiter({ clock, random: () => 0.5 });
  (await limiter.acquire("action")).release({ throttled: {} });
  await clock.sleep(600_000);
  (await limiter.acquire("action")).release({ throttled: {} });
  (await limiter.acquire("action", undefined, "front")).release("ok");
});

Deno.test("a time to wait in Trove's body is read as strictly", () => {
  const waits: readonly [said: unknown, pause: number | undefined][] = [
    ["5", 5000],
    [5, 5000],
    [1e20, DAY],
    ["1e20", undefined],
    ["0x10", undefined],
    [-5, undefined],
    [null, undefined],
    [[7], undefined],
  ];
  for (const [said, pause] of waits) {
    const body = { overLimit: { code: 413, message: "This request was rate-limited.", retryAfter: said } };
    const read = explain({ status: 413, headers: new Headers({ "retry-after": "2" }), body });
    assert.equal(read.throttle?.retryAfter, pause, JSON.stringify(said));
  }
});

Deno.test("a server that names an absurd rate is measured instead", async () => {
  for (const said of [1e300, Infinity, -1, 0, NaN, 1e-9, 999_999]) {
    const clock = new VirtualClock();
    const limiter = createLimiter({ clock, random: () => 0.5 });
    const server = new Bucket(clock, 30, 10);
    const ms = await server.ask(limiter, 300, () => ({ perSecond: said }));
    assert.ok(ms <= 27_000 * 2, `rate ${said}: ${ms} ms for what takes 27 s`);
    assert.ok(server.refused <= 110, `rate ${said}: ${server.refused} refused`);
  }
});

Deno.test("a rate that is named a hundred times too high is come down from in few refusals", async () => {
  const clock = new VirtualClock();
  const limiter = createLimiter({ clock, random: () => 0.5 });
  const server = new Bucket(clock, 10, 10);
  const ms = await server.ask(limiter, 300, () => ({ perSecond: 1000 }));
  assert.ok(server.refused <= 100, `${server.refused} refused`);
  assert.ok(ms <= 29_000 * 2, `${ms} ms for what takes 29 s`);
});

Deno.test("a Date of the server's that is no time is not taken over for signing", () => {
  const now = Date.parse("2026-01-15T12:00:00Z");
  const refusal = (date: string) => ({
    status: 400,
    body: { code: "RequestExpired" },
    headers: new Headers({ date }),
  });
  assert.equal(skewFrom(refusal("Thu, 15 Jan 2026 13:00:00 GMT"), now), 3_600_000);
  for (const date of ["Fri, 31 Dec 9999 23:59:59 GMT", "-1", "0", "1e20", "Thu, 99 Jan 2026 12:00:00 GMT"]) {
    assert.equal(skewFrom(refusal(date), now), undefined, date);
  }
});

Deno.test("an x-query-limit that is no number of records changes nothing in a listing", async () => {
  for (const granted of ["0x2", "1e1", "-3", "0", "NaN", "Infinity", "9".repeat(400), ""]) {
    let asked = 0;
    const records = Array.from({ length: 12 }, (_, n) => ({ id: `${n}` }));
    const pages = readByOffset<{ id: string }>({
      send: () => {
        asked++;
        const headers = new Headers({ "x-query-limit": granted });
        return Promise.resolve({ status: 200, headers, body: records });
      },
      request: read,
      id: (one) => one.id,
    });
    const found = (await Array.fromAsync(pages)).flat();
    assert.equal(found.length, 12, granted);
    assert.equal(asked, 1, granted);
  }
});

/** A server with a token bucket. */
class Bucket {
  refused = 0;
  #tokens: number;
  #at: number;
  constructor(
    readonly clock: VirtualClock,
    readonly burst: number,
    readonly perSecond: number,
    isSpent = false,
  ) {
    this.#tokens = isSpent ? 0 : burst;
    this.#at = clock.now();
  }

  /** How long (ms) `n` requests take, all wanted at once. `says` is what a refusal says, given its wait in seconds. */
  async ask(limiter: Limiter, n: number, says: (wait: number) => RateRefusal): Promise<number> {
    const { clock } = this;
    const start = clock.now();
    await Promise.all(Array.from({ length: n }, async () => {
      for (let position: "front" | "back" = "back";; position = "front") {
        const lease = await limiter.acquire("action", undefined, position);
        await clock.sleep(10);
        const now = clock.now();
        this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#at) / 1000) * this.perSecond);
        this.#at = now;
        const wait = Math.ceil((1 - this.#tokens) / this.perSecond);
        const isTaken = wait <= 0;
        if (isTaken) this.#tokens--;
        else this.refused++;
        await clock.sleep(10);
        lease.release(isTaken ? "ok" : { throttled: says(wait) });
        if (isTaken) return;
        // As `send` does it, so that a server which always refuses is not asked without end.
        if (says(wait).perSecond !== this.perSecond) await clock.sleep(50);
      }
    }));
    return clock.now() - start;
  }
}

/** Any number a server may say, sane ones more often. */
const number = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 1, max: 100 }),
  fc.constantFrom(0, -1, NaN, Infinity, -Infinity, 1e20, 1e9, 1e-9, 5e-324, 0.1),
  fc.double(),
);
const refusal = fc.record({
  perSecond: number,
  retryAfter: fc.oneof(number, number.map((n) => n === undefined ? n : n * 1000)),
  /** How long until the next request is needed, in milliseconds. */
  then: fc.constantFrom(0, 0, 0, 10, 1000, 30_000, 200_000),
  count: fc.integer({ min: 1, max: 40 }),
});

Deno.test("after any refusals, a request is let through within two and a half minutes, and the rest in good time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(refusal, { minLength: 1, maxLength: 15 }), async (refusals) => {
      const clock = new VirtualClock();
      const limiter = createLimiter({ clock, random: () => 0.5 });
      for (const { count, then, ...said } of refusals) {
        const asked = await Promise.allSettled(Array.from({ length: count }, async () => {
          const stop = new AbortController();
          const leave = clock.sleep(30_000, stop.signal).then(() => stop.abort(new Error("left")), () => {});
          const lease = await limiter.acquire("action", stop.signal).finally(() => {
            if (!stop.signal.aborted) stop.abort();
            return leave;
          });
          await clock.sleep(10);
          lease.release({ throttled: said });
        }));
        assert.equal(asked.length, count);
        await clock.sleep(then);
      }
      // From now on it takes all.
      const start = clock.now();
      const times: number[] = [];
      await Promise.all(Array.from({ length: 30 }, async () => {
        for (;;) {
          const lease = await limiter.acquire("action").catch((error) => {
            assert.ok(error instanceof RateClosedError && (error.until ?? 0) <= clock.now() + DAY);
          });
          if (!lease) {
            await clock.sleep(1000);
            continue;
          }
          await clock.sleep(10);
          lease.release("ok");
          return times.push(clock.now() - start);
        }
      }));
      assert.ok(times[0]! <= 150_000, `the first after ${times[0]} ms`);
      // The slowest rate that is believed, or is learned, is one in a minute.
      assert.ok(times[29]! <= 150_000 + 29 * 60_000, `the last after ${times[29]} ms`);
      assert.equal(limiter.inFlight, 0);
    }),
    { numRuns: 100 },
  );
});

Deno.test("N requests to a token bucket take little longer than they must, however little it says", async () => {
  const says = {
    rate: { most: 1.3, say: (rate: number) => () => ({ perSecond: rate }) },
    both: {
      most: 2,
      say: (rate: number) => (wait: number) => ({ perSecond: rate, retryAfter: wait * 1000 }),
    },
    after: { most: 2.2, say: () => (wait: number) => ({ retryAfter: wait * 1000 }) },
    nothing: { most: 2.2, say: () => () => ({}) },
  } as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(says) as (keyof typeof says)[]),
      fc.constantFrom(1, 2, 5, 10, 20, 50),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (what, rate, seconds, isSpent, random) => {
        const clock = new VirtualClock();
        const server = new Bucket(clock, rate * seconds, rate, isSpent);
        const limiter = createLimiter({ clock, random: () => random });
        const n = Math.ceil(rate * (isSpent ? 60 : seconds + 60));
        const { most, say } = says[what];
        const ms = await server.ask(limiter, n, say(rate));
        assert.ok(ms <= 60_000 * most, `${what}: ${ms / 60_000} of what it must take`);
      },
    ),
    { numRuns: 50 },
  );
});
