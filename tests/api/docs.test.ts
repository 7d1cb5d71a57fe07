import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

/** What each example prints. */
const PRINTS = [
  /^3 removed: \[/,
  /^3 6 9$/m,
  /^3 paused with \d+ looks$/m,
  /^3 jobs removed$/m,
];

Deno.test("the examples of docs/your-own-api.md run as they are written, each as a program of its own", async () => {
  const page = await Deno.readTextFile(new URL("docs/your-own-api.md", root));
  const examples = [...page.matchAll(/^```ts ignore\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)
    .filter((code) => code.includes("serveFarm"));
  assert.equal(examples.length, PRINTS.length);
  const folder = await Deno.makeTempDir();
  try {
    const files = examples.map((_, index) => `${folder}/example_${index}.ts`);
    for (const [index, code] of examples.entries()) {
      await Deno.writeTextFile(files[index]!, code.replaceAll('"../', `"${root.href}`));
    }
    const checked = await new Deno.Command(Deno.execPath(), { args: ["check", "--quiet", ...files] })
      .output();
    assert.ok(checked.success, new TextDecoder().decode(checked.stderr));
    for (const [index, file] of files.entries()) {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-lock", "--check", "--allow-net=127.0.0.1", file],
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout);
      assert.ok(success, `example ${index + 1}: ${said}${new TextDecoder().decode(stderr)}`);
      assert.match(said, PRINTS[index]!);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the tool of docs/your-own-api.md is thirty lines", async () => {
  const page = await Deno.readTextFile(new URL("docs/your-own-api.md", root));
  const [, tool] = /^\/\/ From here.*\n([\s\S]*?)^\/\/ To here/m.exec(page)!;
  assert.ok(tool!.trim().split("\n").filter((line) => line !== "").length <= 30);
});
