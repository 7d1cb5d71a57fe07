import assert from "node:assert/strict";

/** Only a text for the tools, because it must not compile. */
const file = new URL("./mistakes.txt", import.meta.url);

Deno.test("mistakes in a chain are compile errors whose text is a sentence a person understands", async () => {
  const source = await Deno.readTextFile(file);
  const dir = await Deno.makeTempDir();
  const root = new URL("../../", import.meta.url).href;
  await Deno.writeTextFile(`${dir}/mistakes.ts`, source.replaceAll("../../", root));
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", `${dir}/mistakes.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(dir, { recursive: true });
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
