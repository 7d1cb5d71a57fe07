import assert from "node:assert/strict";
import { savedText, sealedPlan } from "../safety/journal/sealed.ts";
import { systemClock } from "../../lib/engine/time/clock.ts";
import type { Plan } from "../../lib/engine/plan/plan.ts";
import { main } from "../../lib/command/main.ts";
import { readOptions } from "../../lib/command/options.ts";
import { RunJournal } from "../../lib/command/runs/run_journal.ts";
import { ALL, rulesOf, useOptions } from "../../lib/command/runs/rules.ts";
import { deviceOf, withoutColors } from "../../lib/view/output_device.ts";
import { withEnvironment } from "../own_environment.ts";

/** What the command says to a command line, in this process. */
async function said(...typed: string[]) {
  let out = "", err = "";
  const code = await main(typed, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

/** A mistake on the command line, and the message for it. */
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
    "Cannot run cull: --type needs a value: --type=TEXT",
  );
  assert.doesNotMatch(err, /missing/);
});

Deno.test("an option that is on unless it is denied is listed and suggested as it is typed", async () => {
  assert.match((await said("run", "cull", "--help")).out, /^ {6}--no-color +no colours/m);
  assert.doesNotMatch((await said("run", "cull", "--help")).out, /--journal/);
  await mistaken(["run", "cull", "--type=x", "--no-journl"], "did you mean --no-journal?");
});

Deno.test("--no-color is heeded", () =>
  withEnvironment({ NO_COLOR: undefined, TERM: "xterm" }, () => {
    const mistakes: string[] = [];
    const { profile, color } = rulesOf(readOptions(["--no-color"], ALL, mistakes).values, mistakes);
    assert.deepEqual([color, mistakes], [false, []]);
    const device = deviceOf({ isTerminal: () => true, writeSync: (bytes) => bytes.length });
    assert.equal(device.colors, true);
    useOptions({ profile, color });
    assert.equal(device.colors, false);
    withoutColors()();
    assert.equal(device.colors, true);
  }));

Deno.test("a task's own options are suggested first", async () => {
  await mistaken(["run", "cull", "--type=x", "--qqqqqq"], "there are --type, --dc, --profile");
});

Deno.test("what cannot be done is said as one says it", async () => {
  await mistaken(["history", "--last=0"], "Cannot list past runs: --last must be");
  await mistaken(["profiles", "x"], "Cannot list the profiles: ");
  await mistaken(["completions"], "Cannot print completions: it takes one shell: bash, zsh, fish");
  await mistaken(
    ["ssh", "--usr=x", "web"],
    "did you mean --user?",
  );
  await mistaken(
    ["run", "cull", "--type=x", `--expect=${"9".repeat(400)}`],
    "--expect must be a whole number",
  );
});

Deno.test("the simulator's options are read as all others", async () => {
  await mistaken(["sim", "--prt=1"], "Cannot serve a simulated datacenter: ", "did you mean --port?");
  await mistaken(
    ["sim", "--port=99999", "--throttle=3", "--speed=0"],
    "--port must be a whole number from 0 to 65535: 99999",
    "--throttle must be like 30/10: 3",
    "--speed must be a number from 0.001",
  );
  assert.match((await said("sim", "--help")).out, /^Example:$/m);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await mistaken(
    ["sim", `--port=${(taken.addr as Deno.NetAddr).port}`],
    "another program listens on that port",
  );
});

Deno.test("what comes before the command, or is no name, is told so", async () => {
  await mistaken(
    ["--plan", "run", "cull"],
    "Cannot read --plan: options come after the command: muster run … --plan",
  );
  await mistaken([""], 'Cannot run muster "": this command does not exist');
  await mistaken(["run", ""], "no task is named");
  await mistaken(["do", " "], "no expression is given");
  assert.match((await said("help", "run", "cull")).out, /^cull: Stop and delete/);
  assert.equal((await said("-v")).out, (await said("--version")).out);
});

