/**
 * Reads a journal: how far each member got.
 *
 * @module
 */
import { isIntact, sumOf } from "./checksum.ts";
import type { Allowance } from "../plan/consent/consent.ts";
import { consentShape, type SavedAllowance, takeConsent } from "../plan/consent/consent_line.ts";
import type { Before } from "../resource/describe.ts";
import { JournalError } from "../errors.ts";
import { FORMAT_VERSION } from "./file_journal.ts";
import type { StepOutcome } from "../run/journal.ts";
import { afterShape, beforeShape, endShape, headShape, resumedShape } from "./line_shape.ts";
import type { LinesEnd } from "./lines.ts";
import type { SavedPlan } from "../plan/saved/saved_plan.ts";
import { plansShape } from "../plan/saved/saved_shape.ts";
import { fields, saysOnly } from "../plan/json_shape.ts";

/** How far one member got. */
export interface Progress {
  /** Its id, if the run created it. */
  id?: string;
  /** The first step that has not succeeded. */
  next: number;
  /** The member before the write of that step, if the write was about to be sent and its result is not known. */
  doubt?: Before & { since: number };
  /** The member before each write that was done, by step. */
  readonly done: Map<number, Before>;
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
  /** Whether the task that began the run has ended by itself. */
  readonly returned?: boolean;
}

/** A journal's content. */
export interface JournalFacts extends LinesEnd {
  readonly path: string;
  readonly at: string;
  /** The id of the process that wrote its first line. */
  readonly process: unknown;
  readonly about: Readonly<Record<string, unknown>>;
  readonly chain: string;
  readonly plans: readonly SavedPlan[];
  /** What may be destroyed, by plan; undefined if nobody has allowed anything, as in older journals. */
  readonly consent: readonly (Allowance | undefined)[];
  /** The progress, by plan and member. */
  readonly progress: readonly (readonly Progress[])[];
  /** Undefined if the run was cut off, or is still running. */
  readonly end: JournalEnd | undefined;
  /** Whether the task that began the run has ended by itself, in this or an earlier run. */
  readonly returned: boolean;
  /** Whether the last line was incomplete. */
  readonly torn: boolean;
}

interface Line {
  readonly before?: [number, number, number];
  readonly after?: [number, number, number];
  readonly at?: number;
  readonly state?: string;
  readonly mark?: string | number;
  readonly how?: StepOutcome;
  readonly id?: string;
  readonly resumed?: number;
  readonly ended?: number;
  readonly consent?: readonly SavedAllowance[];
}

/**
 * Reads a journal. A crash leaves an incomplete last line, which is ignored.
 *
 * @throws {JournalError} when it is not a journal, has a newer version, or is damaged.
 */
export async function readJournal(path: string): Promise<JournalFacts> {
  return journalOf(await bytesOf(path), path);
}

/** The content of a journal's bytes; see {@linkcode readJournal}. */
export function journalOf(bytes: Uint8Array, path: string): JournalFacts {
  const { lines, head, ...end } = linesOf(bytes, path);
  const { plans } = lines[1]!.value as { plans: SavedPlan[] };
  const members = plans.reduce((sum, plan) => sum + plan.members.length, 0);
  if (head.members !== members) throw damaged(path, 1, `it counts ${head.members} members of ${members}`);
  const progress = plans.map((plan) => plan.members.map((): Progress => ({ next: 0, done: new Map() })));
  const consent: (Allowance | undefined)[] = plans.map(() => undefined);
  let ended: JournalEnd | undefined;
  let returned = false;
  for (const { value, number } of lines.slice(2)) {
    const line = value as Line;
    if (line.ended !== undefined) {
      ended = { ...line as unknown as JournalEnd, at: line.ended };
      returned ||= ended.returned === true;
    } else if (line.resumed !== undefined) ended = undefined;
    else {
      const why = line.consent ? takeConsent(line.consent, plans, consent) : take(line, plans, progress);
      if (why !== undefined) throw damaged(path, number, why);
    }
  }
  return {
    path,
    at: String(head.at),
    process: head.process,
    about: head.about as Record<string, unknown>,
    chain: String(head.chain),
    plans,
    consent,
    progress,
    end: ended,
    returned,
    ...end,
  };
}

/** The bytes of a file. */
async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "the file does not exist"
      : error instanceof Deno.errors.NotCapable
      ? `--allow-read=${path} is missing`
      : (error as Error).message;
    throw new JournalError(`Cannot read the journal: ${reason}: ${path}`, { cause: error });
  }
}

