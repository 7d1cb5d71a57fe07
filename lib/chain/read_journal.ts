/**
 * Reading a journal: how far each member came.
 *
 * @module
 */
import type { Before } from "./describe.ts";
import { JournalError } from "./errors.ts";
import { VERSION } from "./file_journal.ts";
import type { Outcome } from "./journal.ts";
import type { SavedPlan } from "./saved_plan.ts";

/** How far one member came. */
export interface Progress {
  /** Its id, where it got it during the run. */
  id?: string;
  /** The first step that has not ended well. */
  next: number;
  /** What it was before the write of that step, where that was about to be sent and its end is not known. */
  doubt?: Before & { since: number };
  /** What it was before each write that was done, by step. */
  readonly done: Map<number, Before>;
  /** How each step ended. */
  readonly ended: Map<number, Outcome>;
}

/** How a run ended. */
export interface JournalEnd {
  /** ms */
  readonly at: number;
  readonly succeeded: number;
  readonly skipped: number;
  readonly failed: number;
  readonly interrupted: number;
  readonly cancelled?: string;
}

/** A journal's content. */
export interface JournalFacts {
  readonly path: string;
  readonly at: string;
  /** Which process wrote its first line. */
  readonly process: unknown;
  readonly about: Readonly<Record<string, unknown>>;
  readonly chain: string;
  readonly plans: readonly SavedPlan[];
  /** By plan, by member. */
  readonly progress: readonly (readonly Progress[])[];
  /** Undefined when the run was cut off, or is going on. */
  readonly end: JournalEnd | undefined;
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
  /** Whether the last line was torn. */
  readonly torn: boolean;
}

interface Line {
  readonly before?: [number, number, number];
  readonly after?: [number, number, number];
  readonly at?: number;
  readonly state?: string;
  readonly mark?: string | number;
  readonly how?: Outcome;
  readonly id?: string;
  readonly resumed?: number;
  readonly ended?: number;
}

/**
 * Reads a journal. A torn last line is what a crash leaves, and left out.
 *
 * @throws {JournalError} when it is no journal, one of a newer version, or damaged.
 */
export async function readJournal(path: string): Promise<JournalFacts> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.NotCapable
      ? `--allow-read=${path} is missing`
      : (error as Error).message;
    throw new JournalError(`Cannot read the journal as ${reason}: ${path}`, { cause: error });
  }
  const length = bytes.lastIndexOf(10) + 1;
  const torn = length < bytes.length;
  const lines = new TextDecoder().decode(bytes.subarray(0, length)).split("\n").slice(0, -1);
  const damaged = (number: number, why: string) =>
    new JournalError(
      `Cannot go by the journal as line ${number} is damaged (${why}): ${path}. Nothing was sent; look at the ` +
        "members yourself, or run the task again: what is already so is skipped",
    );
  const parse = (line: string, number: number): Record<string, unknown> => {
    try {
      const value = JSON.parse(line);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
    } catch { /* said below */ }
    throw damaged(number, "it is no JSON object");
  };
  const head = headOf(lines[0] ?? "");
  if (!head) throw new JournalError(`Cannot read the journal as it is none of muster's: ${path}`);
  if (typeof head.version !== "number" || head.version > VERSION) {
    throw new JournalError(
      `Cannot read the journal as it was written by a newer muster (format ${head.version}): ${path}`,
    );
  }
  if (lines[1] === undefined) {
    throw new JournalError(
      `Cannot take up the run as it ended before its plan was written: ${path}. Nothing was sent; run it again`,
    );
  }
  const { plans } = parse(lines[1], 2) as { plans?: SavedPlan[] };
  if (!Array.isArray(plans) || !plans.every(isPlan)) throw damaged(2, "it is no plan");
  const progress = plans.map((plan) =>
    plan.members.map((): Progress => ({ next: 0, done: new Map(), ended: new Map() }))
  );
  let end: JournalEnd | undefined;
  for (const [index, text] of lines.entries()) {
    if (index < 2) continue;
    const line = parse(text, index + 1) as Line;
    if (line.ended !== undefined) end = { ...line as unknown as JournalEnd, at: line.ended };
    else if (line.resumed !== undefined) end = undefined;
    else take(line, index + 1);
  }
  return {
    path,
    at: String(head.at),
    process: head.process,
    about: head.about as Record<string, unknown> ?? {},
    chain: String(head.chain),
    plans,
    progress,
    end,
    length,
    torn,
  };

  function take(line: Line, number: number): void {
    const [plan, member, step] = line.before ?? line.after ?? [];
    const one = progress[plan!]?.[member!];
    if (!one || typeof step !== "number" || plans![plan!]!.steps[step] === undefined) {
      throw damaged(number, "it is about no step of the plan");
    }
    if (step !== one.next) throw damaged(number, `a member at step ${one.next} is said to be at ${step}`);
    if (line.before) {
      // Repeats of a write in doubt are all judged by how the member was before the first.
      one.doubt ??= {
        state: String(line.state),
        mark: line.mark,
        since: line.at ?? 0,
      };
      one.doubt = { ...one.doubt, since: line.at ?? one.doubt.since };
      return;
    }
    if (line.id) one.id = line.id;
    if (line.how === "refused") delete one.doubt;
    else {
      if (line.how === "accepted" || line.how === "performed") {
        one.done.set(step, one.doubt ?? { state: "", mark: undefined });
      }
      one.ended.set(step, line.how!);
      delete one.doubt;
      one.next = step + 1;
    }
  }
}

/** A journal's first line; undefined where it is none. */
export function headOf(line: string): Record<string, unknown> | undefined {
  try {
    const head = JSON.parse(line);
    return head?.muster === "journal" ? head : undefined;
  } catch {
    return undefined;
  }
}

const isPlan = (plan: SavedPlan) =>
  typeof plan?.endpoint?.handle === "string" && Array.isArray(plan.steps) && Array.isArray(plan.members);
