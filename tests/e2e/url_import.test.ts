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
