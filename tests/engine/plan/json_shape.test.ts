/**
 * What a file may hold is checked value by value.
 */
import assert from "node:assert/strict";
import { json, numeric, type Shape, whole } from "../../../lib/engine/plan/json_shape.ts";

const isOf = (shape: Shape, value: unknown) => shape(value, "it") === undefined;
/** A value inside this many nested objects. */
const nested = (levels: number, value: unknown = 1): unknown =>
  Array.from({ length: levels }).reduce((inner: unknown) => ({ a: inner }), value);

Deno.test("a number is finite, at least the least, and whole where that is asked", () => {
  for (const value of [0, 3, 2 ** 53 - 1]) assert.ok(isOf(whole, value), String(value));
  for (const value of [-1, 1.5, 2 ** 53, Infinity, -Infinity, NaN, "3", null]) {
    assert.ok(!isOf(whole, value), String(value));
  }
  assert.ok(isOf(numeric(0), 1.5));
  // JSON may say 1e999, and that is read as Infinity.
  for (const value of [JSON.parse("1e999"), NaN, -0.1, "3"]) {
    assert.ok(!isOf(numeric(0), value), String(value));
  }
});

Deno.test("any JSON is any value of it, however it is nested, as long as somebody could have written it", () => {
  for (const value of [null, true, "a", 1.5, [], {}, [null, { a: [1, { b: null }] }]]) {
    assert.ok(isOf(json, value), JSON.stringify(value));
  }
  const hidden = JSON.parse('{"a":[{"__proto__":{"all":true}}]}');
  assert.match(json(hidden, "it")!, /it\.a.* has a field "__proto__"/);
  assert.match(json({ a: [1, JSON.parse("1e999")] }, "it")!, /it\.a is not a finite number/);
});

Deno.test("forty levels are as deep as JSON may be", () => {
  assert.ok(isOf(json, nested(41, {})) === false && isOf(json, nested(40, {})));
  assert.match(json(nested(60), "it")!, /is nested too deeply$/);
});
