import assert from "node:assert/strict";

Deno.test("compiled, the command has in it whatever it loads later", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const root = new URL("../../", import.meta.url);
    const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
    const words = tasks.compile.command.split(" ").slice(1);
    words[words.indexOf("--output") + 1] = `${folder}/muster`;
    words.splice(words.indexOf("--quiet"), 1);
    // The runtime cannot be downloaded everywhere. What is appended to it is the same.
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: words,
      cwd: root,
      env: { DENORT_BIN: "/bin/true", NO_COLOR: "1" },
    }).output();
    const said = new TextDecoder().decode(stderr);
    assert.ok(success, said);
    const text = new TextDecoder("latin1").decode(await Deno.readFile(`${folder}/muster`));
    for (
      const part of [
        "muster: to do what is left: muster resume", // do_work.ts
        "Stop and delete every machine with a tag", // tasks/cull.ts
        "is the built-in simulator", // the simulator's notice
        "Make a password, or rather", // never there: this test can fail
        "ssh2",
        "js-yaml",
        "bcrypt-pbkdf",
        '"file":"run.js"', // the source map, for stacks
      ]
    ) assert.equal(text.includes(part), !part.startsWith("Make a password"), part);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