Deno.test("a task file that does not work is not said to be missing", async () => {
  const folder = await Deno.makeTempDir();
  const root = new URL("../../mod.ts", import.meta.url);
  const file = async (name: string, text: string) => {
    await Deno.writeTextFile(`${folder}/${name}.ts`, text);
    return `${folder}/${name}.ts`;
  };
  try {
    const imports = await file("imports", `import { x } from "./nope.ts";\nexport default x;\n`);
    await mistaken(["run", imports], /imports\.ts: it has an error: .*Module not found ".*nope\.ts"/);
    await mistaken(
      ["run", await file("syntax", "export default task({")],
      /syntax\.ts: it has an error: /,
    );
    const thrown = await file("thrown", `throw new Error("boom");\n`);
    await mistaken(["run", thrown], `Error: boom\n  at file://${thrown}:1:7`);
    const declared = await file(
      "declared",
      `import { task } from "${root}";
       export default task({ description: "d", args: { max: { type: "number" } }, run() {} });`,
    );
    await mistaken(["run", declared], `already has the option --max. Choose another name (in ${declared})`);
    const good = await file(
      "good",
      `import { task } from "${root}";
       export default task({ description: "d", run: () => () => 1 });`,
    );
    await mistaken(["run", `${good}#stop`], `exports none with this name; its only task is ${good}`);
    await mistaken(["run", good], ": it is a function. Put () behind it.");
    await mistaken(
      ["run", `${folder}/none.ts`],
      `Cannot load the task file: it does not exist: ${folder}/none.ts`,
    );
    assert.doesNotMatch(
      await mistaken(["run", "http://127.0.0.1:9/x.ts"], "x.ts: it has an error"),
      /cli\.ts|lib/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a mistake in an expression is not placed in muster's own code", async () => {
  const { code, err } = await said("do", "nope.x");
  assert.equal(code, 1);
  assert.match(err, /^muster: ReferenceError: nope is not defined\n/);
  assert.doesNotMatch(err, /\/lib\/|cli\.ts/);
});

Deno.test("a selection that nothing matches is said to, and exits with 3", async () => {
  const { code, out, err } = await said("do", `dc("sim").machines({ type: "none" })`, "--no-journal");
  assert.deepEqual([code, out], [3, ""]);
  assert.match(err, /muster: nothing matches dc\("sim"\)\.machines\(\{ type: "none" \}\)\n$/);
});

Deno.test("what ls cannot list by is told, with what may be meant", async () => {
  const web = ["ls", "type=web", "--profile=sim"];
  await mistaken(
    [...web, "--where=name=/[/"],
    "Cannot list this: --where has an invalid pattern: Invalid",
  );
  await mistaken([...web, "--sort=nmae"], "nmae is not a field; did you mean name?");
  await mistaken([...web, "--columns=nmae"], "nmae is not a field; did you mean name?");
  await mistaken([...web, "--cloud=x"], "--cloud is for databases");
  await mistaken(["ls", "instances", "--profile=x"], "--profile is for datacenters");
  await mistaken([...web, "--columns="], "--columns is empty");
  await mistaken(
    [...web, "--where=stat=running"],
    "a machine does not have this attribute. Did you mean state?",
  );
  await mistaken([...web, "--where=state=runing"], 'a machine has no state "runing". Did you mean running?');
  await mistaken(["ls", "networks", "--profile=sim", "--where=nmae=x"], "Did you mean name?");
  await mistaken(["ls", "datacenters", "--profile=sim", "--where=nmae=x"], "did you mean name?");
  const { code, out } = await said(...web, "--sort=-name", "--columns=name", "--no-color", "--quiet");
  assert.deepEqual([code, out.split("\n")[1]], [0, "web-11"]);
  assert.deepEqual(await said("ls", "type=none", "--profile=sim", "-q"), { code: 3, out: "", err: "" });
});

Deno.test("a saved plan that is torn, edited or another version's is refused as such", async () => {
  const path = await Deno.makeTempFile();
  try {
    const saved = await savedText();
    const file = JSON.parse(saved);
    const changed = (change: object) => sealedPlan({ ...file, ...change });
    for (
      const [text, reason] of [
        [saved.slice(0, 60), /: it is incomplete, or was not written by muster plan --save/],
        ["{}", /: it was not written by muster plan --save/],
        [await changed({ version: 1 }), /another version of muster/],
        [await changed({ plans: [] }), /changed by hand/],
        [await changed({ plans: [3] }), /changed by hand/],
        [await changed({ plans: [{ ...file.plans[0], members: [null] }] }), /changed by hand/],
        [await changed({ plans: [{ ...file.plans[0], steps: undefined }] }), /changed by hand/],
      ] as const
    ) {
      await Deno.writeTextFile(path, text);
      const { code, err } = await said("apply", path);
      assert.equal(code, 6);
      assert.match(err, reason);
    }
    assert.match((await said("apply", "/")).err, /: it is a folder: \//);
    await mistaken(["plan", "cull", "--type=x", "--save="], "--save is empty");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a journal that could not be begun is not left to be resumed", async () => {
  const folder = await Deno.makeTempDir();
  await withEnvironment({ MUSTER_STATE: folder }, async () => {
    await Deno.mkdir(`${folder}/runs`);
    const plans = [{
      writes: 1,
      chain: "c",
      members: [],
      endpoint: { clock: systemClock },
    }] as unknown as Plan[];
    // A plan that cannot be written, as on a full disk.
    const journal = new RunJournal({ task: "t" }, () => assert.fail("it is not there"));
    await assert.rejects(journal.planned(plans), /Nothing was sent\. Free some space and run it again/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${folder}/runs`)), []);
    // A file that is not a journal is skipped, and does not count as the last run.
    const head = {
      muster: "journal",
      version: 1,
      at: "2026-01-01",
      about: { task: "cull" },
      chain: "",
      members: 1,
    };
    const run = `20260101T000000Z-abcdef-cull.jsonl`;
    await Deno.writeTextFile(`${folder}/runs/${run}`, `${JSON.stringify(head)}\n`);
    await Deno.writeTextFile(`${folder}/runs/20270101T000000Z-aaaaaa-cull.jsonl`, "");
    assert.match((await said("resume")).err, new RegExp(`resuming ${folder}/runs/${run}`));
    assert.match((await said("history", "clul")).err, /There are no runs of clul; did you mean cull\?/);
    assert.match((await said("history")).out, /cull +abcdef +1 +cut off/);
    const more = { ...head, members: 12 };
    const end = { ended: 1, succeeded: 7, skipped: 0, failed: 0, interrupted: 0 };
    const text = [more, { plans: [] }, end].map((line) => `${JSON.stringify(line)}\n`).join("");
    await Deno.writeTextFile(`${folder}/runs/20280101T000000Z-bbbbbb-cull.jsonl`, text);
    assert.match((await said("history")).out, /bbbbbb +12 +7 succeeded, 5 done before\n/);
  }).finally(() => Deno.remove(folder, { recursive: true }));
});
