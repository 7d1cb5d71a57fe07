import assert from "node:assert/strict";
import { ConfirmationRequiredError, resume } from "../../../lib/muster.ts";
import { readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { planTask } from "../../../lib/command/tasks/plan_task.ts";
import { EXIT } from "../../../lib/command/exit_codes.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { CommandBox, tests } from "../../e2e/command.ts";
import { crashAfter, type Crashed, executed, resumed } from "../../command/runs/crash.ts";
import { firstVersion, sealed, unsealed } from "../journal/sealed.ts";

const RULES: Rules = { plan: false, json: false, quiet: false, journal: false, about: { task: "resume" } };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Changes a journal's lines, which all have their checksums afterwards. */
async function rewrite(
  path: string,
  change: (lines: Record<string, unknown>[]) => Record<string, unknown>[],
  write: (lines: readonly object[]) => string = sealed,
): Promise<void> {
  const text = await Deno.readTextFile(path);
  // Without the torn end.
  await Deno.writeTextFile(path, write(change(unsealed(text.slice(0, text.lastIndexOf("\n") + 1)))));
}
const without = (lines: Record<string, unknown>[]) => lines.filter((line) => !("consent" in line));

/** Resumes a run as the command does, with nobody there. */
async function byCommand({ world, path }: Crashed, rules: Partial<Rules> = {}) {
  let said = "";
  const io = { out: (text: string) => void (said += text), err: (text: string) => void (said += text) };
  const work = () => resume(path, { handles: [world.dc], throwOnError: false });
  const all = { ...RULES, ...rules };
  const exit = all.plan
    ? await planTask({ work, rules: all, values: {} }, io)
    : (await doWork(work, all, io)).exit;
  return { exit, said };
}

Deno.test("120 machines, nobody there: the command refuses and sends nothing, and resuming destroys nothing", async () => {
  await using box = await CommandBox.make({ machines: tests(120) });
  const chain = `dc("${box.server.url}").machines({ type: "test" })`;
  await box.task(
    "emptied",
    `import { dc, task } from "muster:";
     const from = dc(${JSON.stringify(box.server.url)});
     export default task({
       description: "x",
       run: () => from.machines({ type: "test" }).stop().waitUntil("stopped").delete(),
     });`,
  );
  for (
    const [words, said] of [
      [["do", `${chain}.stop().delete()`], /there is no terminal to ask on/],
      [["run", "emptied"], /delete 120 machines .*there is no terminal to ask on/s],
    ] as const
  ) {
    const refused = await box.run(words);
    assert.equal(refused.code, EXIT.refused, refused.err);
    assert.match(refused.err, said);
    assert.equal(box.writes, 0);
  }
  const resumed = await box.run(["resume"]);
  assert.equal(resumed.code, EXIT.journal, resumed.err);
  assert.equal(box.writes, 0);
});

Deno.test("a journal that holds no consent: resuming refuses with 4, sends nothing, and says what it would ask", () =>
  inFolder(async (folder) => {
    for (const older of [false, true]) {
      const crashed = await crashAfter(folder, older ? 150 : 120);
      await rewrite(crashed.path, without, older ? firstVersion : sealed);
      const before = crashed.world.sim.writes.length;
      const text = await Deno.readTextFile(crashed.path);
      const { exit, said } = await byCommand(crashed);
      assert.equal(exit, EXIT.refused, said);
      assert.match(
        said,
        /Cannot delete \d+ machines in test-1: that is more than was allowed when the run began/,
      );
      const planned = await byCommand(crashed, { plan: true });
      assert.equal(planned.exit, EXIT.done);
      assert.match(
        planned.said,
        /A run asks first, and is refused without a terminal: it would delete \d+ machines.*\. To answer beforehand, add --max=\d+.* or --yes\.$/m,
      );
      assert.equal(crashed.world.sim.writes.length, before);
      assert.equal(await Deno.readTextFile(crashed.path), text, "the journal is as it was");

      // Whoever is asked and says yes, does so once: the answer is written down.
      const { exit: allowed } = await byCommand(crashed, { yes: true });
      assert.equal(allowed, EXIT.done);
      assert.equal((await readJournal(crashed.path)).consent[0]!.how, "yes");
      assert.deepEqual([...executed(crashed.world)], [["stop,destroy", 50]]);
    }
  }));

Deno.test("what was allowed when the run began is not asked again", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 120);
    assert.deepEqual(
      [(await readJournal(crashed.path)).consent[0]!].map(({ how, by, limit }) => [how, by, limit]),
      [["max", "chain", 50]],
    );
    const { exit, said } = await byCommand(crashed);
    assert.equal(exit, EXIT.done, said);
    assert.deepEqual([...executed(crashed.world)], [["stop,destroy", 50]]);
  }));

Deno.test("a member or a step that the consent does not hold is asked about", () =>
  inFolder(async (folder) => {
    // Only the first ten may be destroyed; and only by another step.
    for (const steps of [[[2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]], [[0, [...Array(50).keys()]]], []]) {
      const crashed = await crashAfter(folder, 60);
      await rewrite(
        crashed.path,
        (lines) =>
          lines.map((line) =>
            line.consent ? { consent: [{ plan: 0, how: "answer", by: "person", steps }] } : line
          ),
      );
      const before = crashed.world.sim.writes.length;
      const error = await resumed(crashed).catch((error) => error);
      assert.ok(error instanceof ConfirmationRequiredError, String(error));
      assert.ok(error.count > 20);
      assert.equal(crashed.world.sim.writes.length, before);
      await Deno.remove(crashed.path);
    }
  }));

Deno.test("junk in a journal's consent allows nothing: the journal is damaged, and nothing is sent", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 60);
    const all = [[2, [...Array(50).keys()]]];
    const before = crashed.world.sim.writes.length;
    for (
      const consent of [
        true,
        {},
        [null],
        [{ plan: 1, how: "yes", by: "run", steps: all }],
        [{ plan: 0, how: "sure", by: "run", steps: all }],
        [{ plan: 0, how: "yes", by: "run", steps: [[2, "all"]] }],
        [{ plan: 0, how: "yes", by: "run", steps: [[2, [50]]] }],
        [{ plan: 0, how: "yes", by: "run", steps: [[3, [0]]] }],
        [{ plan: 0, how: "yes", by: "run", steps: all, more: 1 }],
      ]
    ) {
      await rewrite(crashed.path, (lines) => lines.map((line) => "consent" in line ? { consent } : line));
      await assert.rejects(resumed(crashed), { name: "JournalError" }, JSON.stringify(consent));
    }
    assert.equal(crashed.world.sim.writes.length, before);
  }));

Deno.test("a run that was refused leaves no journal", () =>
  inFolder(async (folder) => {
    const { dc, sim } = await world({ machines: machines(30) });
    const { fileJournal } = await import("../../../lib/engine/journal/file_journal.ts");
    const journal = fileJournal(`${folder}/refused.jsonl`);
    await assert.rejects(
      dc.machines({ type: "test" }).delete().run({ journal, view: false }),
      ConfirmationRequiredError,
    );
    await assert.rejects(Deno.stat(`${folder}/refused.jsonl`), Deno.errors.NotFound);
    assert.equal(sim.writes.length, 0);
  }));
