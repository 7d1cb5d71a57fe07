import assert from "node:assert/strict";
import { crashAfter, cutAfter, executed, resumed } from "./crash.ts";

Deno.test("a run cut off after any line of its journal is finished by resuming: no write twice, none missing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    let offsets = 0;
    // The first three lines are the plan and what of it may be destroyed.
    for (let lines = 3;; lines++) {
      const crashed = await crashAfter(folder, lines);
      if (crashed.whole) break;
      offsets++;
      const where = `after line ${lines}`;
      const report = await resumed(crashed);
      assert.equal(report.failed.length + report.interrupted.length, 0, `${where}: ${report}`);
      assert.deepEqual([...executed(crashed.world)], [["stop,destroy", 50]], where);
    }
    // Two lines for each write and one for each wait; the last one, of the end, may be missing.
    assert.ok(offsets >= 50 * 5, `${offsets} offsets`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a resumed run that is cut off as well is resumed again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const [first, more] of [[3, 1], [4, 40], [60, 1], [60, 57], [130, 90], [200, 3], [249, 2]] as const
    ) {
      const crashed = await crashAfter(folder, first);
      await resumed(crashed, cutAfter(more)).catch((error) => assert.equal(error.name, "JournalError"));
      const report = await resumed(crashed);
      assert.equal(report.failed.length + report.interrupted.length, 0, `${first}+${more}: ${report}`);
      assert.deepEqual([...executed(crashed.world)], [["stop,destroy", 50]], `${first}+${more}`);
      await Deno.remove(crashed.path);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
