import assert from "node:assert/strict";
import { dc } from "../../../lib/muster.ts";
import { doWork, type Rules } from "../../../lib/command/runs/do_work.ts";
import { main } from "../../../lib/command/main.ts";
import { recentRuns } from "../../../lib/command/runs/past_runs.ts";
import { withEnvironment } from "../../own_environment.ts";

const RULES: Rules = { plan: false, json: false, quiet: false, journal: true, about: { task: "batches" } };

async function withState(work: () => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await withEnvironment({ MUSTER_STATE: folder }, work);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
const collecting = () => {
  const said = { out: "", err: "" };
  return {
    said,
    io: { out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) },
  };
};
async function command(...words: string[]) {
  const { said, io } = collecting();
  return { code: await main(words, io), ...said };
}
async function task(work: () => unknown) {
  const { said, io } = collecting();
  return { ...await doWork(work, RULES, io), ...said };
}

/** Names of machines that are there for this test alone. */
const named = (batch: number) =>
  dc("sim").machines({ type: "test" }).where({ name: [`test-0${batch * 2}`, `test-0${batch * 2 + 1}`] });
/** Stops a batch. A broken run is cut off before anything is sent to the second member. */
const batch = (number: number, broken: boolean) => {
  const stop = new AbortController();
  return named(number).tag({ batch: number }).waitUntil("running").run({
    view: false,
    signal: stop.signal,
    on: (event) => {
      if (broken && event.type === "sent") stop.abort(new Error("the lid was closed"));
    },
  });
};
const one = (name: string) => dc("sim").machine(name);

Deno.test("of a loop of batches only one can be resumed: that the task had more to do is said, with exit 1", () =>
  withState(async () => {
    let done = 0;
    const { exit, err } = await task(async () => {
      for (let number = 0; number < 4; number++) {
        await batch(number, number === 1);
        done++;
      }
    });
    assert.equal(done, 1);
    assert.equal(exit, 1);
    assert.match(err, /muster resume \S+; the task had not ended: run it again after that\n$/);
    assert.match((await command("history")).out, /interrupted.*; its task had not ended/);

    const resumed = await command("resume", "last", "--quiet");
    assert.equal(resumed.code, 1, resumed.err);
    assert.match(resumed.err, /this run is done, but the task batches .* may have more to do: run it again/);
    for (const { tags } of await named(1)) assert.equal(tags.batch, 1);
    for (const { tags } of await named(2)) assert.equal(tags.batch, undefined);

    const again = await command("resume", "last");
    assert.equal(again.code, 6);
    assert.match(again.err, /every member is done.*the task batches had not ended/);
  }));

Deno.test("a task that came to its end has no more to do than what is left of its runs", () =>
  withState(async () => {
    const { err } = await task(async () => {
      await interrupted("test-22", "test-23");
      await one("test-24").tag({ a: 1 }).run({ view: false });
    });
    assert.match(err, /to do what is left: muster resume [0-9a-f]+\n$/);
    const runs = await recentRuns(9);
    assert.deepEqual(runs.map(({ within }) => within), [false, false]);
    const left = runs.find(({ end }) => end!.interrupted > 0)!;
    const resumed = await command("resume", left.path, "--quiet");
    assert.deepEqual([resumed.code, resumed.err], [0, ""]);
    // And it stays so when the journal was gone on with.
    assert.equal((await recentRuns(9)).some(({ within }) => within), false);

    function interrupted(...names: string[]) {
      const stop = new AbortController();
      return dc("sim").machines({ type: "test" }).where({ name: names }).tag({ a: 2 }).barrier().tag({ b: 3 })
        .run({
          view: false,
          throwOnError: false,
          signal: stop.signal,
          on: (event) => event.type === "accepted" && stop.abort(new Error("no")),
        });
    }
  }));

Deno.test("a chain that a task gives is all that there is to do", () =>
  withState(async () => {
    const { exit, err } = await task(() =>
      dc("sim").machines({ type: "test" }).where({ name: ["test-26", "test-27"] }).tag({ a: 2 })
    );
    assert.deepEqual([exit, err.includes("resume")], [0, false]);
    assert.equal((await recentRuns(9))[0]!.within, false);
  }));
