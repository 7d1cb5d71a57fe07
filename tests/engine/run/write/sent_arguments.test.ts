/**
 * What an action was given as a function of the record stays what it was when it was sent.
 */
import assert from "node:assert/strict";
import { sentArguments } from "../../../../lib/engine/run/write/sent_arguments.ts";
import { job } from "../../job.ts";

Deno.test("a function is asked once for each thing it is given, and of the member as it was when it was sent", () => {
  const record = (title: string) => ({
    id: "j0",
    title,
    phase: "working",
    pool: "blue",
    priority: 1,
    touched: 0,
    changed: 0,
  });
  const asked: unknown[][] = [];
  const name = (...given: unknown[]) => {
    asked.push(given);
    return `${(given[0] as { title?: string } | undefined)?.title ?? "?"} ${given.slice(1).join()}`;
  };
  const sent = record("a");
  const [same, ask] = sentArguments(job, sent, [7, name]) as [number, typeof name];
  assert.equal(same, 7);
  assert.deepEqual([ask(sent), ask(record("b")), ask(sent)], ["a ", "a ", "a "]);
  assert.deepEqual([ask(sent, 1), ask(record("b"), 1), ask(sent, 2), ask()], ["a 1", "a 1", "a 2", "? "]);
  assert.deepEqual(ask({ ...record("c"), id: "j1" }), "c ", "another member");
  assert.deepEqual(asked.map((given) => given.length), [1, 2, 2, 0, 1]);
});
