import assert from "node:assert/strict";
import { ApiError, ThrottledError, TransportError } from "../../lib/engine/errors.ts";
import type { ApiRequest } from "../../lib/engine/resource/endpoint.ts";
import { bench, broken, json, refused } from "./setup.ts";

const write: ApiRequest = { method: "POST", path: "/my/machines/1", query: { action: "stop" } };
const read: ApiRequest = { method: "GET", path: "/my/machines" };

async function failureOf<E extends Error>(
  promise: Promise<unknown>,
  kind: new (...args: never[]) => E,
): Promise<E> {
  const error = await promise.then(() => assert.fail("it was to fail"), (error) => error);
  assert.ok(error instanceof kind, `${error?.stack}`);
  return error;
}

Deno.test("JSON goes out and comes back, with our headers and what authorize adds", async () => {
  const { send, requests } = bench(() => json({ id: "a" }, 201), {
    headers: { "accept-version": "~9" },
    authorize: (draft) => {
      draft.headers.authorization = `${draft.method} ${draft.target} ${draft.write}`;
      return Promise.resolve();
    },
  });
  const response = await send({ ...write, body: { name: "é" }, headers: { "x-more": "1" } });
  assert.equal(response.status, 201);
  assert.deepEqual(response.body, { id: "a" });
  const request = requests[0]!;
  assert.equal(request.headers.get("authorization"), "POST /my/machines/1?action=stop true");
  assert.equal(request.headers.get("accept-version"), "~9");
  assert.equal(request.headers.get("x-more"), "1");
  assert.equal(request.headers.get("user-agent"), "muster-test/1");
  assert.equal(request.headers.get("content-type"), "application/json");
  assert.equal(request.redirect, "manual");
  assert.deepEqual(await request.json(), { name: "é" });
});

Deno.test("where anything is expected, text stays text, and an empty body is undefined", async () => {
  const { send } = bench((_, nth) => nth === 1 ? new Response("pong") : new Response(null, { status: 204 }));
  assert.equal((await send({ ...read, expect: "anything" })).body, "pong");
  assert.equal((await send({ ...read, expect: "anything" })).body, undefined);
});

Deno.test("numbers too big for JavaScript can be read by one's own parser", async () => {
  const { send } = bench(
    () => new Response('{"n":12345678901234567890}', { headers: { "content-type": "application/json" } }),
    { parse: (text) => text },
  );
  assert.equal((await send({ ...read, expect: "value" })).body, '{"n":12345678901234567890}');
});

Deno.test("a refusal says what was asked, who refused, and why", async () => {
  const { send, requests } = bench(() =>
    json({ code: "ResourceNotFound", message: "VM not found" }, 404, { "request-id": "r-1" })
  );
  const error = await failureOf(send({ ...read, query: { token: "s3cret" } }), ApiError);
  assert.equal(
    error.message,
    "Cannot GET /my/machines: the server refused it: 404 ResourceNotFound: VM not found",
  );
  assert.equal(error.status, 404);
  assert.equal(error.code, "ResourceNotFound");
  assert.equal(error.requestId, "r-1");
  assert.equal(error.request, "GET /my/machines");
  assert.equal(requests.length, 1);
});

Deno.test("an accepted status is an answer", async () => {
  const { send } = bench(() => json({ id: "a", state: "deleted" }, 410));
  const response = await send({ ...read, accept: [404, 410] });
  assert.equal(response.status, 410);
  assert.deepEqual(response.body, { id: "a", state: "deleted" });
});

Deno.test("a redirect is not followed: it is an error, or an answer where it was asked for", async () => {
  const { send, requests } = bench(() =>
    new Response(null, { status: 302, headers: { location: "https://evil.example/" } })
  );
  const error = await failureOf(send(read), TransportError);
  assert.match(
    error.message,
    /cloud\.example does not answer as its API does: a redirect \(302\) to https:\/\/evil/,
  );
  assert.equal(requests.length, 5);
  const response = await send({ ...read, accept: [302] });
  assert.equal(response.headers.get("location"), "https://evil.example/");
  assert.equal(requests.length, 6);
  assert.ok(requests.every(({ url }) => url === "https://cloud.example/my/machines"));
});

