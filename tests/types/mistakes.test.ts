import assert from "node:assert/strict";

const file = new URL("./mistakes.ts", import.meta.url);

Deno.test("mistakes in a chain are compile errors whose text is a sentence a person understands", async () => {
  const source = await Deno.readTextFile(file);
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", file.pathname],
    env: { NO_COLOR: "1" },
  }).output();
  const found = new Map<number, string>();
  for (const block of new TextDecoder().decode(stderr).split(/\n(?=TS\d+ \[ERROR\])/)) {
    const line = /mistakes\.ts:(\d+):\d+/.exec(block)?.[1];
    if (line) found.set(Number(line), block);
  }
  const expected = new Map<number, string>();
  source.split("\n").forEach((line, index) => {
    const sentence = /^\/\/ expect: (.*)$/.exec(line)?.[1];
    if (sentence) expected.set(index + 2, sentence);
  });
  assert.ok(expected.size >= 9);
  for (const [line, sentence] of expected) {
    assert.ok(
      found.get(line)?.includes(sentence),
      `line ${line}: expected "${sentence}", got ${found.get(line)}`,
    );
  }
  assert.deepEqual([...found.keys()].sort((a, b) => a - b), [...expected.keys()]);
});
