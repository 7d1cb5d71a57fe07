/** Mistakes that people make when they run something: it is done as written, or not at all. */
import assert from "node:assert/strict";
import { all } from "../../../lib/muster.ts";
import { planAgain } from "../../../lib/engine/journal/apply_saved.ts";
import { ConfirmationRequiredError, JournalError, SelectionError } from "../../../lib/engine/errors.ts";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { defaults } from "../../../lib/engine/run/defaults.ts";
import { output } from "../../../lib/engine/process/output.ts";
import { runPlans } from "../../../lib/engine/run/run.ts";
import { savePlan } from "../../../lib/engine/plan/saved/saved_plan.ts";
import { neverRun } from "../../../lib/engine/chain/never_run.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { EXIT } from "../../../lib/command/exit_codes.ts";
import { instance } from "../../../lib/clouds/openstack/trove/instances/instance.ts";
import { machines, type World, world } from "../../clouds/cloudapi/world.ts";
import { instances, world as trove } from "../../clouds/openstack/trove/world.ts";

/** A user without types, as on the command line. */
// deno-lint-ignore no-explicit-any
type Loose = any;
const QUIET = { view: false } as const;
const RULES: Rules = { plan: false, json: false, quiet: false, journal: false, about: { task: "test" } };

/** Work under the command's rules: its exit code, and its output. */
async function done(work: () => unknown, rules: Partial<Rules> = {}) {
  let said = "";
  const say = (text: string) => void (said += text);
  const { confirm } = defaults;
  const { notice } = output;
  output.notice = (text) => say(`${text}\n`);
  defaults.confirm = undefined;
  try {
    const { exit } = await doWork(work, { ...RULES, quiet: true, ...rules }, { out: say, err: say });
    return { exit, said };
  } finally {
    (Object.assign(defaults, { confirm }), Object.assign(output, { notice }));
  }
}

const deeds = ({ sim }: World) => sim.writes.map(({ action }) => action);
const placeOf = (made: World) => async () => ({ endpoint: await made.dc.endpoint(), resource: machine });
/** As it is read from a file. */
const asRead = <T>(value: T): T => JSON.parse(JSON.stringify(value));

Deno.test("forgotten await: a chain that nobody runs sends nothing, and is told of with its line", async () => {
  const { dc, sim } = await world({ machines: machines(2) });
  dc.machines({ type: "test" }).delete();
  assert.equal(sim.requests.entries.length, 0);
  assert.match(neverRun().join("\n"), /never run at .*mishaps_running\.test\.ts:\d+.*\.delete\(\)/);
});

Deno.test("forgotten await: what a task has begun is waited for, and the task is told", async () => {
  const made = await world({ machines: machines(3) });
  const { exit, said } = await done(() => {
    void made.dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().waitUntil("deleted").run(
      QUIET,
    );
  });
  assert.equal(made.sim.machines().filter(({ state }) => state !== "deleted").length, 0);
  assert.match(said, /await/);
  assert.ok(exit === EXIT.done || exit === EXIT.failed, `${exit}`);
});

Deno.test("double await: the same chain is done once, however often and by whomever it is awaited", async () => {
  const made = await world({ machines: machines(3) });
  const chain = made.dc.machines({ type: "test" }).reboot();
  const [one, two] = await Promise.all([chain, chain, chain.run(), Promise.race([chain])]);
  await chain;
  assert.equal(one, two);
  assert.deepEqual(deeds(made), ["reboot", "reboot", "reboot"]);
  // Two that mean the same are two; one run of both does not do the same thing twice to one machine unseen.
  const both = all(made.dc.machine("test-0").tag({ a: "1" }), made.dc.machine("test-1").tag({ a: "1" }));
  await Promise.all([both, both.run(), both]);
  assert.equal(deeds(made).length, 5);
});

Deno.test("plan older than the set: who changed since is not touched, of either cloud", async () => {
  const made = await world({ machines: machines(5) });
  const plan = await made.dc.machines({ type: "test" }).delete().plan();
  const kept = asRead(savePlan(plan));
  await made.dc.machine("test-0").tag({ keep: "yes" });
  await made.dc.machine("test-1").rename("precious");
  await made.dc.machine("test-2").enableDeletionProtection();
  await made.dc.machine("test-3").stop().waitUntil("stopped");
  await made.clock.sleep(60_000);
  const before = made.sim.writes.length;
  const again = await planAgain(kept, placeOf(made));
  assert.deepEqual(again.drifted.map(({ name }) => name).sort(), ["test-0", "test-1", "test-2", "test-3"]);
  await runPlans([again.plan], { yes: true, ...QUIET });
  assert.deepEqual(made.sim.writes.slice(before).map(({ action }) => action), ["destroy"]);

  const dbs = await trove({ instances: instances(2) });
  const two = asRead(savePlan(await dbs.db.instances().all().delete().plan()));
  await dbs.db.instance("staging-0").restart().waitUntil("ready");
  const drift = await planAgain(
    two,
    async () => ({ endpoint: await dbs.db.endpoint(), resource: instance() as Loose }),
  );
  assert.deepEqual(drift.drifted.map(({ name }) => name), ["staging-0"]);

  // Nor is it done anywhere else than where it was made.
  const west = await world({ machines: machines(5) });
  await assert.rejects(planAgain(kept, placeOf(west)), JournalError);
  assert.equal(west.sim.requests.entries.length, 0);
});

