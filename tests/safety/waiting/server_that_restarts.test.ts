/** A server that is away for a moment is waited for; one that was never there is not, and nothing is sent twice. */
import assert from "node:assert/strict";
import type { Report } from "../../../lib/muster.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { TransportError } from "../../../lib/engine/errors.ts";
import { createLimiter } from "../../../lib/engine/rate/limiter.ts";
import { systemClock } from "../../../lib/engine/time/clock.ts";
import { closeHttpClients } from "../../../lib/http/client.ts";
import { createSend } from "../../../lib/http/send.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { bench, json, refused } from "../../http/setup.ts";
import { world as cloud } from "../../clouds/openstack/trove/world.ts";

const read = { method: "GET", path: "/machines" } as const;
const write = { method: "POST", path: "/machines/1" } as const;

/** Notices to the person while `work` runs. */
async function saidDuring(work: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = [];
  const { notice } = output;
  output.notice = (line) => said.push(line);
  try {
    await work();
  } finally {
    output.notice = notice;
  }
  return said;
}

/** A fetch before which a server can go away, and which counts the vain tries. */
function door(inner: typeof fetch, now: () => number) {
  const state = { downUntil: -Infinity, vain: [] as number[] };
  const through = ((input: RequestInfo | URL, init?: RequestInit) => {
    if (now() >= state.downUntil) return inner(input, init);
    state.vain.push(now());
    return Promise.reject(refused());
  }) as typeof fetch;
  return { state, through };
}

for (const count of [6, 1000]) {
  Deno.test(`a server that restarts for 5 s fails none of ${count} stops, and is not hammered meanwhile`, async () => {
    const { sim, clock, with: open } = await world({ machines: machines(count) });
    const { state, through } = door(sim.fetch as typeof fetch, () => clock.now());
    const dc = open({ fetch: through });
    let report: Report | undefined;
    let start = 0;
    const said = await saidDuring(async () => {
      report = await dc.machines({ type: "test" }).max(1000).stop().waitUntil("stopped").run({
        on: (event) => {
          if (event.type !== "planned") return;
          start = clock.now();
          state.downUntil = start + 5000;
        },
        view: false,
      });
    });
    assert.equal(report!.succeeded.length, count);
    assert.ok(state.vain.length <= 32 + 15, `${state.vain.length} vain tries`);
    assert.ok(start + 5000 - state.vain.at(-1)! <= 1000, "it is found within a second");
    assert.equal(said.length, 2, said.join("\n"));
    assert.match(said[0]!, /^nothing listens there \(connection refused\): .*; trying again for up to 60 s$/);
    assert.match(said[1]!, / answers again, after [56] s$/);
  });
}

Deno.test("a server away for longer than a minute fails all at the end of it, and later requests at once", async () => {
  let isUp = true;
  const { send, clock, requests } = bench(() => {
    if (!isUp) throw refused();
    return json({});
  });
  await send(read);
  isUp = false;
  const start = clock.now();
  const before = requests.length;
  const ended = await Promise.allSettled(Array.from({ length: 50 }, () => send(write)));
  for (const one of ended) {
    assert.ok(one.status === "rejected" && one.reason instanceof TransportError && one.reason.sent === "no");
    assert.match(one.reason.message, /connection refused.*Tried for 6\d s\. Check the port/);
  }
  const ms = clock.now() - start;
  assert.ok(ms >= 60_000 && ms <= 63_000, `${ms} ms`);
  assert.ok(requests.length - before <= 80, `${requests.length - before} tries`);
  const again = clock.now();
  await assert.rejects(send(read), TransportError);
  assert.ok(clock.now() - again <= 2000);
  await clock.sleep(600_000);
  isUp = true;
  await send(write);
});

Deno.test("a wrong port fails within five seconds and a misspelt name within two, each with a sentence", async () => {
  const unknown = new TypeError("fetch failed", {
    cause: new Error(
      "client error (Connect): dns error: failed to lookup address information: Name not known",
    ),
  });
  for (
    const [error, most, words] of [[refused(), 6000, /Check the port/], [
      unknown,
      3000,
      /misspelling/,
    ]] as const
  ) {
    for (const request of [read, write]) {
      const { send, clock } = bench(() => {
        throw error;
      });
      const start = clock.now();
      await assert.rejects(send(request), words);
      assert.ok(clock.now() - start <= most, `${clock.now() - start} ms`);
    }
  }
});

