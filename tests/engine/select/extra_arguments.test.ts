/**
 * How many arguments a function accepts, according to its source text.
 */
import assert from "node:assert/strict";
import { limitArguments, parameterCount } from "../../../lib/engine/select/extra_arguments.ts";

Deno.test("parameters are counted with those that may be left out; where the text is not certain any number is taken", () => {
  // deno-lint-ignore no-explicit-any
  const count = (text: string) => parameterCount((0, eval)(`(${text})`) as any);
  const cases: [string, number][] = [
    ["() => 1", 0],
    ["(a) => a", 1],
    ["a => a", 1],
    ["a => (b, c) => a", 1],
    ["async a => a", 1],
    ["(a, b) => a", 2],
    ["(a, b = 2) => a", 2],
    ["(a, b = [1, 2], c = { d: 1, e: 2 }) => a", 3],
    ["({ a, b }, c) => a", 2],
    ["(a, b,) => a", 2],
    ["function (a, b) { return (c, d, e) => a; }", 2],
    ["function named(a) { return [a, a]; }", 1],
    ["{ method(a, b, c) { return a; } }.method", 3],
    ["(a, ...more) => a", Infinity],
    ["(a, b = 'x)') => a", Infinity],
    ["function () { return arguments.length; }", Infinity],
  ];
  for (const [text, expected] of cases) assert.equal(count(text), expected, text);
  assert.equal(parameterCount(Math.max), Infinity);
});

Deno.test("methods of a class refuse more values than they take, those that are asynchronous by rejecting", async () => {
  class Door {
    open(_how: string, _wide = 1) {
      return "open";
    }
    async close() {
      return await Promise.resolve("closed");
    }
  }
  limitArguments(Door, { close: "It closes by itself." });
  // deno-lint-ignore no-explicit-any
  const door = new Door() as any;
  assert.equal(door.open("slowly", 2), "open");
  assert.throws(() => door.open("slowly", 2, 3), /Cannot use open\(\) with 3 values: it takes two values\./);
  assert.equal(await door.close(), "closed");
  await assert.rejects(
    door.close(1),
    /Cannot use close\(\) with a value: it takes nothing\. It closes by itself\./,
  );
});
