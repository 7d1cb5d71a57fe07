/**
 * When a record satisfies a condition.
 */
import assert from "node:assert/strict";
import { matches, satisfies, showConditions } from "../../../lib/engine/select/conditions.ts";
import { job } from "../job.ts";

const record = { id: "j0", title: "a", phase: "working", pool: "blue", priority: 1, touched: 0, changed: 0 };
const tested = { resource: job, record, key: "title" } as unknown as Parameters<typeof satisfies>[2];
const so = (value: unknown, condition: unknown) => satisfies(value, condition, tested);

Deno.test("another thing satisfies its id, and the record of a thing stands for its id", () => {
  assert.equal(so({ id: "d1", size: 1 }, "d1"), true);
  assert.equal(so({ id: 7 }, "7"), true);
  assert.equal(so({ id: "d1" }, "d2"), false);
  assert.equal(so({ size: "d1" }, "d1"), false, "it has no id");
  assert.equal(so({ id: ["d1"] }, "d1"), false, "its id is none");
  assert.equal(so("d1", { id: "d1", size: 1 }), true);
  assert.equal(so(["d0", { id: "d1" }], { id: "d1" }), true);
});

Deno.test("an object satisfies what it holds of one; a missing value satisfies nothing but itself", () => {
  assert.equal(so({ a: 1, b: { c: "d" } }, { b: { c: "d" } }), true);
  assert.equal(so({ a: 1 }, { a: 2 }), false);
  assert.equal(so({}, { toString: "a" }), false);
  assert.equal(so(null, { a: 1 }), false);
  assert.equal(so("text", { length: 4 }), false);
  assert.equal(so(undefined, /./), false);
  assert.equal(so(null, null), true);
  assert.equal(so(1, "1"), true);
});

Deno.test("a pattern that remembers where it stopped is asked from the beginning", () => {
  const pattern = /a/g;
  assert.deepEqual([so("a", pattern), so("a", pattern)], [true, true]);
});

Deno.test("a test that gives a promise is refused, and what becomes of the promise is nobody's rejection", async () => {
  let unhandled = 0;
  const count = (event: PromiseRejectionEvent) => (event.preventDefault(), unhandled++);
  globalThis.addEventListener("unhandledrejection", count);
  assert.throws(() => so("a", () => Promise.reject(new Error("late"))), /gave a promise, not true or false/);
  await new Promise((resolve) => setTimeout(resolve, 0));
  globalThis.removeEventListener("unhandledrejection", count);
  assert.equal(unhandled, 0);
  assert.throws(() => so("a", () => "yes"), /gave "yes", not true or false/);
});

Deno.test("tags and attributes have to fit, all of them; of several names one", () => {
  const fits = (tags: object, ...where: object[]) => matches(job, record, { tags, where } as never);
  assert.equal(fits({ pool: "blue" }, { title: "a" }, { phase: "working" }), true);
  assert.equal(fits({ pool: "red" }, { title: "a" }), false);
  assert.equal(fits({ pool: "blue" }, { title: "b" }), false);
  assert.equal(fits({ pool: "blue" }, { title: "a" }, { phase: "paused" }), false);
  const named = { ...job, names: () => ["first", "second"] } as never;
  const bears = (name: unknown) => matches(named, record, { tags: {}, where: [{ name }] } as never);
  assert.deepEqual([bears("second"), bears("a"), bears(/^f/)], [true, false, true]);
});

Deno.test("conditions read as they are written", () => {
  assert.equal(showConditions({}), "{}");
  assert.equal(showConditions({ title: "a" }), '{ title: "a" }');
});
