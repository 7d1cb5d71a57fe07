import assert from "node:assert/strict";
import { main } from "../../lib/task/main.ts";
import { readOptions } from "../../lib/task/options.ts";
import { ALL, rulesOf, useOptions } from "../../lib/task/rules.ts";
import { deviceOf, withoutColors } from "../../lib/view/device.ts";

/** What the command says to a command line, in this process. */
async function said(...typed: string[]) {
  let out = "", err = "";
  const code = await main(typed, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

/** A mistake, and what is said to it. */
async function mistaken(typed: string[], ...parts: (string | RegExp)[]) {
  const { code, out, err } = await said(...typed);
  assert.equal(code, 2, `${typed.join(" ")}: ${err}`);
  assert.equal(out, "");
  for (const part of parts) {
    assert.ok(typeof part === "string" ? err.includes(part) : part.test(err), `${part}\n${err}`);
  }
  return err;
}

Deno.test("a value that is missing is told once", async () => {
  const err = await mistaken(
    ["run", "cull", "--type"],
    "Cannot run cull as --type needs a value: --type=TEXT",
  );
  assert.doesNotMatch(err, /missing/);
});

Deno.test("an option that is on unless it is denied is listed and suggested as it is typed", async () => {
  assert.match((await said("run", "cull", "--help")).out, /^ {6}--no-color +no colours/m);
  assert.doesNotMatch((await said("run", "cull", "--help")).out, /--journal/);
  await mistaken(["run", "cull", "--type=x", "--no-journl"], "did you mean --no-journal?");
});

Deno.test("--no-color is heeded", () => {
  const mistakes: string[] = [];
  const { profile, color } = rulesOf(readOptions(["--no-color"], ALL, mistakes).values, mistakes);
  assert.deepEqual([color, mistakes], [false, []]);
  const device = deviceOf({ isTerminal: () => true, writeSync: (bytes) => bytes.length });
  useOptions({ profile, color });
  assert.equal(device.colors, false);
  withoutColors()();
});

Deno.test("a task's own options are suggested first", async () => {
  await mistaken(["run", "cull", "--type=x", "--qqqqqq"], "there are --type, --dc, --profile");
});

Deno.test("what cannot be done is said as one says it", async () => {
  await mistaken(["history", "--last=0"], "Cannot list past runs as --last must be");
  await mistaken(["profiles", "x"], "Cannot list the profiles as it takes no");
  await mistaken(["completions"], "Cannot print completions as it takes one shell: bash, zsh, fish");
  await mistaken(
    ["ssh", "--usr=x", "web"],
    "Cannot log in as there is no option --usr; did you mean --user?",
  );
  await mistaken(
    ["run", "cull", "--type=x", `--expect=${"9".repeat(400)}`],
    "--expect must be a whole number",
  );
});

Deno.test("the simulator's options are read as all others", async () => {
  await mistaken(["sim", "--prt=1"], "Cannot serve a simulated datacenter as", "did you mean --port?");
  await mistaken(
    ["sim", "--port=99999", "--throttle=3", "--speed=0"],
    "--port must be a whole number from 0 to 65535: 99999",
    "--throttle must be like 30/10: 3",
    "--speed must be a number from 0.001",
  );
  assert.match((await said("sim", "--help")).out, /^Example:$/m);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await mistaken(["sim", `--port=${(taken.addr as Deno.NetAddr).port}`], "somebody listens on that port");
});