Deno.test("set that grew: as many as were expected, or nothing; and a kept plan means those it names", async () => {
  const made = await world({ machines: machines(3) });
  const tests = () => made.dc.machines({ type: "test" });
  const kept = asRead(savePlan(await tests().stop().plan()));
  await made.dc.createMachine({
    name: "test-late",
    image: "base-64-lts",
    package: "g4-highcpu-1G",
    tags: { type: "test" },
  }).waitUntil("running");
  const before = made.sim.writes.length;
  await assert.rejects(tests().expect(3).delete().run({ ...QUIET, yes: true }), /4 machines.*3/s);
  assert.equal(made.sim.writes.length, before);
  const again = await planAgain(kept, placeOf(made));
  await runPlans([again.plan], { yes: true, ...QUIET });
  assert.deepEqual(
    made.sim.executions(made.sim.machines().find(({ name }) => name === "test-late")!.id).map((
      { action },
    ) => action),
    ["provision"],
  );
  // A member that appears while a person thinks about the question was not shown.
  const asked = await tests().max(1).tag({ seen: "1" }).replaceTags({ type: "test" }).run({
    ...QUIET,
    throwOnError: false,
    async confirm({ count }) {
      assert.equal(count, 4);
      await made.dc.createMachine({
        name: "test-later",
        image: "base-64-lts",
        package: "g4-highcpu-1G",
        tags: { type: "test" },
      }).run(QUIET);
      return true;
    },
  });
  assert.equal(asked.members.length, 4);
  const later = made.sim.machines().find(({ name }) => name === "test-later")!;
  assert.deepEqual(made.sim.executions(later.id).map(({ action }) => action), ["provision"]);
});

Deno.test("resume without anybody there: what nobody allowed is not destroyed by taking the run up again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const made = await world({
      machines: {
        count: 60,
        each: (n: number) => ({
          name: `test-${n}`,
          state: n < 4 ? "stopped" : "running",
          tags: { type: "test" },
        }),
      },
    });
    const destroyed = () => made.sim.writes.filter(({ action }) => action === "destroy").length;
    // Four could be deleted at once; the others are running, and nothing waits for them to be stopped.
    const path = `${folder}/run.jsonl`;
    const chain = (made.dc.machines({ type: "test" }).stop() as Loose).delete();
    const error = await chain.run({ ...QUIET, journal: fileJournal(path), throwOnError: false }).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    assert.ok(destroyed() <= 20, `${destroyed()}`);
    if (error === undefined) {
      await made.clock.sleep(120_000);
      const before = made.sim.writes.length;
      const { exit } = await done(() =>
        resumeJournal(path, placeOf(made), { ...QUIET, throwOnError: false })
      );
      assert.equal(exit, EXIT.refused);
      assert.equal(made.sim.writes.length, before);
    } else assert.ok(error instanceof ConfirmationRequiredError);
    assert.ok(destroyed() <= 20, `${destroyed()}`);

    // A run that was stopped half way continues within what was allowed; one step beyond it does not.
    const fresh = await world({ machines: machines(30) });
    const stop = new AbortController();
    const second = `${folder}/second.jsonl`;
    const half = await fresh.dc.machines({ type: "test" }).stop().waitUntil("stopped").delete().run({
      ...QUIET,
      yes: true,
      throwOnError: false,
      journal: fileJournal(second),
      signal: stop.signal,
      on: (event) => event.type === "waited" && stop.abort(new Error("enough")),
    });
    assert.ok(half.interrupted.length > 0);
    assert.equal((await readJournal(second)).plans.length, 1);
    const report = await resumeJournal(second, placeOf(fresh), { ...QUIET, throwOnError: false });
    assert.equal(report.failed.length + report.interrupted.length, 0);
    assert.equal(fresh.sim.writes.filter(({ action }) => action === "destroy").length, 30);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test(`expect("3"): a count is a whole number, in every place where it can be said`, async () => {
  const made = await world({ machines: machines(3) });
  const tests = made.dc.machines({ type: "test" }) as Loose;
  for (const count of ["3", [3], 3.5, -1, NaN, Infinity, null, true, {}, 3n]) {
    assert.throws(() => tests.expect(count), SelectionError, Deno.inspect(count));
    await assert.rejects(tests.delete().run({ ...QUIET, expect: count }), Error, Deno.inspect(count));
  }
  assert.throws(() => tests.expect(), SelectionError);
  assert.deepEqual(deeds(made), []);
});

Deno.test("negative or NaN max: is not read as no limit, nor yes as anything but true or false", async () => {
  const made = await world({ machines: machines(25) });
  const dbs = await trove({ instances: instances(25) });
  for (
    const many of [
      made.dc.machines({ type: "test" }),
      dbs.db.instances().where({ name: /^staging/ }),
    ] as Loose[]
  ) {
    for (const max of [-1, 0, NaN, Infinity, 2.5, "1000", [1000], null, {}, true]) {
      assert.throws(() => many.max(max), SelectionError, Deno.inspect(max));
      await assert.rejects(many.delete().run({ ...QUIET, max }), Error, Deno.inspect(max));
    }
    for (const yes of ["no", "yes", [], {}, 1, 0, "", null]) {
      await assert.rejects(many.delete().run({ ...QUIET, yes }), Error, Deno.inspect(yes));
      await assert.rejects(all(many.delete()).run({ ...QUIET, yes } as Loose), Error, Deno.inspect(yes));
    }
    await assert.rejects(many.delete().run({ ...QUIET, confirm: () => Promise.resolve("no") }), Error);
  }
  assert.equal(made.sim.writes.length + dbs.sim.writes.length, 0);
});
