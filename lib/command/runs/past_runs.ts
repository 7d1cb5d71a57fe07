/**
 * Past runs, read from their journals.
 *
 * @module
 */
import type { JournalEnd } from "../../engine/journal/read_journal.ts";
import { mayRead } from "../../platform/permissions.ts";
import { isIntact, sumOf } from "../../engine/journal/checksum.ts";
import { headOf } from "../../engine/journal/read_journal.ts";
import { runsFolder } from "./state_folder.ts";

/** A past run: the first and the last line of its journal. */
export interface PastRun {
  readonly path: string;
  /** The time of its plan (ISO). */
  readonly at: string;
  readonly task: string;
  readonly chain: string;
  readonly members: number;
  /** Undefined if it was cut off, or is still in progress. */
  readonly end: Omit<JournalEnd, "at"> | undefined;
  /** Whether its task was still at work when it began, and is not known to have ended. Then there may be more to do. */
  readonly within: boolean;
  /** Why its first and last lines cannot be trusted; the lines between them are not read. */
  readonly damaged?: string;
}

/** How many bytes are read at once: enough for a last line, and usually for a first one. */
const PIECE = 8192;
/** A first line contains the task's arguments, and may be longer. */
const LONGEST = 1 << 20;

/** The paths of the journals, newest first. */
export async function journalPaths(folder: string | undefined = runsFolder()): Promise<string[]> {
  if (folder === undefined) return [];
  if (!mayRead(folder)) return [];
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".jsonl")) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return names.sort().reverse().map((name) => `${folder}/${name}`);
}

/** What the first and last lines of a journal show; undefined if it is not a journal, or may not be read. */
export async function pastRun(path: string): Promise<PastRun | undefined> {
  using file = await Deno.open(path).catch(() => undefined);
  if (!file) return undefined;
  const { size } = await file.stat();
  const first = await firstLine(file);
  const head = headOf(text(first));
  if (!head) return undefined;
  const about = head.about as { task?: string; at?: string; within?: boolean } | undefined;
  const tail = await piece(file, Math.max(0, size - PIECE), PIECE);
  // A crash leaves an incomplete last line.
  const lines = tail.subarray(0, tail.lastIndexOf(10));
  const begin = lines.lastIndexOf(10);
  const last = lines.subarray(begin + 1);
  const before = lines.subarray(0, Math.max(0, begin));
  let end: PastRun["end"];
  // Journals of version 1 have no checksums to check.
  const damaged = head.version !== 1 &&
      !(isIntact(first, 0) && (last.length === lines.length || isIntact(last, sumOf(before) ?? -1)))
    ? "its first or last line has a wrong checksum"
    : undefined;
  try {
    const said = JSON.parse(text(last));
    if (typeof said.ended === "number" && damaged === undefined) end = said;
  } catch { /* a line longer than a piece is no end */ }
  return {
    path,
    at: String(about?.at ?? head.at),
    task: String(about?.task ?? "?"),
    chain: String(head.chain),
    members: Number(head.members),
    end,
    within: about?.within === true && end?.returned !== true,
    ...(damaged === undefined ? {} : { damaged }),
  };
}

const decoder = new TextDecoder();
const text = (bytes: Uint8Array) => decoder.decode(bytes);

/** A file's first line, without its line ending. */
async function firstLine(file: Deno.FsFile): Promise<Uint8Array> {
  for (let length = PIECE; length <= LONGEST; length *= 4) {
    const bytes = await piece(file, 0, length);
    const end = bytes.indexOf(10);
    if (end >= 0 || bytes.length < length) return end < 0 ? bytes : bytes.subarray(0, end);
  }
  return new Uint8Array();
}

/** Past runs, newest first. */
export async function recentRuns(most: number, folder?: string): Promise<PastRun[]> {
  const runs: PastRun[] = [];
  for (const path of await journalPaths(folder)) {
    if (runs.length === most) break;
    const run = await pastRun(path);
    if (run) runs.push(run);
  }
  return runs;
}

/** Whether nothing is left to do. */
export const isDone = ({ end }: PastRun): boolean => end !== undefined && end.failed + end.interrupted === 0;

/** The message if a run is done but its task may have had more to do; undefined otherwise. */
export const moreToDo = ({ within, task }: PastRun): string | undefined =>
  within
    ? `${task === "do" ? "what was typed" : `the task ${task}`} had not ended, and may have more to do: ` +
      "run it again; what is done already is skipped"
    : undefined;

/** The name of a run: the part of its journal's name that no other has. */
export function runId(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^\d{8}T\d{6}Z-([0-9a-f]{6})-/.exec(name)?.[1] ?? name;
}

async function piece(file: Deno.FsFile, from: number, most: number): Promise<Uint8Array> {
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(most);
  let length = 0;
  for (;;) {
    const read = await file.read(bytes.subarray(length));
    if (read === null || read === 0) break;
    length += read;
    if (length === bytes.length) break;
  }
  return bytes.subarray(0, length);
}

/** How many past runs of a task are compared. */
const LOOKED_AT = 10;
/** With fewer runs nothing counts as usual. */
const ENOUGH = 3;
/** A warning is shown if a task is about to change this many times its usual count. */
const TIMES = 3;

/**
 * A sentence if a task is about to change far more members than it usually does; undefined if not, or if unknown. Usual
 * is the largest of its last runs.
 */
export async function unusual(task: string, members: number, folder?: string): Promise<string | undefined> {
  const counts: number[] = [];
  for (const path of await journalPaths(folder)) {
    const run = await pastRun(path);
    if (run?.task === task && run.members > 0) counts.push(run.members);
    if (counts.length === LOOKED_AT) break;
  }
  const most = Math.max(...counts);
  if (counts.length < ENOUGH || members < most * TIMES) return undefined;
  return `this task usually touches ${most === 1 ? "1 member" : `${most} members`}, now ${members}`;
}
