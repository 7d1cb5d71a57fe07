/** A decision that belongs in one place is not repeated in another. */
import assert from "node:assert/strict";
import { VERSION } from "../../lib/engine/process/version.ts";

const lib = new URL("../../lib/", import.meta.url);

async function* sources(folder: URL = lib): AsyncGenerator<[path: string, text: string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const at = new URL(isDirectory ? `${name}/` : name, folder);
    const path = at.href.slice(lib.href.length);
    if (isDirectory) yield* sources(at);
    else if (name.endsWith(".ts")) yield [path, await Deno.readTextFile(at)];
  }
}

/** The files that contain a pattern, except those that may. The simulator is a separate program. */
async function others(pattern: RegExp, ...may: string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const [path, text] of sources()) {
    if (pattern.test(text) && !path.startsWith("sim/") && !may.includes(path)) found.push(path);
  }
  return found.sort();
}

Deno.test("the version is that of deno.json, and is written once", async () => {
  const config = await Deno.readTextFile(new URL("../deno.json", lib));
  assert.equal(VERSION, JSON.parse(config).version);
  const literal = new RegExp(`["/\`]${VERSION.replaceAll(".", "\\.")}\\b`);
  assert.deepEqual(await others(literal, "engine/process/version.ts"), []);
});

Deno.test("one file alone knows where muster's own files are, however deep a built file lies", async () => {
  assert.deepEqual(
    await others(
      /import\.meta\.(url|dirname|filename|resolve)/,
      "engine/process/own_files.ts",
      "built/make.ts",
    ),
    [],
  );
});

Deno.test("colours are written in one place, and wanted or not in one place", async () => {
  assert.deepEqual(
    await others(/\\x1b\[(\d+m|\$\{)/, "engine/text/palette.ts", "view/live/live_area.ts"),
    [],
  );
  assert.deepEqual(await others(/Deno\.noColor|\("(NO_COLOR|TERM)"\)/, "view/output_device.ts"), []);
});

Deno.test("what is typed at a terminal is read in one place", async () => {
  assert.deepEqual(await others(/Deno\.stdin\.(setRaw|read)\b/, "platform/terminal.ts"), []);
});

Deno.test("what this process may do is asked of Deno in one place; SSH alone has it ask the user", async () => {
  assert.deepEqual(await others(/Deno\.permissions\b/, "platform/permissions.ts", "ssh/connection.ts"), []);
});

Deno.test("one file speaks to an ssh-agent, for signed requests and for logins", async () => {
  assert.deepEqual(await others(/transport: "unix"/, "platform/ssh_agent.ts"), []);
});

Deno.test("characters that a terminal obeys are left out in one place; elsewhere they are measured or refused", async () => {
  assert.deepEqual(
    await others(
      /\\u0000-|\\x00-|\\p\{(Cc|Cf)\}/,
      "engine/text/visible.ts",
      "view/width.ts",
      "command/runs/plan_file.ts",
      "clouds/cloudapi/sign/keyid.ts",
    ),
    [],
  );
});

Deno.test("that nothing has a name, or that several have, is said in one place; so is what may have been meant", async () => {
  assert.deepEqual(await others(/have the name \$|none has this \$/, "engine/select/find_by_name.ts"), []);
  assert.deepEqual(
    await others(/[Dd]id you mean \$/, "engine/select/did_you_mean.ts", "command/describe/find_kind.ts"),
    [],
  );
});

Deno.test("the watcher knows an interface of changes that are pushed, and one file gives it the source", async () => {
  assert.deepEqual(await others(/from "[./]*(wait\/)?pushed\/(?!\w*")/, "engine/wait/watchers.ts"), []);
});
