/**
 * Past runs, as their journals tell.
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
  /** ISO time of its plan. */
  readonly at: string;
  readonly task: string;
  readonly chain: string;
  readonly members: number;
  /** Undefined when it was cut off, or is still going on. */
  readonly end: Omit<JournalEnd, "at"> | undefined;
  /** Whether its task was at work when it began, and is not known to have come to its own end: there may be more to do. */
  readonly within: boolean;
  /** Why its ends cannot be gone by; the lines between them are not looked at. */
  readonly damaged?: string;
}

/** Enough for a last line, and mostly for a first one. */
const PIECE = 8192;
/** A first line has what the task was given, and may be longer. */
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

/** What a journal's ends tell; undefined where it is none, or must not be read. */
export async function pastRun(path: string): Promise<PastRun | undefined> {
  using file = await Deno.open(path).catch(() => undefined);
  if (!file) return undefined;
  const { size } = await file.stat();
  const first = await firstLine(file);
  const head = headOf(text(first));
  if (!head) return undefined;
  const about = head.about as { task?: string; at?: string; within?: boolean } | undefined;
  const tail = await piece(file, Math.max(0, size - PIECE), PIECE);
  // A torn last line is what a crash leaves.
  const lines = tail.subarray(0, tail.lastIndexOf(10));
  const begin = lines.lastIndexOf(10);
  const last = lines.subarray(begin + 1);
  const before = lines.subarray(0, Math.max(0, begin));
  let end: PastRun["end"];
  // Before the checksums, a line was believed.
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

/** A file's first line, without its end. */
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

/** Whether nothing of it is left to do. */
export const isDone = ({ end }: PastRun): boolean => end !== undefined && end.failed + end.interrupted === 0;

/** What is to be said of a run that is done itself, where its task may have had more to do; undefined elsewhere. */
export const moreToDo = ({ within, task }: PastRun): string | undefined =>
  within
    ? `${task === "do" ? "what was typed" : `the task ${task}`} had not ended, and may have more to do: ` +
      "run it again; what is done already is skipped"
    : undefined;

/** What a run is called by: the part of its journal's name that no other has. */
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

/** Runs of a task that are looked at for what is usual. */
const LOOKED_AT = 10;
/** So many are needed before anything is called usual. */
const ENOUGH = 3;
/** From how many times the usual count on it is said. */
const TIMES = 3;

/**
 * A sentence for when a task is about to touch far more members than it usually does; undefined where that is not so
 * or not known. Usual is the largest of its last runs.
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
