/**
 * What somebody sees of us in the stack of an error: our sources, and never a line of `lib/built`.
 */
import assert from "node:assert/strict";
import { serveFiles } from "./file_server.ts";

const root = new URL("../../", import.meta.url);

/** The stacks that a script writes, and with what it ended. */
async function stacks(script: string, host?: string): Promise<string> {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/script.ts`, script);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...(host ? [`--allow-import=${host}`] : []), "script.ts"],
    cwd: dir,
    env: { NO_COLOR: "1", DENO_DIR: `${dir}/deno` },
  }).output();
  await Deno.remove(dir, { recursive: true });
  assert.equal(code, 1, "the script ends with its uncaught error");
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** One error in each way: of our own at once and from a run, of the user's in a condition and in a callback. */
const MISTAKES: Readonly<Record<string, [string, RegExp]>> = {
  "an error of ours in a call": [
    `(describe as (what: object) => void)({ kind: "a job" });`,
    /at checkDescription .*\/lib\/api\/check_description\.ts:(\d+):\d+/,
  ],
  "an error of ours in a run": [
    `await dc("sim").machines({ type: "test" }).resize("no-such-package");`,
    /\/lib\/clouds\/cloudapi\/catalogue\/\w+\.ts:(\d+):\d+/,
  ],
  "an error of the user's in a condition": [
    `await dc("sim").machines().where(() => { throw new TypeError("theirs"); });`,
    /\/lib\/engine\/select\/\w+\.ts:(\d+):\d+/,
  ],
  "an error of the user's in a callback, which nobody catches": [
    `const machines = await dc("sim").machines({ type: "test" });
     machines.map((machine) => (machine as unknown as { no: { such: string } }).no.such);`,
    /script\.ts:4:\d+/,
  ],
};

for (const way of ["path", "URL"] as const) {
  for (const [what, [script, wanted]] of Object.entries(MISTAKES)) {
    Deno.test(`the stack of ${what} shows our source, with mod.ts imported by ${way}`, async () => {
      const server = way === "URL" ? serveFiles() : undefined;
      try {
        const mod = server?.url("mod.ts") ?? new URL("mod.ts", root).href;
        const said = await stacks(
          `import { dc, describe } from ${JSON.stringify(mod)};\nvoid [dc, describe];\n${script}`,
          server?.host,
        );
        assert.match(said, wanted);
        assert.doesNotMatch(said, /lib\/built/, "no frame is in a built file");
        // Each of our frames is a line that there is.
        for (const [, path, line] of said.matchAll(/\/(lib\/[\w/]+\.ts):(\d+):\d+/g)) {
          const text = (await Deno.readTextFile(new URL(path!, root))).split("\n")[Number(line) - 1];
          assert.ok(text?.trim(), `${path}:${line}`);
        }
      } finally {
        await server?.shutdown();
      }
    });
  }
}