/** A journal's lines as they were written. */
function linesOf(bytes: Uint8Array, path: string): LinesEnd & {
  torn: boolean;
  head: Record<string, unknown>;
  lines: { value: Record<string, unknown>; number: number }[];
} {
  const whole: Uint8Array[] = [];
  let length = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, length)) {
    whole.push(bytes.subarray(length, end));
    length = end + 1;
  }
  const rest = bytes.subarray(length);
  const first = whole[0] ?? new Uint8Array();
  const head = headOf(decoder.decode(first));
  if (!head) throw new JournalError(`Cannot read the journal: this is not a journal of muster: ${path}`);
  const { version } = head;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1 || version > FORMAT_VERSION) {
    throw new JournalError(
      `Cannot read the journal: it was written by a newer muster (format ${version}): ${path}`,
    );
  }
  let sum: number | undefined = version === 1 ? undefined : 0;
  const lines: { value: Record<string, unknown>; number: number }[] = [];
  const add = (line: Uint8Array) => {
    const number = lines.length + 1;
    if (sum === undefined && sumOf(line) !== undefined) {
      throw damaged(path, number, "it has a checksum, and journals of the first format have none");
    }
    if (sum !== undefined && !isIntact(line, sum)) {
      throw damaged(path, number, "its checksum is wrong: it was changed, or a line before it is missing");
    }
    if (sum !== undefined) sum = sumOf(line);
    const value = parsed(decoder.decode(line), path, number);
    if (sum !== undefined) delete value.sum;
    const why = shapeOf(value, number)(value, "it");
    if (why !== undefined) throw damaged(path, number, why);
    lines.push({ value, number });
  };
  for (const line of whole) add(line);
  // A crash cuts off the end of a line. If only the line feed is missing, the line counts.
  const open = sum !== undefined ? openLine(rest, sum) : undefined;
  if (open) {
    add(open);
    length += open.length;
  }
  if (lines.length < 2) {
    throw new JournalError(
      `Cannot resume the run: it ended before its plan was written: ${path}. Nothing was sent. Run it again.`,
    );
  }
  return { lines, head, length, sum, open: open !== undefined, torn: rest.length > (open?.length ?? 0) };
}

const decoder = new TextDecoder();

/** The complete line at the end of a file that lacks only its line feed; undefined if there is none. */
function openLine(rest: Uint8Array, before: number): Uint8Array | undefined {
  for (let end = rest.indexOf(CLOSING); end !== -1; end = rest.indexOf(CLOSING, end + 1)) {
    const line = rest.subarray(0, end + 1);
    if (isIntact(line, before)) return line;
  }
  return undefined;
}

/** `}` */
const CLOSING = 125;

function parsed(line: string, path: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch { /* said below */ }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw damaged(path, number, "it is not a JSON object");
  }
  if (!saysOnly(line, value)) throw damaged(path, number, "it has the same field twice");
  return value as Record<string, unknown>;
}

/** The required shape of a line, by its number and type. */
function shapeOf(value: Record<string, unknown>, number: number) {
  if (number === 1) return headShape;
  if (number === 2) return PLANS;
  return "before" in value
    ? beforeShape
    : "resumed" in value
    ? resumedShape
    : "ended" in value
    ? endShape
    : "consent" in value
    ? consentShape
    : afterShape;
}

const PLANS = fields({ plans: plansShape });

const damaged = (path: string, number: number, why: string) =>
  new JournalError(
    `Cannot use the journal: line ${number} is damaged (${why}): ${path}. Nothing was sent. Look at the ` +
      "members yourself, or run the task again: what is done already is skipped.",
  );

/** Reads a line about one step of one member. Returns why it is invalid, if it is. */
function take(line: Line, plans: readonly SavedPlan[], progress: readonly Progress[][]): string | undefined {
  const [plan, member, step] = line.before ?? line.after!;
  const one = progress[plan]?.[member];
  if (!one || plans[plan]!.steps[step] === undefined) return "it names a step that the plan does not have";
  if (step !== one.next) return `it says that a member is at step ${step}, but the member is at ${one.next}`;
  if (line.before) {
    // All repeats of a doubtful write are compared with the member before the first.
    one.doubt ??= { state: String(line.state), mark: line.mark, since: line.at ?? 0 };
    one.doubt = { ...one.doubt, since: line.at ?? one.doubt.since };
    return undefined;
  }
  if (line.id) one.id = line.id;
  if (line.how === "refused") delete one.doubt;
  else {
    if (line.how === "accepted" || line.how === "performed") {
      one.done.set(step, one.doubt ?? { state: "", mark: undefined });
    }
    delete one.doubt;
    one.next = step + 1;
  }
  return undefined;
}

/** A journal's first line; undefined if it is not one. */
export function headOf(line: string): Record<string, unknown> | undefined {
  try {
    const head = JSON.parse(line);
    return head?.muster === "journal" ? head : undefined;
  } catch {
    return undefined;
  }
}
