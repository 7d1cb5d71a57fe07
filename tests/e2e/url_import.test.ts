import assert from "node:assert/strict";
import { serveFiles } from "./file_server.ts";

for (
  const [where, prepare] of [
    ["from an empty folder", () => {}],
    ["from a folder below somebody else's package.json", async (dir: string) => {
      await Deno.writeTextFile(
        `${dir}/package.json`,
        JSON.stringify({ name: "theirs", dependencies: { "left-pad": "1" } }),
      );
    }],
  ] as const
) {
  Deno.test(`mod.ts imported by URL works ${where}, with nothing downloaded but its own files`, async () => {
    const server = serveFiles();
    const { host, asked } = server;
    const dir = await Deno.makeTempDir();
    await prepare(dir);
    await Deno.mkdir(`${dir}/below`);
    await Deno.writeTextFile(
      `${dir}/below/script.ts`,
      `import { dc, dbaas } from ${JSON.stringify(server.url("mod.ts"))};
       const report = await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
       const databases = await dbaas("sim").instances();
       console.log(report.succeeded.length, databases.length);`,
    );
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", `--allow-import=${host}`, "script.ts"],
      cwd: `${dir}/below`,
      clearEnv: true,
      env: { NO_COLOR: "1", DENO_DIR: `${dir}/deno`, HOME: dir, PATH: Deno.env.get("PATH") ?? "" },
    }).output();
    await server.shutdown();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.equal(new TextDecoder().decode(stdout), "40 30\n");
    // A few files, as each is a journey over the network; `sim.js` for the simulator among them.
    // A file's map is asked for with it, at the same time as others.
    const files = asked.filter((path) => !path.endsWith(".map.json"));
    assert.ok(files.length < 15, asked.join(" "));
    const maps = asked.filter((path) => !files.includes(path));
    assert.deepEqual(maps.filter((map) => !files.includes(map.replace(/map\.json$/, "js"))), []);
    assert.ok(asked.includes("/lib/built/sim.js"), asked.join(" "));
    assert.deepEqual(files.filter((path) => !/^\/(mod\.ts|lib\/[\w/]+\.(ts|js))$/.test(path)), []);
    const packages = await Array.fromAsync(Deno.readDir(`${dir}/deno/npm`)).catch(() => []);
    assert.deepEqual(packages, []);
    await Deno.remove(dir, { recursive: true });
  });
}

Deno.test("a lock file refuses a file of muster's that has changed since, before anything runs", async () => {
  const server = serveFiles();
  const dir = await Deno.makeTempDir();
  const run = (frozen: boolean, cache: string) =>
    new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--lock=deno.lock",
        `--frozen=${frozen}`,
        `--allow-import=${server.host}`,
        "script.ts",
      ],
      cwd: dir,
      env: { NO_COLOR: "1", DENO_DIR: `${dir}/${cache}` },
    }).output();
  try {
    await Deno.writeTextFile(
      `${dir}/script.ts`,
      `import { dc } from ${JSON.stringify(server.url("mod.ts"))}; console.log(String(dc("sim")));`,
    );
    assert.equal((await run(false, "first")).code, 0);
    const lock = JSON.parse(await Deno.readTextFile(`${dir}/deno.lock`));
    const locked = Object.keys(lock.remote).map((url) => new URL(url).pathname);
    for (const file of ["mod.ts", "lib/built/core.js", "lib/built/core.map.json", "lib/built/run.js"]) {
      assert.ok(locked.includes(`/${file}`), file);
    }
    assert.equal((await run(true, "second")).code, 0);
    lock.remote[server.url("lib/built/run.js")] = "0".repeat(64);
    await Deno.writeTextFile(`${dir}/deno.lock`, JSON.stringify(lock));
    const { code, stdout, stderr } = await run(true, "third");
    assert.notEqual(code, 0);
    assert.equal(new TextDecoder().decode(stdout), "");
    assert.match(new TextDecoder().decode(stderr), /Integrity check failed[\s\S]*run\.js/);
  } finally {
    await server.shutdown();
    await Deno.remove(dir, { recursive: true });
  }
});
