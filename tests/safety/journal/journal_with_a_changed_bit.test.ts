import assert from "node:assert/strict";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { journalOf, readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { pastRun } from "../../../lib/command/runs/past_runs.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { cutAfter } from "../../command/runs/crash.ts";
import { firstVersion, sealed, unsealed } from "./sealed.ts";

/** Three jobs are paused, waited for and removed; the journal breaks off after this many lines. */
async function crashed(lines: number): Promise<{ farm: Farm; path: string; bytes: Uint8Array }> {
  const farm = new Farm(3);
  const path = `${await Deno.makeTempDir()}/a.jsonl`;
  await jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused").remove()
    .run({ journal: fileJournal(path, { open: cutAfter(lines) }), view: false, throwOnError: false });
  return { farm, path, bytes: await Deno.readFile(path) };
}

const resumed = (farm: Farm, path: string) =>
  resumeJournal(path, () => Promise.resolve({ endpoint: farm, resource: job }), {
    view: false,
    throwOnError: false,
    yes: true,
  });

const whole = (bytes: Uint8Array) => bytes.subarray(0, bytes.lastIndexOf(10) + 1);

/** What a resumed run reads from the journal. */
const told = (bytes: Uint8Array) => {
  const { plans, progress, end } = journalOf(bytes, "a.jsonl");
  return { plans, progress, end };
};

Deno.test("whichever bit of a journal is changed, it is noticed, or nothing is lost by it", async () => {
  for (const lines of [9, 99]) {
    const { bytes } = await crashed(lines);
    const good = whole(bytes);
    const before = told(good);
    let noticed = 0;
    for (let bit = 0; bit < good.length * 8; bit++) {
      const changed = good.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      try {
        assert.deepEqual(told(changed), before, `bit ${bit}`);
      } catch (error) {
        assert.equal((error as Error).name, "JournalError", `bit ${bit}: ${error}`);
        noticed++;
      }
    }
    // Only what stands for the end of the last line may be anything.
    assert.ok(noticed >= (good.length - 1) * 8, `${noticed} of ${good.length * 8}`);
  }
});

Deno.test("a changed, missing, doubled or moved line is told by its number, and nothing is sent", async () => {
  const { farm, path, bytes } = await crashed(9);
  const lines = new TextDecoder().decode(whole(bytes)).split("\n").slice(0, -1);
  const sent = farm.requests.length;
  const refuses = async (changed: readonly string[], line: number) => {
    await Deno.writeTextFile(path, changed.join("\n") + "\n");
    await assert.rejects(resumed(farm, path), (error: Error) => {
      assert.equal(error.name, "JournalError");
      assert.match(error.message, new RegExp(`line ${line} is damaged`));
      return true;
    });
  };
  await refuses(lines.map((line, at) => at === 4 ? line.replace(/"at":\d/, '"at":9') : line), 5);
  await refuses(lines.filter((_, at) => at !== 4), 5);
  await refuses([...lines.slice(0, 5), ...lines.slice(4)], 6);
  await refuses([...lines.slice(0, 4), lines[5]!, lines[4]!, ...lines.slice(6)], 5);
  await refuses([...lines.slice(0, 4), lines[4]!.replace(/,"sum".*$/, "}"), ...lines.slice(5)], 5);
  assert.equal(farm.requests.length, sent);
});

Deno.test("a line that lacks only its end counts, and the next one begins behind it", async () => {
  const { farm, path, bytes } = await crashed(9);
  const good = whole(bytes);
  await Deno.writeFile(path, good.subarray(0, -1));
  const { open, torn, progress } = await readJournal(path);
  assert.deepEqual([open, torn], [true, false]);
  assert.deepEqual(progress, told(good).progress);
  const report = await resumed(farm, path);
  assert.equal(report.failed.length, 0, String(report));
  assert.deepEqual([...farm.executed.values()], Array(3).fill(["pause", "remove"]));
  assert.equal((await readJournal(path)).end?.succeeded, 3);
});

Deno.test("a journal of the first version, whose lines have no checksums, is read and gone on with", async () => {
  const { farm, path, bytes } = await crashed(9);
  await Deno.writeTextFile(path, firstVersion(unsealed(new TextDecoder().decode(whole(bytes)))));
  const report = await resumed(farm, path);
  assert.equal(report.failed.length, 0, String(report));
  assert.deepEqual([...farm.executed.values()], Array(3).fill(["pause", "remove"]));
  const text = await Deno.readTextFile(path);
  assert.ok(!text.includes('"sum"'), "it stays of the version it is of");
  assert.equal((await readJournal(path)).end?.succeeded, 3);
});

Deno.test("a journal says only what muster writes, whoever made its checksums", async () => {
  const { bytes, path, farm } = await crashed(9);
  const lines = unsealed(new TextDecoder().decode(whole(bytes)));
  const sent = farm.requests.length;
  // deno-lint-ignore no-explicit-any
  const changed = (number: number, change: (line: any) => void) => {
    const copy = structuredClone(lines);
    change(copy[number - 1]);
    return copy;
  };
  for (
    const [number, change] of [
      [1, (line) => line.members = 4],
      [1, (line) => line.junk = 1],
      [2, (line) => line.plans[0].members[1] = line.plans[0].members[0]],
      [2, (line) => line.plans[0].members[1].id = ""],
      [2, (line) => line.plans[0].steps[0].label = "resume()"],
      [2, (line) => line.plans[0].steps[0].label = "promote(3)"],
      [2, (line) => line.plans[0].steps[1].timeout = -1],
      [2, (line) => line.plans[0].junk = 1],
      [4, (line) => line.before = [0, 0]],
      [4, (line) => line.before = [0, 0.5, 0]],
      [4, (line) => delete line.at],
      [4, (line) => line.junk = 1],
      [7, (line) => (line.after ? line.how = "done" : line.state = 1)],
      // deno-lint-ignore no-explicit-any
    ] as [number, (line: any) => void][]
  ) {
    await Deno.writeTextFile(path, sealed(changed(number, change)));
    await assert.rejects(resumed(farm, path), (error: Error) => {
      assert.equal(error.name, "JournalError");
      assert.match(error.message, new RegExp(`line ${number} is damaged`), `${change}`);
      return true;
    });
  }
  assert.equal(farm.requests.length, sent);
});

Deno.test("a damaged last line does not make history say that all was done", async () => {
  const { path, bytes } = await crashed(99);
  const text = new TextDecoder().decode(whole(bytes));
  await Deno.writeTextFile(path, text);
  assert.equal((await pastRun(path))!.end?.succeeded, 3);
  await Deno.writeTextFile(path, text.replace('"succeeded":3,"skipped":0', '"succeeded":2,"skipped":1'));
  const run = (await pastRun(path))!;
  assert.equal(run.end, undefined);
  assert.match(run.damaged!, /checksum/);
});
