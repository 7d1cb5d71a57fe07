/**
 * A simulated datacenter in its own process, as the benchmarks need it: real HTTP, on another core.
 *
 * Reads one line of JSON options from stdin, answers with one line of JSON facts; each further line is a question
 * about what arrived. Ends with its stdin.
 */
import { serve } from "../../lib/sim/serve.ts";

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(
  new TransformStream<string, string>({
    transform(chunk, out) {
      for (const line of chunk.split("\n")) if (line) out.enqueue(line);
    },
  }),
);
const say = (value: unknown) => Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value) + "\n"));

let server: Awaited<ReturnType<typeof serve>> | undefined;
for await (const line of lines) {
  const ask = JSON.parse(line);
  if (!server) {
    const { count, long = 0, times = 5, drop = 0, ...options } = ask;
    server = await serve({
      lag: { min: 0, max: 0 },
      throttle: false,
      slowness: (_id, dice) => dice < long ? times : 1,
      ...options,
      machines: {
        count,
        each: (index) => ({ name: `test-${index}`, state: "running", tags: { type: "test" } }),
      },
    });
    if (drop > 0) {
      server.sim.faults.add({
        do: "drop-after",
        rate: drop,
        when: (request) => request.method !== "GET",
      });
    }
    // The simulator makes a machine when somebody first looks at it: that is not the client's time.
    if (count <= 10_000) Array.from(server.sim.account.machines.all());
    say({ url: server.url });
  } else {
    const { sim } = server;
    let slowest = 0;
    for (const machine of sim.account.machines.all()) {
      for (const job of machine.jobs) {
        if (job.action === "stop" && job.finished) slowest = Math.max(slowest, job.finished - job.queued);
      }
    }
    const writes = new Map<string, number>();
    for (const { machine, action } of sim.writes) {
      const key = `${machine} ${action}`;
      writes.set(key, (writes.get(key) ?? 0) + 1);
    }
    say({
      slowest,
      requests: sim.requests.total,
      refused: sim.requests.byStatus[429] ?? 0,
      writes: sim.writes.length,
      doubled: [...writes.values()].filter((count) => count > 1).length,
      left: [...sim.machines()].filter((machine) => machine.state === "running").length,
    });
  }
}
await server?.close();
