/**
 * The journal of each run of the command: a file in the state folder, created when there is something to write.
 *
 * @module
 */
import { type Clock, systemClock } from "../../engine/time/clock.ts";
import type { Consent } from "../../engine/plan/consent/consent.ts";
import { JournalError } from "../../engine/errors.ts";
import { output } from "../../engine/process/output.ts";
import { fileJournal, noteReturned } from "../../engine/journal/file_journal.ts";
import type { Journal, Spot, StepOutcome } from "../../engine/run/journal.ts";
import type { Before } from "../../engine/resource/describe.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import { readJournal } from "../../engine/journal/read_journal.ts";
import type { Report } from "../../engine/run/report/report.ts";
import { makeRunsFolder } from "./state_folder.ts";

/** What a journal's first line says about the command. */
export interface CommandFacts {
  /** The task's name, or `do`. */
  readonly task: string;
  readonly [more: string]: unknown;
}

/** A journal for one run. A run that changes nothing leaves no file. */
export class RunJournal implements Journal {
  readonly #about: CommandFacts;
  readonly #clock: Clock;
  /** Called with the file's path as soon as it exists. */
  readonly #opened: (path: string) => void;
  /** Whether the task is still at work, so that it may have more to do than this run. */
  readonly #working: () => boolean;
  #inner: Journal | undefined;
  #path: string | undefined;
  #within = false;
  #report: Report | undefined;

  constructor(
    about: CommandFacts,
    opened: (path: string) => void,
    working: () => boolean = () => false,
    clock: Clock = systemClock,
  ) {
    this.#about = about;
    this.#opened = opened;
    this.#working = working;
    this.#clock = clock;
  }

  async planned(plans: readonly Plan[], consent?: Consent): Promise<void> {
    if (plans.every((plan) => plan.writes === 0)) return;
    const hold = plans[0]!.endpoint.clock;
    this.#within = this.#working();
    const path = await hold.hold(async () => `${await makeRunsFolder()}/${this.#name()}.jsonl`);
    const journal = fileJournal(path, {
      // The run's own clock may be simulated.
      about: {
        ...this.#about,
        at: new Date(this.#clock.now()).toISOString(),
        ...(this.#within ? { within: true } : {}),
      },
    });
    try {
      await journal.planned(plans, consent);
    } catch (error) {
      // Nothing was sent, so there is nothing to resume. The beginning of the file would only look like a run.
      await Deno.remove(path).catch(() => {});
      const { message } = error as Error;
      throw new JournalError(
        `${message.replace(/\. What is not in the journal[\s\S]*$/, "")}. Nothing was sent. ` +
          "Free some space and run it again, or use --no-journal to run without a journal.",
        { cause: error },
      );
    }
    this.#inner = journal;
    this.#path = path;
    this.#opened(path);
  }
  #name(): string {
    const now = this.#clock.now();
    const at = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
    const task = this.#about.task.replace(/[^\w.-]+/g, "_").slice(0, 40);
    // Two runs may begin in the same second: the first three digits put the later one last.
    const id = (now % 1000).toString(16).padStart(3, "0") + crypto.randomUUID().slice(0, 3);
    return `${at}-${id}-${task}`;
  }
  async before(spot: Spot, before: Before): Promise<void> {
    await this.#inner?.before(spot, before);
  }
  async after(spot: Spot, outcome: StepOutcome, id: string): Promise<void> {
    await this.#inner?.after(spot, outcome, id);
  }
  async ended(report: Report): Promise<void> {
    await this.#inner?.ended(report);
    this.#report = report;
  }

  /** Whether some of its members are not done, so that it can be resumed. */
  get unfinished(): boolean {
    return this.#report !== undefined && this.#report.failed.length + this.#report.interrupted.length > 0;
  }

  /** Records that the task has ended by itself. Without this line `resume` says that there may be more to do. */
  async returned(): Promise<void> {
    const path = this.#path;
    if (path === undefined || !this.#within || !this.#report) return;
    try {
      await noteReturned(path, () => readJournal(path), this.#report, this.#clock);
    } catch (error) {
      output.notice((error as Error).message);
    }
  }
}