Deno.test("what does not get better is not waited for, though the server answered before", async () => {
  const causes = [
    new TypeError("x", {
      cause: new Error("client error (Connect): invalid peer certificate: UnknownIssuer"),
    }),
    new TypeError("Fetch failed: Requests to port 1 are blocked"),
    new Deno.errors.NotCapable('Requires net access to "h:443", run again with the --allow-net flag'),
  ];
  for (const cause of causes) {
    const { send, clock, requests } = bench((_, nth) => {
      if (nth > 1) throw cause;
      return json({});
    });
    await send(read);
    const start = clock.now();
    await assert.rejects(send(write), TransportError);
    assert.equal(clock.now(), start);
    assert.equal(requests.length, 2);
  }
});

Deno.test("Ctrl-C ends the wait for a server at once, for the one that tries and for all others", async () => {
  const stop = new AbortController();
  const { send, clock, requests, limiter } = bench((_, nth) => {
    if (nth > 1) throw refused();
    return json({});
  });
  await send(read);
  const all = Promise.allSettled(
    Array.from({ length: 100 }, () => send(write, { signal: stop.signal })),
  );
  await clock.sleep(10_000);
  const start = clock.now();
  const tried = requests.length;
  stop.abort(new Error("enough"));
  for (const one of await all) assert.ok(one.status === "rejected" && one.reason.message === "enough");
  assert.equal(clock.now(), start);
  assert.equal(requests.length, tried);
  assert.equal(clock.sleeping, 0);
  assert.equal(limiter.inFlight, 0);
});

Deno.test("who tries whether a server is back and is called off leaves the turn to another", async () => {
  let isUp = true;
  let hang = false;
  const { send, clock } = bench((request) => {
    if (hang && request.method === "GET") return new Promise<Response>(() => {});
    if (!isUp) throw refused();
    return json({});
  });
  await send(read);
  isUp = false;
  const stop = new AbortController();
  const first = send(read, { signal: stop.signal });
  await clock.sleep(50);
  const second = send(write);
  hang = true; // the next try of the first gets no answer
  await clock.sleep(3000);
  isUp = true;
  stop.abort(new Error("enough"));
  await assert.rejects(first, { message: "enough" });
  const start = clock.now();
  await second;
  assert.ok(clock.now() - start <= 2000, `${clock.now() - start} ms`);
});

Deno.test("a gateway that says 502 or 503 while its server restarts is waited for by reads; a write is doubtful", async () => {
  for (const status of [502, 503, 504]) {
    let downUntil = 0;
    const { send, clock, requests } = bench(() => clock.now() < downUntil ? json({}, status) : json([]));
    await send(read);
    downUntil = clock.now() + 20_000;
    const said = await saidDuring(() => send(read));
    assert.ok(clock.now() - downUntil <= 2000, `${status}: ${clock.now() - downUntil} ms late`);
    assert.ok(requests.length <= 30, `${requests.length} requests`);
    assert.equal(said.length, 1);
    downUntil = clock.now() + 20_000;
    const arrived = requests.length;
    await assert.rejects(send(write), { sent: "unknown" });
    assert.equal(requests.length, arrived + 1);
  }
});

Deno.test("Keystone and Trove away for 5 s fail neither a login nor an action", async () => {
  const { sim, clock, with: open } = await cloud({ instances: [{ name: "db-0" }, { name: "db-1" }] });
  const { state, through } = door(sim.fetch as typeof fetch, () => clock.now());
  const db = open({ fetch: through });
  state.downUntil = clock.now() + 4000; // never reached before
  assert.equal((await db.instances()).length, 2);
  state.downUntil = clock.now() + 5000;
  const report = await db.instances().all().restart().run({ view: false });
  assert.equal(report.succeeded.length, 2);
});

Deno.test("a real server that is stopped and started again gets each write once", async () => {
  const arrived: string[] = [];
  const open = (port: number) =>
    Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, (request) => {
      arrived.push(`${request.method} ${new URL(request.url).pathname}`);
      return new Response("{}", { headers: { "content-type": "application/json" } });
    });
  const first = open(0);
  const { port } = first.addr;
  const send = createSend({
    baseUrl: `http://127.0.0.1:${port}`,
    clock: systemClock,
    limiter: ((limiter) => () => limiter)(createLimiter({ clock: systemClock, random: Math.random })),
    random: Math.random,
    userAgent: "muster-test/1",
    explain: () => ({ code: "", message: "" }),
    requestIdHeader: "request-id",
  });
  await send(write);
  await first.shutdown();
  const sent = Promise.all([1, 2, 3].map((n) => send({ method: "POST", path: `/again/${n}` })));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const second = open(port);
  await sent;
  await second.shutdown();
  closeHttpClients();
  assert.deepEqual(arrived.sort(), ["POST /again/1", "POST /again/2", "POST /again/3", "POST /machines/1"]);
});
