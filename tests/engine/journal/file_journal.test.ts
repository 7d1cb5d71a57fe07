/**
 * A journal's file: what its first line says, why it cannot be written, and that going on with it cuts off nobody's lines.
 */
import assert from "node:assert/strict";
import { continueLines, fileJournal, type JournalFile } from "../../../lib/engine/journal/file_journal.ts";
import { headOf, readJournal } from "../../../lib/engine/journal/read_journal.ts";
import { Farm } from "../farm.ts";
import { jobs } from "../job.ts";

async function withPath(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(`${folder}/run.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
const run = (path: string, farm: Farm, open?: () => Promise<JournalFile>) =>
  jobs(farm.handle, { pool: "blue" }).pause().waitUntil("paused")
    .run({ view: false, journal: fileJournal(path, open ? { open } : {}) });

Deno.test("a journal's first line counts the members, and the writes that were planned", () =>
  withPath(async (path) => {
    await run(path, new Farm(3));
    const { members, writes } = headOf((await Deno.readTextFile(path)).split("\n")[0]!)!;
    assert.deepEqual({ members, writes }, { members: 3, writes: 3 });
  }));

Deno.test("why a journal cannot be written is said: a full disk, a quota, or what the system says", () =>
  withPath(async (path) => {
    const farm = new Farm(1);
    const why = async (error: Error) =>
      (await run(path, farm, () => Promise.reject(error)).catch((error) => error) as Error).message;
    const free = "Free some space and run `muster resume`.";
    assert.ok(
      (await why(Object.assign(new Error("write failed"), { code: "EDQUOT" }))).endsWith(
        `your quota is used up: ${path}. What is not in the journal is not sent. ${free}`,
      ),
    );
    assert.match(await why(new Error("Disk quota exceeded (os error 122)")), /: your quota is used up: /);
    assert.match(await why(new Error("No space left on device (os error 28)")), /: the disk is full: /);
    assert.ok(
      (await why(new Error("Input/output error (os error 5)"))).endsWith(
        `: Input/output error (os error 5): ${path}. What is not in the journal is not sent. ` +
          "Run `muster resume` when it can be written again.",
      ),
    );
    assert.equal(farm.count("POST"), 0);
  }));

Deno.test("lines that another process wrote right before the journal was locked are not cut off", () =>
  withPath(async (path) => {
    await run(path, new Farm(1));
    const whole = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, whole.slice(0, whole.lastIndexOf("\n", whole.length - 2) + 1));
    const open = async (path: string): Promise<JournalFile> => {
      const file = await Deno.open(path, { append: true });
      return Object.assign(file, {
        async tryLock() {
          await Deno.writeTextFile(path, whole);
          return true;
        },
      }) as unknown as JournalFile;
    };
    const lines = await continueLines(path, () => readJournal(path), new Farm(0).clock, open);
    await lines.append({ resumed: 1 });
    lines.close();
    assert.ok((await Deno.readTextFile(path)).startsWith(whole));
    assert.equal((await readJournal(path)).end, undefined);
  }));
