/**
 * What the compiler reports in somebody else's folder, without our `deno.json` and with their own options.
 */
import assert from "node:assert/strict";
import { serveFiles } from "./file_server.ts";

const root = new URL("../../", import.meta.url);

/** Uses each part of the library, rightly. */
const SCRIPT = (mod: string) => `
  import { all, ChainError, dbaas, dc, type Machine, resume, task } from ${JSON.stringify(mod)};
  const names: string[] = (await dc("sim").machines({ type: "test" })).map((machine: Machine) => machine.name);
  const stopped = dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped");
  const restarted = dbaas("sim").instances().where({ name: /^a/ }).restart().waitUntil("ready");
  const report = await all(stopped.delete(), restarted).run({ throwOnError: false });
  console.log(names, report.succeeded.length, (await stopped.plan()).writes, resume);
  export default task({
    description: "Says how long machines have been up",
    args: { type: { type: "string", required: true } },
    run: ({ type }) => dc("sim").machines({ type }).ssh("uptime"),
  });
  if (globalThis.closed) throw new ChainError("closed", [], report);
`;

/** Whatever somebody may ask of the compiler, and the types of the browser. */
const STRICTEST = {
  strict: true,
  erasableSyntaxOnly: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  lib: ["deno.ns", "dom", "dom.iterable", "esnext"],
};

/** What `deno check` says in an empty folder. */
async function check(mod: string, compilerOptions?: object, ...flags: string[]): Promise<string> {
  return await checked(SCRIPT(mod), compilerOptions, ...flags);
}

async function checked(script: string, compilerOptions?: object, ...flags: string[]): Promise<string> {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/script.ts`, script);
  if (compilerOptions) await Deno.writeTextFile(`${dir}/deno.json`, JSON.stringify({ compilerOptions }));
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...flags, "script.ts"],
    cwd: dir,
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(dir, { recursive: true });
  return new TextDecoder().decode(stderr);
}

const here = new URL("mod.ts", root).href;

Deno.test("a script elsewhere that imports mod.ts by path has no type error, with the compiler's default options", async () => {
  assert.equal(await check(here), "");
});

Deno.test("a script elsewhere that imports mod.ts by path has no type error, with the strictest options", async () => {
  assert.equal(await check(here, STRICTEST), "");
});

Deno.test("a script elsewhere that imports mod.ts by URL has no type error", async () => {
  const server = serveFiles();
  try {
    // All modules: an error in one that was imported by URL is not shown otherwise, and the types go wrong.
    assert.equal(await check(server.url("mod.ts"), undefined, "--all", `--allow-import=${server.host}`), "");
  } finally {
    await server.shutdown();
  }
});

Deno.test("what is wrong in a script elsewhere is an error there, and nowhere else", async () => {
  const said = await checked(SCRIPT(here).replace(".restart()", ".restrat()"));
  assert.match(said, /'restrat' does not exist/);
  assert.equal(said.match(/at file:/g)?.length, 1);
});
