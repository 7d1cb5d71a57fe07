import assert from "node:assert/strict";
import { mutantsOf, picked } from "./mutants.ts";
import { woven } from "./weave.ts";

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

/** What `judge` is when one of the mutants is awake. */
async function awake(number: number, called: string) {
  const mutants = mutantsOf("x.ts", WOVEN).map((one, number) => ({ ...one, number }));
  const met = new Set<number>();
  const global = globalThis as unknown as { __mutant?: (number: number) => boolean };
  global.__mutant = (one) => Boolean(met.add(one)) && one === number;
  const code = woven(WOVEN, mutants);
  const url = `data:application/typescript,${encodeURIComponent(`${code}\n// ${number}`)}`;
  const { [called]: call } = await import(url);
  met.clear();
  return { mutants, call, met };
}

const WOVEN = `const MOST = 5;
export const judge = (count: number, on: boolean) => count + 1 > MOST && on ? "many" : { few: true };
export async function wait(log: string[]) {
  if (!log.length) return 0;
  await Promise.resolve(log.push("a"));
  return log.length === 2 && (await Promise.resolve(3)) < 4;
}
`;

Deno.test("a text with its mutants asleep does what it did, and each mutant awake changes something", async () => {
  const all = async (number: number) => {
    const { call: judge } = await awake(number, "judge");
    const { call: wait } = await awake(number, "wait");
    const calls = [[1, true], [4, true], [5, true], [5, false], [9, true]].map(([a, b]) => judge(a, b));
    return JSON.stringify([calls, await wait([]), await wait(["b"]), await wait(["b", "c"])]);
  };
  const asleep = await all(-1);
  assert.equal(asleep, '[[{"few":true},{"few":true},"many",{"few":true},"many"],0,true,false]');
  const { mutants } = await awake(-1, "judge");
  assert.ok(mutants.length > 10, `${mutants.length}`);
  for (const [number, one] of mutants.entries()) {
    // Four is the boundary of what three is less than, either way.
    if (one.before === "<" || one.before === "4") continue;
    assert.notEqual(await all(number), asleep, `${one.before} -> ${one.after}`);
  }
});

Deno.test("a mutant in a constant of the file is met where the constant is used", async () => {
  const { mutants, call, met } = await awake(-1, "judge");
  call(1, true);
  const constant = mutants.findIndex(({ before }) => before === "5");
  assert.ok(met.has(constant));
});
