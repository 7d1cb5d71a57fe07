/**
 * A run that ended in the middle of a destructive write: if its member is protected or changed when the run is resumed,
 * the write is checked, and nothing is sent again.
 */
import assert from "node:assert/strict";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";

const quiet = { throwOnError: false } as const;

/** Cuts a run at a DELETE that never arrived, changes the job, and takes the run up. */
async function cutAndChanged(
  chainOf: (farm: Farm) => ReturnType<ReturnType<typeof jobs>["remove"]>,
  change: (farm: Farm) => void,
) {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  await Deno.remove(path);
  const stop = new AbortController();
  let lost = true;
  const farm = new Farm(1, { fault: ({ method }) => method === "DELETE" && lost ? "drop" : undefined });
  farm.jobs.get("j0")!.phase = "paused";
  await chainOf(farm).run({
    ...quiet,
    journal: fileJournal(path),
    signal: stop.signal,
    on: ({ type }) => void (type === "doubted" && stop.abort()),
  });
  lost = false;
  change(farm);
  const sent = farm.count("DELETE");
  const report = await resumeJournal(
    path,
    () => Promise.resolve({ endpoint: farm, resource: job }),
    { ...quiet, yes: true },
  );
  await Deno.remove(path);
  return { farm, report, deletes: farm.count("DELETE") - sent };
}

Deno.test("a job that was renamed since, where the conditions could not be kept, is not removed", async () => {
  const { farm, report, deletes } = await cutAndChanged(
    (farm) =>
      jobs(farm.handle, { pool: "blue" }).where(
        { title: (title: string) => title.startsWith("job") } as never,
      )
        .remove(),
    (farm) => void (farm.jobs.get("j0")!.title = "prod"),
  );
  assert.equal(deletes, 0, String(report));
  assert.ok(farm.jobs.has("j0"));
  assert.match(report.failed[0]?.why ?? "", /its name was job-0 and is prod now/);
});

Deno.test("a job that is protected since is not removed", async () => {
  const { farm, report, deletes } = await cutAndChanged(
    (farm) => jobs(farm.handle).all().protect({ pool: "red" }).remove(),
    (farm) => void (farm.jobs.get("j0")!.pool = "red"),
  );
  assert.equal(deletes, 0, String(report));
  assert.ok(farm.jobs.has("j0"));
  assert.match(report.failed[0]?.why ?? "", /it is protected now, by protect/);
});

Deno.test("where a protection's test could not be kept, a job that was tagged since is not removed", async () => {
  const { farm, report, deletes } = await cutAndChanged(
    (farm) => jobs(farm.handle).all().protect({ pool: (pool: unknown) => pool === "red" } as never).remove(),
    (farm) => void (farm.jobs.get("j0")!.pool = "red"),
  );
  assert.equal(deletes, 0, String(report));
  assert.ok(farm.jobs.has("j0"));
});

Deno.test("a snapshot of a machine that is protected since is not deleted, and the report says what nobody knows", async () => {
  const path = await Deno.makeTempFile({ suffix: ".jsonl" });
  await Deno.remove(path);
  const { dc, sim } = await world({
    machines: [machines(1).each(0), { name: "kept", tags: { keep: true } }],
  });
  await dc.machine("test-0").snapshot("before");
  const stop = new AbortController();
  await dc.machines({ type: "test" }).protect({ keep: true }).deleteSnapshot("before").run({
    ...quiet,
    journal: fileJournal(path),
    signal: stop.signal,
    on: ({ type }) => void (type === "sent" && stop.abort()),
  });
  sim.change(sim.machines().find(({ name }) => name === "test-0")!.id, {
    tags: { type: "test", keep: true },
  });
  const sent = sim.writes.length;
  const report = await resumeJournal(
    path,
    async () => ({ endpoint: await dc.endpoint(), resource: machine }),
    { ...quiet, yes: true },
  );
  await Deno.remove(path);
  assert.equal(sim.writes.length, sent, String(report));
  assert.match(report.failed[0]?.why ?? "", /it is protected now, by protect/);
  assert.equal(report.failed[0]?.doubtful, 'deleteSnapshot("before")');
});
