import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

/** The installation commands in docs/cli.md: from a checkout, and from a URL. */
async function documented(): Promise<[string, string]> {
  const text = await Deno.readTextFile(new URL("docs/cli.md", ROOT));
  const found = [...text.matchAll(/```sh\n(deno install [\s\S]*?)```/g)].map(([, command]) => command!);
  assert.equal(found.length, 2);
  const readme = (await Deno.readTextFile(new URL("README.md", ROOT))).replaceAll("\\\n", "");
  assert.ok(readme.includes(found[0]!.replaceAll("\\\n", "").trim()), "the README has the same");
  return found as [string, string];
}

/** Installs as documented, and uses it in a folder below somebody else's package.json. */
async function installed(command: string, from: string, taskImport: string) {
  const home = await Deno.makeTempDir({ prefix: "muster-install-" });
  try {
    const folder = `${home}/theirs/below`;
    await Deno.mkdir(`${folder}/tasks`, { recursive: true });
    await Deno.writeTextFile(`${home}/theirs/package.json`, `{ "name": "theirs", "type": "commonjs" }`);
    await Deno.writeTextFile(
      `${folder}/tasks/mine.ts`,
      `import { dc, task } from ${JSON.stringify(taskImport)};
       export default task({ description: "Count", run: () => dc("sim").machines({ type: "test" }).count() });`,
    );
    const env = {
      HOME: home,
      DENO_DIR: `${home}/deno`,
      NO_COLOR: "1",
      PATH: `${home}/.deno/bin:${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
    };
    const shell = async (script: string, cwd: string) => {
      const run = new Deno.Command("sh", { args: ["-c", script], cwd, clearEnv: true, env });
      const { code, stdout, stderr } = await run.output();
      const text = new TextDecoder();
      return { code, out: text.decode(stdout), err: text.decode(stderr) };
    };
    const install = await shell(command, from);
    assert.equal(install.code, 0, install.err);
    assert.match((await shell("muster --version", folder)).out, /^muster \d+\.\d+\.\d+ \(deno /);
    const run = await shell("muster run mine", folder);
    assert.deepEqual([run.code, run.out], [0, "40\n"], run.err);
    // Run again, it is an update.
    assert.equal((await shell(command, from)).code, 0);
    return await shell(`sed -i 's#".*mod.ts"#"@muster/muster"#' tasks/mine.ts && muster run mine`, folder);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("the command is installed from a checkout as documented, and works anywhere", async () => {
  const [command] = await documented();
  await installed(command, ROOT.pathname, "@muster/muster");
});

Deno.test("the command is installed from a URL as documented, and says what a task is to import", async () => {
  const [, command] = await documented();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const bytes = await Deno.readFile(new URL(`.${new URL(request.url).pathname}`, ROOT)).catch(() =>
      undefined
    );
    return new Response(bytes ?? null, {
      status: bytes ? 200 : 404,
      headers: { "content-type": "application/typescript" },
    });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const here = command.replaceAll("https://", "http://").replaceAll("muster.example.com", host);
  const unmapped = await installed(here, "/", `http://${host}/mod.ts`);
  assert.equal(unmapped.code, 2);
  assert.match(
    unmapped.err,
    new RegExp(`nothing defines its import "@muster/muster": import http://${host}/mod\\.ts`),
  );
});