for (const status of [408, 500, 502, 503, 504]) {
  Deno.test(`a read is repeated after ${status}, and succeeds`, async () => {
    const { send, requests, events, on } = bench((_, nth) => nth < 3 ? json({}, status) : json([1]));
    assert.deepEqual((await send(read, { on })).body, [1]);
    assert.equal(requests.length, 3);
    assert.deepEqual(events.map((event) => event.type), [
      "send",
      "answer",
      "retry",
      "send",
      "answer",
      "retry",
      "send",
      "answer",
    ]);
  });

  Deno.test(`a write answered with ${status} is never repeated, and its fate is called unknown`, async () => {
    const { send, requests } = bench(() =>
      json({ code: "Oops", message: "no idea" }, status, { "request-id": "r" })
    );
    const error = await failureOf(send(write), TransportError);
    assert.equal(error.sent, "unknown");
    assert.match(
      error.message,
      /^Cannot tell whether POST \/my\/machines\/1 was carried out: .*Oops: no idea/,
    );
    assert.ok(error.cause instanceof ApiError && error.cause.status === status);
    assert.equal(requests.length, 1);
  });
}

Deno.test("a read is given up after four repeats, each after a longer time", async () => {
  const { send, requests, events, on, clock } = bench(() => json({}, 500));
  const start = clock.now();
  await failureOf(send(read, { on }), ApiError);
  assert.equal(requests.length, 5);
  assert.deepEqual(events.flatMap((event) => event.type === "retry" ? [event.delay] : []), [
    100,
    200,
    400,
    800,
  ]);
  assert.equal(clock.now() - start, 1500);
});

Deno.test("Retry-After is honoured in seconds and as a date by the server's own clock", async () => {
  for (
    const headers of [
      { "retry-after": "7" },
      { "retry-after": "Thu, 15 Jan 2026 14:00:07 GMT", "date": "Thu, 15 Jan 2026 14:00:00 GMT" },
      { "retry-after": "Thu, 15 Jan 2026 12:00:07 GMT" },
    ]
  ) {
    const { send, clock } = bench((_, nth) => nth === 1 ? json({}, 503, headers) : json([]));
    const start = clock.now();
    await send(read);
    const waited = clock.now() - start;
    assert.ok(waited >= 7000 && waited <= 8000, `${waited} ms`);
  }
});

Deno.test("a write is repeated after a refusal for the rate, and only then", async () => {
  const { send, requests, events, on, limiter, clock } = bench((_, nth) =>
    nth === 1
      ? json({ code: "TooManyRequests", message: "You have exceeded your request rate of 10 r/s." }, 429)
      : new Response(null, { status: 202 })
  );
  const start = clock.now();
  assert.equal((await send(write, { on })).status, 202);
  assert.equal(requests.length, 2);
  assert.ok(clock.now() - start >= 100);
  assert.deepEqual(limiter.facts(), { perSecond: 9.9, source: "learned" });
  const throttled = events.find((event) => event.type === "throttled");
  assert.equal(throttled?.type === "throttled" && throttled.rate, 9.9);
});

Deno.test("each attempt is authorized anew, at its own time", async () => {
  const times: number[] = [];
  const { send, clock } = bench((_, nth) => json({}, nth < 3 ? 500 : 200), {
    authorize: () => Promise.resolve(void times.push(clock.now())),
  });
  await send(read);
  assert.equal(new Set(times).size, 3);
});

Deno.test("a server that goes on refusing for the rate ends in an error within the time allowed", async () => {
  const { send, clock, requests } = bench(() => json({ message: "rate of 10" }, 429), {
    maxThrottleWait: 60_000,
  });
  const start = clock.now();
  const error = await failureOf(send(write), ThrottledError);
  assert.match(
    error.message,
    /has refused it because of too many requests for \d+ s: 429: rate of 10\. It was not carried/,
  );
  assert.ok(clock.now() - start <= 80_000);
  assert.ok(requests.length < 60, `${requests.length} requests`);
});

Deno.test("maintenance far off fails at once, and says until when", async () => {
  const { send, clock, requests } = bench(() =>
    json({ code: "ServiceUnavailable", message: "This Triton data center is being upgraded" }, 503, {
      "retry-after": "Thu, 15 Jan 2026 13:30:00 GMT",
      "date": "Thu, 15 Jan 2026 12:00:00 GMT",
    })
  );
  const start = clock.now();
  const error = await failureOf(send(write), ThrottledError);
  assert.match(
    error.message,
    /does not accept it before 2026-01-15T13:30:00Z: 503 ServiceUnavailable: .*upgraded/,
  );
  assert.equal(clock.now(), start);
  assert.equal(requests.length, 1);
});

Deno.test("a write refused for a short maintenance is sent again after it", async () => {
  const { send, clock, requests } = bench((_, nth) =>
    nth === 1 ? json({ message: "being upgraded" }, 503, { "retry-after": "30" }) : json({}, 202)
  );
  const start = clock.now();
  assert.equal((await send(write)).status, 202);
  assert.ok(clock.now() - start >= 30_000);
  assert.equal(requests.length, 2);
});

