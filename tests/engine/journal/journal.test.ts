import assert from "node:assert/strict";
import { fileJournal, resume } from "../../../lib/muster.ts";
import type { JournalFile } from "../../../lib/engine/journal/file_journal.ts";
import { readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { JournalLines } from "../../../lib/engine/journal/lines.ts";
import { VirtualClock } from "../../../lib/sim/mod.ts";
import { machines, world } from "../../clouds/cloudapi/world.ts";
import { sealed, unsealed } from "../../safety/journal/sealed.ts";
import { crashAfter, cutAfter, executed, resumed } from "../../command/runs/crash.ts";

/** A folder for one test. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const error = (name: string, message: RegExp) => (thrown: Error) => {
  assert.equal(thrown.name, name, thrown.message);
  assert.match(thrown.message, message);
  return true;
};

/** Opens a real file in which `write` does what the test wants. */
const opening = (
  write: (file: Deno.FsFile, bytes: Uint8Array, nth: number) => Promise<number>,
  synced: () => void | Promise<void> = () => {},
) =>
async (path: string, fresh: boolean): Promise<JournalFile> => {
  const file = await Deno.open(path, { append: true, ...(fresh ? { createNew: true } : {}) });
  let nth = 0;
  return {
    write: (bytes) => write(file, bytes, nth++),
    syncData: () => Promise.resolve(synced()),
    tryLock: (exclusive) => file.tryLock(exclusive),
    truncate: (length) => file.truncate(length),
    close: () => file.close(),
  };
};
const full = () =>
  Promise.reject(Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" }));

Deno.test("on a full disk nothing is sent, and the error says so", () =>
  inFolder(async (folder) => {
    const { dc, sim } = await world({ machines: machines(5) });
    const chain = dc.machines({ type: "test" }).stop();
    await assert.rejects(
      chain.run({ journal: fileJournal(`${folder}/a.jsonl`, { open: opening(full) }), view: false }),
      error("JournalError", /the disk is full: .*What is not in the journal is not sent\. Free some space/),
    );
    assert.equal(sim.writes.length, 0);

    // The disk is full in the middle: what is in flight is completed, and nothing else begins.
    const open = opening((file, bytes, nth) => nth < 3 ? file.write(bytes) : full());
    const report = await chain.run({
      again: true,
      journal: fileJournal(`${folder}/b.jsonl`, { open }),
      view: false,
      throwOnError: false,
    });
    assert.equal(sim.writes.length, 1);
    assert.equal(report.failed.length, 5);
    assert.match(report.failed[1]!.why, /the disk is full/);
    await resume(`${folder}/b.jsonl`, { handles: [dc], view: false });
    assert.equal(sim.writes.length, 5);
  }));

Deno.test("lines that are written at once share a flush", async () => {
  const flushed: number[] = [];
  const file = {
    write(bytes: Uint8Array) {
      flushed.push(new TextDecoder().decode(bytes).split("\n").length - 1);
      return Promise.resolve(bytes.length);
    },
    syncData: () => Promise.resolve(),
    close: () => {},
  };
  const lines = new JournalLines(file as unknown as JournalFile, "a.jsonl", new VirtualClock());
  await Promise.all(Array.from({ length: 200 }, (_, n) => lines.append({ before: [0, n, 0] })));
  assert.deepEqual(flushed, [1, 199]);
});

Deno.test("of a run that dies only the writes that have left are in doubt, not those that wait for their turn", () =>
  inFolder(async (folder) => {
    const { dc } = await world({ machines: machines(50) }, { concurrency: 2 });
    for (const [index, lines] of [4, 9, 20, 47].entries()) {
      const path = `${folder}/${index}.jsonl`;
      const journal = fileJournal(path, { open: cutAfter(lines) });
      await dc.machines({ type: "test" }).reboot().run({
        journal,
        throwOnError: false,
        view: false,
        again: true,
      })
        .catch(() => {});
      const { progress } = await readJournal(path);
      const doubted = progress[0]!.filter(({ doubt }) => doubt !== undefined).length;
      // Two in flight, and two whose answers were not yet written.
      assert.ok(doubted <= 4, `after ${lines} lines ${doubted} of 50 are in doubt`);
    }
  }));

Deno.test("every write is in the journal before it is sent", () =>
  inFolder(async (folder) => {
    const { dc, sim, with: other } = await world({ machines: machines(8) });
    const path = `${folder}/a.jsonl`;
    let checked = 0;
    const handle = other({
      fetch: ((url: string, init: RequestInit) => {
        if (init.method !== "GET") {
          const id = /machines\/([^/?]+)/.exec(url)![1]!;
          const lines = Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line));
          const index = lines[1].plans[0].members.findIndex((member: { id: string }) => member.id === id);
          assert.ok(lines.some((line) => line.before?.[1] === index), `${init.method} ${url}`);
          checked++;
        }
        return sim.fetch(url, init);
      }) as typeof fetch,
    });
    await handle.machines({ type: "test" }).stop().run({ journal: fileJournal(path), view: false });
    assert.equal(checked, 8);
    void dc;
  }));

