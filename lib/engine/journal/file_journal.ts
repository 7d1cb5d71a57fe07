/**
 * A journal in a file: append-only, one JSON object per line. Each line is on disk before the write that it announces
 * is sent.
 *
 * @module
 */
import { type Clock, systemClock } from "../time/clock.ts";
import type { Consent } from "../plan/consent/consent.ts";
import { saveConsent, type SavedAllowance } from "../plan/consent/consent_line.ts";
import { output } from "../process/output.ts";
import type { Before } from "../resource/describe.ts";
import { JournalError } from "../errors.ts";
import type { Journal, Spot, StepOutcome } from "../run/journal.ts";
import { cannotWrite, JournalLines, type LineFile, type LinesEnd } from "./lines.ts";
import type { Plan } from "../plan/plan.ts";
import type { Report } from "../run/report/report.ts";
import { lostSteps, savePlan } from "../plan/saved/saved_plan.ts";
import { concealedJson } from "../text/secrets.ts";
import { concealedInSession } from "../process/session_rules.ts";

/** The version of the format. Version 1 had no checksums. Journals of a higher version are refused. */
export const FORMAT_VERSION = 2;

/** Identifies this process, because another process's memory is lost. */
export const PROCESS: string = crypto.randomUUID();

/** An open file that can be locked. */
export interface JournalFile extends LineFile {
  /** Locks the file; returns false if another process has locked it. */
  tryLock(exclusive: boolean): Promise<boolean>;
  /** Cuts the file off after this many bytes. */
  truncate(length: number): Promise<void>;
}

/**
 * Options of a file journal.
 *
 * @example
 * ```ts
 * import { fileJournal, type FileJournalOptions } from "@muster/muster";
 *
 * const options: FileJournalOptions = { about: { task: "nightly", asked: "by cron" } };
 * const journal = fileJournal("nightly.jsonl", options); // no file yet: it is made by the run
 * console.log(typeof journal.planned);
 * ```
 */
export interface FileJournalOptions {
  /** Data for its first line, as JSON: the task's name, and anything else that should be found there. */
  about?: Readonly<Record<string, unknown>>;
  /** Opens a file for appending. `fresh` creates it, and fails if it exists. */
  open?: (path: string, fresh: boolean) => Promise<JournalFile>;
}

const openFile = async (path: string, fresh: boolean): Promise<JournalFile> =>
  await Deno.open(path, { append: true, ...(fresh ? { createNew: true, mode: 0o600 } : {}) });

/**
 * A journal in its own file, for one run: `chain.run({ journal: fileJournal("nightly.jsonl") })`.
 *
 * The file is created when the plan is ready, and must not exist. `resume()` continues the run.
 *
 * @param path The file. Needs `--allow-write` for it, and `--allow-read` to resume.
 * @throws {JournalError} from the run, before anything is sent, when the file exists or cannot be written.
 */
export function fileJournal(path: string | URL, options: FileJournalOptions = {}): Journal {
  const name = path instanceof URL ? decodeURIComponent(path.pathname) : path;
  return new FileJournal(name, options);
}

class FileJournal implements Journal {
  readonly #path: string;
  readonly #options: FileJournalOptions;
  #clock: Clock = systemClock;
  #lines: JournalLines | undefined;

  constructor(path: string, options: FileJournalOptions) {
    this.#path = path;
    this.#options = options;
  }

