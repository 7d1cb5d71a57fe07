import assert from "node:assert/strict";
import { mutantsOf, picked } from "./mutants.ts";
import { testsOf } from "./importers.ts";

const TEXT = `import { a } from "./a.ts";
interface Limit { most: 5 }
const most: 5 = 5;
export function judge(count: number, on: boolean): boolean {
  // 3 < 4
  if (on) note("1 < 2");
  if (count > most && on) throw new RangeError(\`Cannot take \${count > 1}\`);
  return true;
}
`;

Deno.test("a mutant changes one condition, boundary, constant or call, and no type, text or sentence of an error", () => {
  const shown = mutantsOf("x.ts", TEXT).map(({ line, kind, before, after }) =>
    `${line} ${kind} ${before} ${after}`
  );
  assert.deepEqual(shown.sort(), [
    "3 constant 5 10",
    '6 call note("1 < 2") undefined',
    "6 condition on !(on)",
    "7 boundary > >=",
    "7 condition && ||",
    "8 constant true false",
  ]);
});

Deno.test("each mutant is at its place in the text", () => {
  for (const one of mutantsOf("x.ts", TEXT)) assert.equal(TEXT.slice(one.start, one.end), one.before);
});

Deno.test("the same seed picks the same mutants, another seed others", () => {
  const all = mutantsOf("x.ts", TEXT.repeat(20));
  assert.deepEqual(picked(all, 10, 7), picked(all, 10, 7));
  assert.notDeepEqual(picked(all, 10, 7), picked(all, 10, 8));
  assert.equal(picked(all, 10_000, 7).length, all.length);
});

Deno.test("the tests of a file are those that come to it by their imports, its own room's first", () => {
  const importers = new Map([
    ["lib/engine/wait/open_waits.ts", ["lib/engine/wait/watcher.ts"]],
    ["lib/engine/wait/watcher.ts", ["lib/engine/run/run.ts", "tests/engine/wait/watcher.test.ts"]],
    ["lib/engine/run/run.ts", ["tests/behaviour/all.test.ts", "tests/engine/run/world.ts"]],
  ]);
  assert.deepEqual(testsOf("lib/engine/wait/open_waits.ts", importers), [
    "tests/engine/wait/watcher.test.ts",
    "tests/behaviour/all.test.ts",
  ]);
});