Deno.test("a journal that exists is not written over", () =>
  inFolder(async (folder) => {
    const { dc, sim } = await world({ machines: machines(1) });
    await Deno.writeTextFile(`${folder}/a.jsonl`, "mine");
    await assert.rejects(
      dc.machines({ type: "test" }).stop().run({ journal: fileJournal(`${folder}/a.jsonl`), view: false }),
      error("JournalError", /the file .* exists already/),
    );
    assert.equal(await Deno.readTextFile(`${folder}/a.jsonl`), "mine");
    assert.equal(sim.writes.length, 0);
  }));

Deno.test("two processes cannot go on with one journal at a time", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 80, 20);
    {
      using other = await Deno.open(crashed.path, { append: true });
      await other.lock(true);
      const before = crashed.world.sim.writes.length;
      await assert.rejects(resumed(crashed), error("JournalError", /another process is running it/));
      assert.equal(crashed.world.sim.writes.length, before);
    }
    await resumed(crashed);
    assert.deepEqual([...executed(crashed.world)], [["stop,destroy", 20]]);
  }));

Deno.test("a run that is going on cannot be resumed beside it", () =>
  inFolder(async (folder) => {
    const { dc, sim } = await world({ machines: machines(3) });
    const path = `${folder}/a.jsonl`;
    let refused: unknown;
    const chain = dc.machines({ type: "test" }).stop().waitUntil("stopped");
    await chain.run({
      journal: fileJournal(path),
      view: false,
      on(event) {
        if (event.type === "accepted") {
          refused ??= resume(path, { handles: [dc], view: false }).catch((thrown) => thrown);
        }
      },
    });
    const thrown = await refused as Error;
    assert.equal(thrown.name, "JournalError");
    assert.match(thrown.message, /another process is running it/);
    assert.equal(sim.writes.length, 3);
  }));

Deno.test("what is no journal, damaged, or newer is refused, with nothing sent", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 30, 5);
    const lines = (await Deno.readTextFile(crashed.path)).split("\n");
    const before = crashed.world.sim.writes.length;
    const refuses = async (text: string, message: RegExp) => {
      await Deno.writeTextFile(crashed.path, text);
      await assert.rejects(resumed(crashed), error("JournalError", message));
    };
    await refuses("", /this is not a journal of muster/);
    await refuses("hello\nworld\n", /this is not a journal of muster/);
    await refuses('{"muster":"journal","version":99}\n{}\n', /a newer muster \(format 99\)/);
    await refuses(`${lines[0]}\n`, /ended before its plan was written.*Run it again/);
    await refuses([...lines.slice(0, 4), "{torn", ...lines.slice(4)].join("\n"), /line 5 is damaged/);
    const whole = unsealed(lines.slice(0, -1).join("\n"));
    const [head, plans] = whole as [object, object];
    await refuses(sealed([head, { plans: [{}] }]), /line 2 is damaged/);
    await refuses(
      sealed([head, plans, { before: [0, 99, 0], at: 1, state: "x" }]),
      /line 3 is damaged.*a step that the plan does not have/,
    );
    await refuses(
      sealed([head, plans, { after: [0, 0, 2], at: 1, how: "accepted", id: "x" }]),
      /line 3 is damaged.*but the member is at 0/,
    );
    await Deno.remove(crashed.path);
    await assert.rejects(resumed(crashed), error("JournalError", /the file does not exist/));
    assert.equal(crashed.world.sim.writes.length, before);
  }));