  async planned(plans: readonly Plan[], consent: Consent = []): Promise<void> {
    this.#clock = plans[0]?.endpoint.clock ?? systemClock;
    const saved = plans.map(savePlan);
    for (const lost of saved.flatMap(lostSteps)) {
      output.notice(
        `this run cannot be resumed from before this step, because the journal cannot keep it: ${lost}`,
      );
    }
    this.#lines = await this.#clock.hold(() =>
      openLines(this.#path, true, this.#options.open ?? openFile, this.#clock)
    );
    try {
      await this.#lines.append({
        muster: "journal",
        version: FORMAT_VERSION,
        process: PROCESS,
        at: new Date(this.#clock.now()).toISOString(),
        about: JSON.parse(concealedJson(this.#options.about ?? {})),
        // Short, so that the first line can be read without the whole file.
        chain: concealedInSession(plans.map((plan) => plan.chain).join("\n")).slice(0, 2000),
        members: plans.reduce((sum, plan) => sum + plan.members.length, 0),
        writes: plans.reduce((sum, plan) => sum + plan.writes, 0),
      });
      await this.#lines.append({ plans: saved });
      await appendConsent(this.#lines, saveConsent(consent));
    } catch (error) {
      this.#lines.close();
      throw error;
    }
  }
  before(spot: Spot, before: Before): Promise<void> {
    return this.#lines!.append(beforeLine(spot, before, this.#clock.now()));
  }
  after(spot: Spot, outcome: StepOutcome, id: string): Promise<void> {
    return this.#lines!.append(afterLine(spot, outcome, id, this.#clock.now()));
  }
  ended(report: Report): Promise<void> {
    return endLines(this.#lines!, report, this.#clock.now());
  }
}

/** A journal that continues an existing file; see `resume.ts`. */
export class ContinuedJournal implements Journal {
  readonly #lines: JournalLines;
  readonly #clock: Clock;
  readonly #members: readonly (readonly number[])[];
  readonly #plans: readonly number[];
  readonly #returned: boolean;

  /**
   * @param plans The number in the journal of each plan of the resumed run.
   * @param members For each of those plans, the numbers of its members in the journal.
   * @param returned Whether the task that began the run has ended by itself.
   */
  constructor(
    lines: JournalLines,
    clock: Clock,
    plans: readonly number[],
    members: readonly (readonly number[])[],
    returned = false,
  ) {
    this.#lines = lines;
    this.#clock = clock;
    this.#plans = plans;
    this.#members = members;
    this.#returned = returned;
  }
  #spot({ plan, member, step }: Spot): Spot {
    return { plan: this.#plans[plan]!, member: this.#members[plan]![member]!, step };
  }
  async planned(_plans: readonly Plan[], consent: Consent = []): Promise<void> {
    await this.#lines.append({ resumed: this.#clock.now() });
    await appendConsent(this.#lines, saveConsent(consent, this.#plans, this.#members));
  }
  before(spot: Spot, before: Before): Promise<void> {
    return this.#lines.append(beforeLine(this.#spot(spot), before, this.#clock.now()));
  }
  after(spot: Spot, outcome: StepOutcome, id: string): Promise<void> {
    return this.#lines.append(afterLine(this.#spot(spot), outcome, id, this.#clock.now()));
  }
  ended(report: Report): Promise<void> {
    return endLines(this.#lines, report, this.#clock.now(), this.#returned);
  }
}

/**
 * Records in the journal of an ended run that the task which began it has ended by itself.
 *
 * @param end Reads where its lines end.
 */
export async function noteReturned(
  path: string,
  end: () => Promise<LinesEnd>,
  report: Report,
  clock: Clock,
): Promise<void> {
  await endLines(await continueLines(path, end, clock), report, clock.now(), true);
}

/**
 * Opens an existing journal to continue it: locks it, and cuts off an incomplete last line.
 *
 * @param end Reads where its lines end. It is called when the file is locked, because what was read before may be old:
 * then the lines of another process would be cut off.
 */
export async function continueLines(
  path: string,
  end: () => Promise<LinesEnd>,
  clock: Clock,
  open: NonNullable<FileJournalOptions["open"]> = openFile,
): Promise<JournalLines> {
  return await openLines(path, false, open, clock, end);
}

/** Writes what may be destroyed. If there is no such line, nothing may be. */
async function appendConsent(lines: JournalLines, consent: readonly SavedAllowance[]): Promise<void> {
  if (consent.length > 0) await lines.append({ consent });
}

const beforeLine = ({ plan, member, step }: Spot, { state, mark }: Before, at: number) => ({
  before: [plan, member, step],
  at,
  state,
  ...(mark === undefined ? {} : { mark }),
});
const afterLine = ({ plan, member, step }: Spot, how: StepOutcome, id: string, at: number) => ({
  after: [plan, member, step],
  at,
  how,
  id,
});

/**
 * Writes the last line. If the journal could not be written, that was already reported, so the failure of this line is
 * not another error.
 */
async function endLines(lines: JournalLines, report: Report, at: number, returned = false): Promise<void> {
  try {
    if (lines.broken) return;
    await lines.append({
      ended: at,
      succeeded: report.succeeded.length,
      skipped: report.skipped.length,
      failed: report.failed.length,
      interrupted: report.interrupted.length,
      ...(report.cancelled === undefined ? {} : { cancelled: concealedInSession(report.cancelled) }),
      ...(returned ? { returned } : {}),
    });
  } catch (error) {
    output.notice((error as Error).message);
  } finally {
    lines.close();
  }
}

async function openLines(
  path: string,
  fresh: boolean,
  open: NonNullable<FileJournalOptions["open"]>,
  clock: Clock,
  readEnd?: () => Promise<LinesEnd>,
): Promise<JournalLines> {
  let file: JournalFile;
  try {
    file = await open(path, fresh);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new JournalError(
        `Cannot begin a journal: the file ${path} exists already. Resume that run, or name another file.`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new JournalError(`Cannot write the journal: its folder does not exist: ${path}`, {
        cause: error,
      });
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new JournalError(`Cannot write the journal: --allow-write=${path} is missing`, {
        cause: error,
      });
    }
    throw cannotWrite(path, error);
  }
  let end: LinesEnd | undefined;
  try {
    if (!await file.tryLock(true)) {
      throw new JournalError(
        `Cannot resume the run: another process is running it: ${path}. Wait until that process has ended.`,
      );
    }
    end = await readEnd?.();
    if (end) await file.truncate(end.length);
  } catch (error) {
    file.close();
    throw error instanceof JournalError ? error : cannotWrite(path, error);
  }
  return new JournalLines(file, path, clock, end);
}
