/**
 * A run on fifty simulated machines whose journal breaks off after some lines, as if the process had died there.
 */
import { fileJournal, type FileJournalOptions } from "../../../lib/engine/journal/file_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { machine } from "../../../lib/clouds/cloudapi/machines/machine.ts";
import { machines, type World, world } from "../../clouds/cloudapi/world.ts";

export interface Crashed {
  world: World;
  path: string;
  /** Lines that got into the journal. */
  lines: number;
  /** Whether the run came to its end before it was cut off. */
  whole: boolean;
}

/** Files whose writing fails after this many lines, with half of the next line written. */
export function cutAfter(lines: number): NonNullable<FileJournalOptions["open"]> {
  let left = lines;
  return async (path, fresh) => {
    const file = await Deno.open(path, { append: true, ...(fresh ? { createNew: true } : {}) });
    let cut = false;
    return {
      async write(bytes) {
        if (cut) throw new Error("written to after the crash");
        let end = 0;
        for (; left > 0 && end < bytes.length; left--) end = bytes.indexOf(10, end) + 1;
        if (end === bytes.length) return await file.write(bytes);
        cut = true;
        const torn = bytes.subarray(0, end + ((bytes.indexOf(10, end) - end) >> 1));
        for (let at = 0; at < torn.length;) at += await file.write(torn.subarray(at));
        throw new Error("crashed");
      },
      syncData: () => Promise.resolve(),
      tryLock: (exclusive) => file.tryLock(exclusive),
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  };
}

/** Fifty machines are stopped, waited for and deleted, until the journal breaks off. */
export async function crashAfter(folder: string, lines: number, count = 50): Promise<Crashed> {
  const made = await world({ machines: machines(count), seed: lines });
  const path = `${folder}/${lines}.jsonl`;
  const journal = fileJournal(path, { open: cutAfter(lines) });
  let whole = false;
  try {
    const report = await made.dc.machines({ type: "test" }).max(count).stop().waitUntil("stopped").delete()
      .run({ journal, throwOnError: false, view: false });
    whole = report.succeeded.length === count;
  } catch (error) {
    if ((error as Error).name !== "JournalError") throw error;
  }
  return { world: made, path, lines: (await Deno.readTextFile(path)).split("\n").length - 1, whole };
}

/** Takes a run up again, by another handle to the same datacenter. */
export async function resumed({ world, path }: Crashed, open?: FileJournalOptions["open"]) {
  return await resumeJournal(
    path,
    async () => ({ endpoint: await world.dc.endpoint(), resource: machine }),
    { throwOnError: false, view: false, ...(open ? { open } : {}) },
  );
}

/** The actions executed on each machine of the test, such as `stop,destroy`, and on how many machines. */
export function executed({ sim }: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { id, name } of sim.machines()) {
    if (!String(name).startsWith("test-")) continue;
    const done = sim.executions(id).map(({ action }) => action).join();
    counts.set(done, (counts.get(done) ?? 0) + 1);
  }
  return counts;
}
