import assert from "node:assert/strict";
import { guardOutput } from "../../lib/view/above_live_area.ts";

type Console = Record<string, (...args: unknown[]) => void>;

Deno.test("console output is told of before and after, once for each call, and everything is put back", () => {
  const { console } = globalThis as unknown as { console: Console };
  const { log, table } = console;
  const told: string[] = [];
  try {
    const mine = console.log = (text) => void told.push(String(text));
    // A method that is built on another is one piece of output.
    console.table = (text) => console.log!(text);
    const undo = guardOutput(() => told.push("before"), (endsLine) => told.push(`after ${endsLine}`));
    console.log("hello");
    console.table("rows");
    undo();
    assert.deepEqual(told, ["before", "hello", "after true", "before", "rows", "after true"]);
    assert.equal(console.log, mine);
    const outer = guardOutput(() => {}, () => {});
    const theirs = console.log = () => {};
    outer();
    assert.equal(console.log, theirs, "what somebody else put there meanwhile was taken away");
  } finally {
    Object.assign(console, { log, table });
  }
  assert.ok(!Object.hasOwn(Deno.stderr, "writeSync"));
});

Deno.test("output that throws is over all the same", () => {
  const { console } = globalThis as unknown as { console: Console };
  const { log } = console;
  let open = 0;
  try {
    console.log = () => {
      throw new Error("no");
    };
    const undo = guardOutput(() => open++, () => open--);
    assert.throws(() => console.log!("x"), /no/);
    undo();
  } finally {
    console.log = log!;
  }
  assert.equal(open, 0);
});
