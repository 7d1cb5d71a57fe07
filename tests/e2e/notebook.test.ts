import assert from "node:assert/strict";

const mod = new URL("../../mod.ts", import.meta.url).href;

/** What a cell's value would show, run as a main module of that name. Deno calls a kernel's `$deno$jupyter…`. */
async function shown(main: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "muster-cell-" });
  try {
    await Deno.writeTextFile(
      `${folder}/${main}`,
      `import { dc } from ${JSON.stringify(mod)};
       const value = await dc("sim").machines({ type: "test" });
       const display = (value as any)[Symbol.for("Jupyter.display")];
       console.log(display ? (await display())["text/html"] : "an array of " + value.length);`,
    );
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--no-prompt", `${folder}/${main}`],
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("awaited in a kernel, a selection is a table; in a script, the array that it is", async () => {
  assert.match(await shown("$deno$jupyter_repl.mts"), /^<div.*>40 machines<.*<table.*>test-01</);
  assert.match(await shown("script.ts"), /^an array of 40\n$/);
});
