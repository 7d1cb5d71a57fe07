/**
 * What would be published: the registry has no complaint, nothing private is in it, and everything needed is.
 */
import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

async function deno(args: string[], cwd: URL | string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

/** The paths of the files that would be published, below the project's folder. */
async function published(): Promise<string[]> {
  // Nothing is sent. The types are checked by the gate.
  const { code, out, err } = await deno(["publish", "--dry-run", "--allow-dirty", "--no-check"], root);
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /^error/m);
  // A script's own files, and packages that may not be there, are found when they are asked for.
  const warnings = [...(out + err).matchAll(/^warning\[([\w-]+)\]/gm)].map(([, name]) => name);
  assert.deepEqual(warnings.filter((name) => name !== "unanalyzable-dynamic-import"), []);
  return [...(out + err).matchAll(/^ {3}(file:\S+) \([\d.]+K?M?B\)$/gm)].map(([, url]) =>
    url!.slice(root.href.length)
  );
}

const files = await published();

Deno.test("what is published is the library, and none of its tests and tools", () => {
  assert.ok(files.length > 300, String(files.length));
  const others = files.filter((file) =>
    !/^(lib|tasks)\//.test(file) &&
    !["CHANGELOG.md", "LICENSE", "README.md", "api.ts", "cli.ts", "deno.json", "mod.ts"].includes(file)
  );
  assert.deepEqual(others, []);
  assert.deepEqual(files.filter((file) => /^lib\/built\/.*\.ts$|\.test\./.test(file)), []);
});

Deno.test("what is published works alone, by each of its entry points", async () => {
  const dir = await Deno.makeTempDir();
  try {
    for (const file of files) {
      await Deno.mkdir(`${dir}/package/${file}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.copyFile(new URL(file, root), `${dir}/package/${file}`);
    }
    await Deno.writeTextFile(
      `${dir}/script.ts`,
      `import { dbaas, dc } from "./package/mod.ts";
       import { describe } from "./package/api.ts";
       import plugin from "./package/lib/lint/no_floating_chain.ts";
       const report = await dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete();
       console.log(report.succeeded.length, (await dbaas("sim").instances()).length, typeof describe, plugin.name);`,
    );
    const env = { DENO_DIR: `${dir}/deno` };
    const ran = await deno(["run", "--quiet", "--cached-only", "script.ts"], dir, env);
    assert.equal(ran.code, 0, ran.err);
    assert.match(ran.out, /^40 30 function \w+\n$/);
    const listed = await deno(
      ["run", "--quiet", "--cached-only", "--allow-env", "package/cli.ts", "tasks"],
      dir,
      env,
    );
    assert.equal(listed.code, 0, listed.err);
    assert.match(listed.out, /cull/);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
