/**
 * A chain as text: the step that cannot be undone stands out.
 */
import assert from "node:assert/strict";
import { Farm } from "../farm.ts";
import { jobs } from "../job.ts";

const yellow = (text: string) =>
  text.split("\n").filter((line) => line.includes("\x1b[33m")).map((line) => line.match(/[a-z]+\(/g)?.at(-1));

Deno.test("of a chain in colours the steps that cannot be undone are yellow, and no others", async () => {
  const chain = jobs(new Farm(1).handle, { pool: "blue" }).pause().waitUntil("paused").remove();
  assert.deepEqual(yellow(Deno.inspect(chain, { colors: true })), ["remove("]);
  assert.ok(!Deno.inspect(chain).includes("\x1b"));
  await chain.plan();
});
