/**
 * Journals for scripts. The code that reads and writes them is loaded with the first run that has one.
 *
 * @module
 */
import type { Consent } from "../engine/plan/consent/consent.ts";
import type { Before } from "../engine/resource/describe.ts";
import type { FileJournalOptions } from "../engine/journal/file_journal.ts";
import type { Journal, Spot, StepOutcome } from "../engine/run/journal.ts";
import type { Plan } from "../engine/plan/plan.ts";
import type { Report } from "../engine/run/report/report.ts";
import { began } from "../engine/run/session.ts";
import { refuseMore } from "../engine/select/extra_arguments.ts";
import type { ResumeOptions } from "./resume.ts";

export type { FileJournalOptions } from "../engine/journal/file_journal.ts";
export type { ResumeOptions } from "./resume.ts";

/**
 * A journal in its own file, for one run: `chain.run({ journal: fileJournal("nightly.jsonl") })`.
 *
 * Each write is on disk there before it is sent, and again when it was answered. The file is created when the plan is
 * ready, and must not exist. {@linkcode resume} continues the run.
 *
 * @param path The file. Needs `--allow-read` and `--allow-write` for it.
 * @param options What else is kept in it, and how it is opened.
 * @throws {JournalError} from the run, before anything is sent, when the file exists or cannot be written.
 *
 * @example
 * ```ts
 * import { dc, fileJournal } from "@muster/muster";
 *
 * const lines: string[] = [];
 * const journal = fileJournal("nightly.jsonl", {
 *   // Without this the lines go to the file.
 *   open: () =>
 *     Promise.resolve({
 *       write: (bytes) => Promise.resolve(lines.push(new TextDecoder().decode(bytes)) && bytes.length),
 *       syncData: () => Promise.resolve(),
 *       tryLock: () => Promise.resolve(true),
 *       truncate: () => Promise.resolve(),
 *       close: () => {},
 *     }),
 * });
 * await dc("sim").machines({ type: "jump" }).reboot().run({ journal });
 * console.log(lines.length);
 * ```
 */
export function fileJournal(path: string | URL, options: FileJournalOptions = {}): Journal {
  refuseMore("fileJournal()", arguments, 2);
  return new LazyJournal(path, options);
}

class LazyJournal implements Journal {
  readonly #path: string | URL;
  readonly #options: FileJournalOptions;
  #inner: Journal | undefined;

  constructor(path: string | URL, options: FileJournalOptions) {
    this.#path = path;
    this.#options = options;
  }
  async planned(plans: readonly Plan[], consent?: Consent): Promise<void> {
    const load = () => import("../engine/journal/file_journal.ts");
    const { fileJournal } = await (plans[0]?.endpoint.clock.hold(load) ?? load());
    this.#inner = fileJournal(this.#path, this.#options);
    await this.#inner.planned(plans, consent);
  }
  before(spot: Spot, before: Before): Promise<void> {
    return this.#inner!.before(spot, before);
  }
  after(spot: Spot, outcome: StepOutcome, id: string): Promise<void> {
    return this.#inner!.after(spot, outcome, id);
  }
  ended(report: Report): Promise<void> {
    return this.#inner!.ended(report);
  }
}

/**
 * Continues a run that was cut off by a crash, a reboot or Ctrl-C, or in which members failed.
 *
 * Members that are done are left alone. The others are read again, and only what is missing is done. If it is not known
 * whether a write was carried out, it is checked first. The same journal records what is done.
 *
 * @param path The journal's file, as given to {@linkcode fileJournal}.
 * @param options How to run the rest, and the handles for it.
 * @throws {JournalError} when nothing is left to do, another process is resuming it, or the journal is damaged.
 * @throws {ChainError} when members failed.
 *
 * @example
 * ```ts
 * import { JournalError, resume } from "@muster/muster";
 *
 * const report = await resume("nightly.jsonl", { timeout: "1h" }).catch((error) => {
 *   if (error instanceof JournalError) return undefined; // nothing was cut off
 *   throw error;
 * });
 * console.log(report?.succeeded.length);
 * ```
 */
export async function resume(path: string | URL, options: ResumeOptions = {}): Promise<Report> {
  refuseMore("resume()", arguments, 2);
  const resumed = import("./resume.ts").then(({ resume }) => resume(path, options));
  return await began(resumed, () => `resume(${JSON.stringify(String(path))})`);
}
