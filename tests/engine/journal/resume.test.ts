/**
 * A resumed run: which of its chains continue, from where, and what another process may do meanwhile.
 */
import assert from "node:assert/strict";
import { all } from "../../../lib/engine/mod.ts";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { type FindPlace, resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { cutAfter } from "../../command/runs/crash.ts";
import { firstVersion, unsealed } from "../../safety/journal/sealed.ts";
import { Farm } from "../farm.ts";
import { job, jobs } from "../job.ts";

/** A file for one journal. */
async function withPath(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/run.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
const at = (...farms: Farm[]): FindPlace => ({ endpoint }) =>
  Promise.resolve({ endpoint: farms.find(({ key }) => key === endpoint.key)!, resource: job });
const quiet = { view: false, throwOnError: false } as const;

/** Runs a chain of a farm for this long, as if somebody had interrupted it then. */
async function interrupted(
  path: string,
  farm: Farm,
  after: number,
  chain: { run(options: object): Promise<unknown> },
): Promise<void> {
  const stop = new AbortController();
  void farm.clock.sleep(after).then(() => stop.abort());
  await chain.run({ ...quiet, journal: fileJournal(path), signal: stop.signal });
}

Deno.test("where another process has resumed a run meanwhile, nothing is done, whichever format its journal has", async () => {
  for (const first of [false, true]) {
    await withPath(async (path) => {
      const farm = new Farm(1, { takes: () => 60_000 });
      await interrupted(
        path,
        farm,
        10_000,
        jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused").promote(7),
      );
      if (first) await Deno.writeTextFile(path, firstVersion(unsealed(await Deno.readTextFile(path))));
      let after = "";
      const find: FindPlace = async (saved) => {
        const report = await resumeJournal(path, at(farm), quiet);
        assert.equal(report.succeeded.length, 1);
        after = await Deno.readTextFile(path);
        return await at(farm)(saved);
      };
      await assert.rejects(resumeJournal(path, find, quiet), /another process has just resumed it/);
      assert.equal(await Deno.readTextFile(path), after, "what the other wrote stays");
      assert.equal(farm.count("PUT"), 1);
    });
  }
});

Deno.test("chains of a run that are finished are not asked for, and hold up no member of the same id elsewhere", () =>
  withPath(async (path) => {
    const quick = new Farm(1), slow = new Farm(1, { takes: () => 60_000 });
    Object.assign(slow, { clock: quick.clock });
    const chains = [quick, slow].map((farm) =>
      jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused")
    );
    await interrupted(path, slow, 20_000, all(...chains));
    const asked: string[] = [];
    const find: FindPlace = (saved) => (asked.push(saved.endpoint.key), at(quick, slow)(saved));
    const report = await resumeJournal(path, find, quiet);
    assert.deepEqual(asked, [slow.key]);
    assert.deepEqual(report.succeeded.map(({ id }) => id), ["j0"]);
    assert.equal(slow.jobs.get("j0")!.phase, "paused");
    assert.equal(slow.count("POST"), 1, "what was accepted before is not sent again");
  }));

Deno.test("what was sent before and has not shown yet is waited for, also where another step came after it", () =>
  withPath(async (path) => {
    const farm = new Farm(1, { lag: 30_000 });
    const chain = jobs(farm.handle, { pool: "blue" }).retry().barrier().waitUntil("working");
    // Nothing shows before it is resumed: no time passes meanwhile.
    const held = Promise.withResolvers<void>();
    void farm.clock.sleep(2_000).then(() => farm.clock.hold(() => held.promise));
    await interrupted(path, farm, 2_000, chain);
    assert.deepEqual(farm.executed.get("j0"), ["retry"]);
    assert.equal(farm.jobs.get("j0")!.touched, 0);
    const report = await resumeJournal(path, (saved) => (held.resolve(), at(farm)(saved)), quiet);
    assert.equal(report.succeeded.length, 1);
    assert.ok(farm.jobs.get("j0")!.touched > 0, "it is not working as it was before");
    assert.deepEqual(farm.executed.get("j0"), ["retry"]);
  }));

Deno.test("a resumed run that breaks off again is not said to have ended", () =>
  withPath(async (path) => {
    const farm = new Farm(1, { takes: () => 60_000 });
    await interrupted(path, farm, 10_000, jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused"));
    assert.equal((await readJournal(path)).end?.interrupted, 1);
    await resumeJournal(path, at(farm), { ...quiet, open: cutAfter(1) }).catch(() => {});
    assert.equal((await readJournal(path)).end, undefined);
  }));
