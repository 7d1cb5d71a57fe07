/**
 * How often a watcher looks at a server that fails.
 */
import assert from "node:assert/strict";
import { Farm } from "../farm.ts";
import { oneJob } from "../job.ts";
import { TransportError } from "../../../lib/engine/mod.ts";

Deno.test("a server that fails every look is looked at ever more rarely", async () => {
  const farm = new Farm(1, { takes: () => 3_600_000 });
  const send = farm.send.bind(farm);
  let failing = false;
  const looks: number[] = [];
  farm.send = (request, options) => {
    if (!failing || request.method !== "GET") return send(request, options);
    looks.push(farm.clock.now());
    return Promise.reject(new TransportError("Cannot reach test: it is down", "no"));
  };
  const run = oneJob(farm.handle, "j0").pause().waitUntil("paused", { timeout: "5m" }).run({
    throwOnError: false,
    on: (event) => event.type === "accepted" && void (failing = true),
  });
  const report = await run;
  assert.equal(report.failed.length, 1);
  // 1, 2, 4, 8, 16 and then every 30 seconds: a dozen or so in five minutes, and not six hundred.
  assert.ok(looks.length >= 5 && looks.length <= 25, `${looks.length} looks`);
  const pauses = looks.slice(1).map((at, index) => at - looks[index]!);
  assert.ok(Math.max(...pauses) >= 15_000, `the longest pause was ${Math.max(...pauses)} ms`);
});
