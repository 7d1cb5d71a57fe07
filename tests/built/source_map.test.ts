import assert from "node:assert/strict";
import { readBuilt } from "../../lib/built/make.ts";
import {
  afterEdit,
  lineStarts,
  type Origin,
  originAt,
  readMappings,
  type Segment,
  throughModules,
  writeMappings,
} from "../../lib/built/source_map.ts";

Deno.test("what is written as mappings is read the same", () => {
  const lines: Segment[][] = [
    [[0, 0, 3, 7], [16, 1, 0, 0], [17, 0, 1_000_000, 65]],
    [],
    [[4, 2, 31, 32]],
    [[0, 0, 0, 0]],
  ];
  assert.deepEqual(readMappings(writeMappings(lines)), lines);
  // As esbuild and Rollup write them.
  assert.equal(writeMappings([[[0, 0, 3, 7], [9, 0, 3, 16]]]), "AAGO,SAAS");
  assert.deepEqual(readMappings("A,CAAAA;"), [[[1, 0, 0, 0]], []]);
});

Deno.test("a place of an edited text leads to where it was, and what is new to what is before it", () => {
  const before: Origin[] = [
    { at: 0, line: 0, column: 0 },
    { at: 4, line: 1, column: 2 },
    { at: 8, line: 5, column: 0 },
  ];
  // "aaaabbbbcccc" becomes "cccc(bb)aaaa".
  const after = afterEdit(before, [
    { text: "cccc", from: 8 },
    { text: "(" },
    { text: "bb", from: 6 },
    { text: ")" },
    { text: "aaaa", from: 0 },
  ]);
  const lineAt = (place: number) => originAt(after, place)?.line;
  assert.deepEqual([0, 3, 4, 5, 6, 7, 8, 11].map(lineAt), [5, 5, 5, 1, 1, 1, 0, 0]);
  assert.equal(originAt([], 3), undefined);
});

Deno.test("a map through modules leads to their sources, a line once", () => {
  const code = "a\nbcd";
  const modules = [{
    starts: lineStarts(code),
    origins: [{ at: 0, line: 7, column: 1 }, { at: 2, line: 9, column: 0 }, { at: 4, line: 12, column: 4 }],
  }];
  assert.deepEqual(
    throughModules([[[0, 0, 0, 0], [5, 0, 1, 0], [6, 0, 1, 1], [7, 0, 1, 2]], []], modules),
    [[[0, 0, 7, 1], [5, 0, 9, 0], [7, 0, 12, 4]], []],
  );
});

Deno.test("every place in the built files where an error is thrown leads to that line of its source", async () => {
  const built = await readBuilt();
  const sources = new Map<string, string[]>();
  const folder = new URL("../../lib/built/", import.meta.url);
  let thrown = 0;
  for (const [name, code] of built) {
    if (!name.endsWith(".js") || !code.includes("throw ")) continue;
    const map = JSON.parse(built.get(name.replace(/js$/, "map.json"))!);
    const lines = readMappings(map.mappings);
    for (const [row, text] of code.split("\n").entries()) {
      for (const { index } of text.matchAll(/\bthrow new [A-Z]/g)) {
        const [, source, line] = lines[row]!.findLast(([column]) => column <= index)!;
        const url = new URL(map.sources[source], folder);
        if (!sources.has(url.href)) sources.set(url.href, (await Deno.readTextFile(url)).split("\n"));
        assert.match(sources.get(url.href)![line]!, /\bthrow new /, `${name}:${row + 1}:${index} ${url}`);
        thrown++;
      }
    }
  }
  assert.ok(thrown > 300, String(thrown));
});