Deno.test("maintenance does not slow down reads", async () => {
  const { send, limiter } = bench((request) =>
    request.method === "GET" ? json([]) : json({ message: "being upgraded" }, 503, { "retry-after": "9999" })
  );
  await failureOf(send(write), ThrottledError);
  await send(read);
  assert.equal(limiter.facts().source, "unknown");
});

Deno.test("a write that found nobody listening is sent again", async () => {
  const { send, requests } = bench((_, nth) => {
    if (nth < 3) throw refused();
    return json({}, 202);
  });
  assert.equal((await send(write)).status, 202);
  assert.equal(requests.length, 3);
});

Deno.test("nobody listening, in words", async () => {
  const { send } = bench(() => {
    throw refused();
  });
  const error = await failureOf(send(write), TransportError);
  assert.equal(error.sent, "no");
  assert.equal(
    error.message,
    "Cannot POST /my/machines/1: nothing listens there (connection refused): cloud.example. Tried for 6 s. " +
      "Check the port, and whether the server is up.",
  );
  assert.ok(error.cause instanceof TypeError);
});

Deno.test("a write whose connection broke is not repeated; a read is, and so is a write said to be idempotent", async () => {
  const { send, requests } = bench((_, nth) => {
    if (nth !== 3 && nth !== 5) throw broken();
    return json({}, 200);
  });
  const error = await failureOf(send(write), TransportError);
  assert.equal(error.sent, "unknown");
  assert.match(error.message, /^Cannot tell whether POST .* Check before you send it again\.$/);
  assert.equal(requests.length, 1);
  await send(read);
  assert.equal(requests.length, 3);
  await send({ method: "PUT", path: "/my/config", idempotent: true });
  assert.equal(requests.length, 5);
});

Deno.test("a server that never answers ends with the time limit: reads are repeated, writes are not", async () => {
  for (const [request, times] of [[write, 1], [read, 5]] as const) {
    const { send, requests, clock } = bench(() => new Promise<Response>(() => {}));
    const start = clock.now();
    const error = await failureOf(send(request), TransportError);
    assert.equal(error.sent, "unknown");
    assert.match(error.message, /no answer came within 30 s: cloud\.example/);
    assert.equal(requests.length, times);
    assert.ok(clock.now() - start >= times * 30_000);
  }
});

Deno.test("the time limit covers the body too", async () => {
  const stalled = () =>
    new Response(new ReadableStream(), { status: 200, headers: { "content-type": "application/json" } });
  const { send, clock } = bench((_, nth) => nth === 1 ? stalled() : json([1]));
  const start = clock.now();
  assert.deepEqual((await send({ ...read, timeout: 5000 })).body, [1]);
  assert.ok(clock.now() - start >= 5000);
});

Deno.test("malformed or truncated JSON is asked for again, and then an error", async () => {
  const cut = () =>
    new Response('{"id":"a', { headers: { "content-type": "application/json; charset=utf-8" } });
  const healing = bench((_, nth) => nth === 1 ? cut() : json({ id: "a" }));
  assert.deepEqual((await healing.send(read)).body, { id: "a" });
  const never = bench(cut);
  const error = await failureOf(never.send(read), TransportError);
  assert.match(
    error.message,
    /^Cannot GET \/my\/machines: cloud\.example does not answer .*, which is not JSON: 8 characters/,
  );
  assert.ok(error.cause instanceof SyntaxError);
  assert.equal(never.requests.length, 5);
});

Deno.test("a write that was accepted stays accepted when its answer is cut off", async () => {
  const { send, requests } = bench(() => {
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"id":"a'));
        controller.error(new TypeError("error reading a body from connection"));
      },
    });
    return new Response(body, { status: 201, headers: { "content-type": "application/json" } });
  });
  const response = await send(write);
  assert.equal(response.status, 201);
  assert.equal(response.body, undefined);
  assert.match(response.note!, /^The request was carried out, but its answer was cut off/);
  assert.equal(requests.length, 1);
});

Deno.test("a write answered with what is not JSON is doubtful, whatever it says of itself", async () => {
  const { send, requests } = bench(() =>
    new Response('{"id":"a', { status: 201, headers: { "content-type": "application/json" } })
  );
  const error = await failureOf(send(write), TransportError);
  assert.equal(error.sent, "unknown");
  assert.match(
    error.message,
    /^Cannot tell whether POST \/my\/machines\/1 was carried out: cloud\.example does not/,
  );
  assert.equal(requests.length, 1);
});

Deno.test("a garbled refusal is nobody's word", async () => {
  const { send } = bench(() =>
    new Response("<html>no", { status: 404, headers: { "content-type": "application/json" } })
  );
  const error = await failureOf(send(read), TransportError);
  assert.match(error.message, /does not answer as its API does: application\/json \(404\) "no"/);
});