Deno.test("a run that is done has nothing to resume", () =>
  inFolder(async (folder) => {
    const { dc } = await world({ machines: machines(2) });
    const path = `${folder}/a.jsonl`;
    await dc.machines({ type: "test" }).stop().run({ journal: fileJournal(path), view: false });
    await assert.rejects(resume(path, { handles: [dc] }), error("JournalError", /every member is done/));
    assert.equal((await readJournal(path)).end?.succeeded, 2);
  }));

Deno.test("members deleted by somebody else meanwhile are not an obstacle", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 60, 20);
    const { sim } = crashed.world;
    const running = sim.machines().find((machine) => sim.executions(machine.id).length === 1)!;
    sim.remove(running.id);
    const report = await resumed(crashed);
    const lost = report.members.find((member) => member.id === running.id)!;
    assert.match(lost.why, /gone|already deleted|^$/);
    assert.equal(
      report.members.filter((member) => member.id !== running.id && member.fate === "failed").length,
      0,
    );
  }));

Deno.test("arguments that may hold secrets are not in a journal; resuming says what is missing", () =>
  inFolder(async (folder) => {
    const { dc } = await world({ machines: machines(3) });
    const path = `${folder}/a.jsonl`;
    const secret = "hunter2-and-more";
    await dc.machines({ type: "test" }).metadata({ password: secret }).stop().run({
      journal: fileJournal(path),
      view: false,
      signal: AbortSignal.abort("no"),
    }).catch(() => {});
    await dc.machines({ type: "test" }).metadata({ password: secret }).stop().run({
      journal: fileJournal(path),
      view: false,
      throwOnError: false,
    });
    const text = await Deno.readTextFile(path);
    assert.ok(!text.includes(secret));
    assert.match(text, /may hold secrets/);
    // As if it had been cut off before anything was sent.
    await Deno.writeTextFile(path, text.split("\n").slice(0, 2).join("\n") + "\n");
    await assert.rejects(
      resume(path, { handles: [dc] }),
      error("JournalError", /were not kept.*Run it again instead/),
    );
  }));

Deno.test("a journal of another server or account is refused", () =>
  inFolder(async (folder) => {
    const crashed = await crashAfter(folder, 20, 5);
    const other = await world({ machines: machines(5) });
    await assert.rejects(
      resume(crashed.path, { handles: [other.dc], view: false }),
      error("CredentialsError", /./),
    );
    assert.equal(other.sim.writes.length, 0);
  }));

Deno.test("machines being made are found again by name, and none is made twice", () =>
  inFolder(async (folder) => {
    const { dc, sim } = await world({});
    for (let lines = 2; lines < 14; lines += 1) {
      const path = `${folder}/${lines}.jsonl`;
      const { cutAfter } = await import("../../command/runs/crash.ts");
      const name = `new-${lines}-{n}`;
      await dc.createMachine({ name, count: 3, image: "base-64-lts", package: "sample-1G" }).waitUntil(
        "running",
      )
        .run({ journal: fileJournal(path, { open: cutAfter(lines) }), view: false, throwOnError: false });
      await resume(path, { handles: [dc], view: false }).catch((thrown) => {
        assert.match(thrown.message, /every member is done/);
      });
      const made = sim.machines().filter((machine) => machine.name.startsWith(`new-${lines}-`));
      assert.deepEqual(
        made.map((machine) => machine.state),
        ["running", "running", "running"],
        `line ${lines}`,
      );
    }
  }));
