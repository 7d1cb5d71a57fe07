/** Changes that an API of one's own pushes, over real connections on a loopback port. */
import assert from "node:assert/strict";
import { api, describe, eventStream, type PushedChanges, webSocket } from "../../lib/api/mod.ts";
import { closeHttpClients } from "../../lib/http/client.ts";

interface Job {
  id: string;
  phase: string;
  changed: number;
}

/** A farm whose job pauses after a while, pushes that in both ways, and counts the reads. */
function serve(takes: number) {
  const job: Job = { id: "j1", phase: "working", changed: 1 };
  const looks: string[] = [], tokens = new Set<string | null>();
  const tells = new Set<(message: string) => void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    tokens.add(request.headers.get("authorization"));
    if (pathname === "/events") {
      let tell: (message: string) => void;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          tell = (message) =>
            controller.enqueue(new TextEncoder().encode(`: hello\r\nevent: x\r\ndata: ${message}\r\n\r\n`));
          tells.add(tell);
        },
        cancel: () => void tells.delete(tell),
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    }
    if (pathname === "/feed") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      const tell = (message: string) => socket.readyState === WebSocket.OPEN && socket.send(message);
      socket.onopen = () => void tells.add(tell);
      socket.onclose = () => void tells.delete(tell);
      return response;
    }
    if (request.method === "GET") {
      looks.push(pathname);
      return Response.json(pathname === "/jobs" ? [job] : job);
    }
    job.phase = "pausing";
    job.changed++;
    setTimeout(() => {
      job.phase = "paused";
      job.changed++;
      for (const tell of tells) tell(JSON.stringify({ job, at: Date.now() }));
    }, takes);
    return Response.json(job, { status: 202 });
  });
  return { server, looks, tokens, tells };
}

const described = (pushed: PushedChanges) =>
  describe({
    kind: "job",
    path: "/jobs",
    pushed,
    state: (job: Job) => job.phase,
    mark: (job) => job.changed,
    states: ["working", "pausing", "paused", "gone"],
    drift: { pausing: ["paused"] },
    actions: { pause: { from: ["working"], enters: "pausing" } },
  });

const read = (message: unknown) => {
  const { job, at } = message as { job: Job; at: number };
  return { id: job.id, record: job, published: at };
};

for (
  const [what, pushed] of [
    ["an event stream", eventStream({ path: "/events", read })],
    ["a WebSocket", webSocket({ path: "/feed", read, subscribe: { topic: "jobs" } })],
  ] as const
) {
  Deno.test(`what ${what} tells ends a wait, with the credentials and no more looks than one`, async () => {
    const { server, looks, tokens, tells } = serve(1500);
    try {
      const farm = api("farm", {
        url: `http://127.0.0.1:${server.addr.port}`,
        account: what,
        authorize: (request) => request.headers.set("authorization", "Bearer of-the-farm"),
      });
      const report = await farm.of(described(pushed))().all().pause().waitUntil("paused", { every: "60s" })
        .run();
      assert.equal(report.succeeded.length, 1);
      assert.deepEqual([...tokens], ["Bearer of-the-farm"]);
      assert.ok(looks.length <= 4, looks.join(" "));
      for (let n = 0; n < 50 && tells.size > 0; n++) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(tells.size, 0, "nobody waits any more, so it is closed");
    } finally {
      closeHttpClients();
      await server.shutdown();
    }
  });
}

Deno.test("an API without the stream that was described is looked at instead", async () => {
  const { server } = serve(50);
  try {
    const farm = api("farm", { url: `http://127.0.0.1:${server.addr.port}`, account: "none" });
    const jobs = farm.of(described(eventStream({ path: "/jobs/events", read })));
    const report = await jobs().all().pause().waitUntil("paused", { every: 100 }).run();
    assert.equal(report.succeeded.length, 1);
  } finally {
    closeHttpClients();
    await server.shutdown();
  }
});