Deno.test("nothing is sent once aborted", async () => {
  const { send, requests } = bench(() => json({}));
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  await assert.rejects(send(write, { signal: stop.signal }), { message: "enough" });
  assert.equal(requests.length, 0);
});

Deno.test("an abort while it is being signed sends nothing", async () => {
  const stop = new AbortController();
  const { send, requests, limiter } = bench(() => json({}), {
    authorize: () => Promise.resolve(stop.abort(new Error("enough"))),
  });
  await assert.rejects(send(write, { signal: stop.signal }), { message: "enough" });
  assert.equal(requests.length, 0);
  assert.equal(limiter.inFlight, 0);
});

Deno.test("an abort cuts a read under way, and lets a write end", async () => {
  for (const [request, cut] of [[read, true], [write, false]] as const) {
    const stop = new AbortController();
    const { send, clock, limiter } = bench(async () => {
      await clock.sleep(1000);
      return json({ done: true });
    });
    const sent = send(request, { signal: stop.signal });
    await clock.sleep(500);
    stop.abort(new Error("enough"));
    if (cut) {
      await assert.rejects(sent, { message: "enough" });
      assert.equal(limiter.inFlight, 0);
      await clock.sleep(1000);
    } else assert.deepEqual((await sent).body, { done: true });
  }
});

Deno.test("an abort between two attempts ends the waiting", async () => {
  const stop = new AbortController();
  const { send, clock, requests } = bench(() => json({}, 503, { "retry-after": "60" }));
  const sent = send(read, { signal: stop.signal });
  const start = clock.now();
  const expected = assert.rejects(sent, { message: "enough" });
  await clock.sleep(1000);
  stop.abort(new Error("enough"));
  await expected;
  assert.equal(requests.length, 1);
  assert.equal(clock.now() - start, 1000);
});

Deno.test("a refusal that can be put right is answered once", async () => {
  let token = "old";
  const { send, requests } = bench(
    (request) => request.headers.get("x-auth-token") === "new" ? json({}) : json({}, 401),
    {
      authorize: (draft) => Promise.resolve(void (draft.headers["x-auth-token"] = token)),
      refused: ({ status }) => {
        if (status !== 401) return Promise.resolve(undefined);
        token = "new";
        return Promise.resolve("resend");
      },
    },
  );
  await send(write);
  assert.equal(requests.length, 2);
});

Deno.test("a refusal that was put right and comes again stands", async () => {
  const { send, requests } = bench(() => json({}, 401), { refused: () => Promise.resolve("resend") });
  const error = await failureOf(send(write), ApiError);
  assert.equal(error.status, 401);
  assert.equal(requests.length, 2);
});

Deno.test("whatever happens, every place in the limiter is given back", async () => {
  const { send, limiter } = bench((_, nth) => {
    if (nth % 3 === 0) throw broken();
    return json({}, [200, 404, 500, 429][nth % 4]!);
  }, { maxThrottleWait: 5000 });
  const requests = Array.from({ length: 40 }, (_, i) => send(i % 2 ? read : write));
  await Promise.allSettled(requests);
  assert.equal(limiter.inFlight, 0);
  assert.equal(limiter.waiting, 0);
});

Deno.test("debug writes one line for each attempt, and no secret", async () => {
  const { send, lines } = bench(
    (_, nth) =>
      nth === 1 ? json({}, 500, { "request-id": "r-1" }) : json({}, 200, { "request-id": "r-2\u001b[2J" }),
    { authorize: (draft) => Promise.resolve(void (draft.headers.authorization = "s3cret")) },
  );
  await send({
    method: "GET",
    path: "/my/x",
    query: { limit: 3, "api_key": "s3cret", "x-token": "s3cret" },
    body: undefined,
  });
  assert.deepEqual(
    lines,
    [
      "GET https://cloud.example/my/x?limit=3&api_key=***&x-token=*** 500 0 ms r-1 (the server failed: 500; again in 100 ms)",
      "GET https://cloud.example/my/x?limit=3&api_key=***&x-token=*** 200 0 ms r-2\\u001b[2J",
    ],
  );
  assert.ok(!lines.join().includes("s3cret"));
  // deno-lint-ignore no-control-regex
  assert.ok(!/[\u0000-\u001f]/.test(lines.join()));
});

Deno.test("a body that is no JSON is refused before anything is sent", async () => {
  const { send, requests } = bench(() => json({}));
  const loop: { self?: unknown } = {};
  loop.self = loop;
  await assert.rejects(
    send({ ...write, body: loop }),
    /Cannot POST \/my\/machines\/1: its body cannot be written/,
  );
  assert.equal(requests.length, 0);
});
