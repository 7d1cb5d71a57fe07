/**
 * Runs a task's work under the command's rules: every run of it is planned, guarded, shown and journaled in the same
 * way.
 *
 * @module
 */
import { isChain, stateOf } from "../../engine/chain/chain.ts";
import { chainStatesOf } from "../../engine/chain/all.ts";
import { anySignal } from "../../engine/time/cancel.ts";
import { systemClock } from "../../engine/time/clock.ts";
import { showDuration } from "../../engine/time/duration.ts";
import { TaskError, TransportError } from "../../engine/errors.ts";
import { defaults } from "../../engine/run/defaults.ts";
import { type ChainState, type Plan, showChain } from "../../engine/plan/plan.ts";
import { oneLine } from "../../engine/text/visible.ts";
import type { Verdict } from "../../engine/plan/asking/obtain_consent.ts";
import type { Report } from "../../engine/run/report/report.ts";
import { runChains } from "../../engine/run/run.ts";
import { beginSession } from "../../engine/run/session.ts";
import { stderrDevice, stdoutDevice } from "../../view/output_device.ts";
import { viewFor, type ViewKind } from "../../view/view_for.ts";
import type { SessionRules } from "../../engine/process/session_rules.ts";
import { type Io, sealed, tell } from "../io.ts";
import { EXIT, exitCodeOf } from "../exit_codes.ts";
import { runId, unusual } from "./past_runs.ts";
import { type CommandFacts, RunJournal } from "./run_journal.ts";
import { show } from "../show_value.ts";
import { runsFolder } from "./state_folder.ts";
import { BegunRuns } from "./begun_runs.ts";

/** The command's rules: those of the session that its runs are in, and how it shows and keeps them. */
export interface Rules extends
  Pick<
    SessionRules,
    "yes" | "max" | "expect" | "concurrency" | "timeout" | "debug" | "secrets" | "readOnly"
  > {
  readonly plan: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly journal: boolean;
  /** What the journal says about the run. */
  readonly about: CommandFacts;
  /** Whether the work is one run, with nothing after it. */
  readonly once?: boolean;
  /** Receives each run's plans before anything is done. */
  readonly review?: (plans: readonly Plan[], signal: AbortSignal) => Promise<void>;
}

/** The result. */
export interface Done {
  readonly exit: number;
  /** The plans of all runs, in order. */
  readonly plans: readonly Plan[];
  readonly reports: readonly Report[];
  /** If only plans were made: for each run its plans, and the decision about them. */
  readonly judged: readonly Judged[];
}

/** A run's plans, and the decision about them. */
export interface Judged {
  readonly plans: readonly Plan[];
  readonly verdict: Verdict;
}

/** The view that the options ask for. */
export const viewKind = ({ json, quiet }: Pick<Rules, "json" | "quiet">): ViewKind =>
  json ? "json" : quiet ? "silent" : stderrDevice.terminal && !stderrDevice.dumb ? "terminal" : "plain";

/** Runs the work, and the chains that it returns. Reports errors; never rejects. */
export async function doWork(work: () => unknown, rules: Rules, given: Io): Promise<Done> {
  const io = sealed(given);
  const plans: Plan[] = [];
  const reports: Report[] = [];
  const journals: string[] = [];
  const kept: RunJournal[] = [];
  const judged: Judged[] = [];
  let interrupted = false;
  // Until the task has ended it may have more to do than the current run.
  let working = rules.once !== true;
  const runs = new BegunRuns();
  const late = new AbortController();
  const stop = new AbortController();
  const terminate = () => stop.abort(new DOMException("SIGTERM", "AbortError"));
  const { about, plan: planOnly, yes, max, expect, concurrency, timeout, debug, secrets, readOnly } = rules;
  const end = beginSession({
    planOnly,
    yes,
    max,
    expect,
    concurrency,
    timeout,
    debug,
    secrets,
    readOnly,
    began: runs.began,
    underWay: runs.work,
    signal: stop.signal,
    confirm: async (question, signal) => {
      const note = about.task === "do" ? undefined : await unusual(about.task, question.count);
      const answer = await defaults.confirm?.(
        note === undefined ? question : { ...question, text: `${question.text}; ${note}` },
        signal,
      );
      // Ctrl-C at the question stops the run, and means more than no: the caller of the command should stop as well.
      if (answer === false && isStopped(signal)) interrupted = true;
      return answer;
    },
    view: planOnly
      ? () => () => {}
      : () => viewFor(viewKind(rules), rules.json ? stdoutDevice : stderrDevice),
    journal: rules.journal
      ? () => {
        const journal = new RunJournal(about, (path) => journals.push(path), () => working);
        kept.push(journal);
        return journal;
      }
      : undefined,
    async review(some, signal) {
      plans.push(...some);
      await rules.review?.(some, signal).finally(() => interrupted ||= isStopped(signal));
    },
    judged: (plans, verdict) => judged.push({ plans, verdict }),
    ended(report) {
      reports.push(report);
      // After Ctrl-C the task's next chain is not wanted either.
      if (report.cancelled === "Ctrl-C") stop.abort(new DOMException("Ctrl-C", "AbortError"));
    },
  });
  // A second Ctrl-C ends the process at once; the hint how to continue is still printed.
  const leave = () => hint(journals, rules, io, working);
  globalThis.addEventListener("unload", leave);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", terminate);
  const deaf = runs.listen();
  let exit: number = EXIT.done;
  let empty = 0;
  const failed = (error: unknown) => {
    exit = exit === EXIT.done ? exitCodeOf(error, plans.length > 0) : exit;
    // The view has already reported a run that failed.
    if ((error as Error)?.name !== "ChainError" || rules.quiet || planOnly) tell(error, io);
  };
  // Runs have their own time limit. If there is no run, reading must not take longer.
  const inTime = <T>(reading: PromiseLike<T>) =>
    timeout === undefined ? Promise.resolve(reading) : readInTime(reading, timeout, () => runs.any);
  try {
    const value = work();
    // An async function has already run the chain that it returns, under the same rules.
    const result = isPromise(value) ? await inTime(value) : value;
    working = false;
    const { chains, selections, data } = sorted(result);
    if (chains.length > 0) {
      await runChains(chains, { throwOnError: false, signal: stop.signal });
    }
    for (const selection of selections) {
      const records = await inTime(selection);
      if (Array.isArray(records) && records.length === 0) {
        empty++;
        if (!rules.quiet) io.err(`muster: nothing matches ${titleOf(selection)}\n`);
      } else show(records, rules, io);
    }
    if (typeof data === "function") {
      throw new TaskError("Cannot show the result: it is a function. Put () behind it.");
    }
    if (data !== undefined) show(data, rules, io);
  } catch (error) {
    failed(error);
    // What did not answer in time is no longer awaited.
    if ((error as { timeUp?: boolean } | undefined)?.timeUp) late.abort("the time limit passed");
  }
  try {
    // They go on to their ends, even if the task has failed, because half a run is worse than none.
    const left = anySignal(stop.signal, late.signal);
    for (const error of await runs.ended((titles) => tellWaited(titles, io), left!)) failed(error);
    if (!working && !stop.signal.aborted) {
      for (const journal of kept) if (journal.unfinished || journal === kept.at(-1)) await journal.returned();
    }
  } finally {
    deaf();
    end();
    globalThis.removeEventListener("unload", leave);
    if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", terminate);
  }
  if (exit === EXIT.refused && interrupted) exit = EXIT.interrupted;
  // The task may have had more to do when it was stopped.
  if (exit === EXIT.done && stop.signal.aborted && runs.working) {
    exit = stop.signal.reason?.message === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
  }
  if (exit === EXIT.done) exit = exitCodeFor(reports, plans, judged, rules);
  // Nothing was found, and nothing else was done.
  if (exit === EXIT.done && empty > 0 && plans.length === 0) exit = EXIT.nothing;
  if (reports.some((report) => report.interrupted.length > 0 || report.failed.length > 0)) {
    hint(journals, rules, io, working);
  }
  return { exit, plans, reports, judged };
}

function exitCodeFor(
  reports: readonly Report[],
  plans: readonly Plan[],
  judged: readonly Judged[],
  rules: Rules,
): number {
  if (reports.some((report) => report.cancelled === "Ctrl-C")) return EXIT.interrupted;
  if (reports.some((report) => report.cancelled === "SIGTERM")) return EXIT.terminated;
  if (rules.plan) {
    if (judged.some(({ verdict }) => "error" in verdict)) return EXIT.refused;
  } else if (reports.some((report) => report.failed.some(({ error }) => error?.name === "JournalError"))) {
    return EXIT.journal;
  } else if (reports.some((report) => report.failed.length > 0 || report.interrupted.length > 0)) {
    return EXIT.failed;
  }
  return plans.length > 0 && plans.every((plan) => plan.members.length === 0) ? EXIT.nothing : EXIT.done;
}

/** Reports the runs that a task did not await. */
function tellWaited(titles: readonly string[], io: Io): void {
  for (const title of titles) {
    io.err(
      `muster: the task did not await a run that it started; muster waits for it: ${oneLine(title)}\n`,
    );
  }
}

/** The result of reading, or an error if that takes longer than `timeout` ms while no run has begun. */
async function readInTime<T>(reading: PromiseLike<T>, timeout: number, anyRun: () => boolean): Promise<T> {
  const stop = new AbortController();
  const late = systemClock.sleep(timeout, stop.signal).then(() => {
    if (anyRun()) return new Promise<never>(() => {});
    const error = new TransportError(
      `Cannot read what was asked for: the time limit of ${
        showDuration(timeout)
      } passed. Check that the server ` +
        "can be reached, or give a longer timeout.",
      "no",
    );
    throw Object.assign(error, { timeUp: true });
  });
  late.catch(() => {});
  try {
    return await Promise.race([reading, late]);
  } finally {
    stop.abort("it has been read");
  }
}

/** Whether a person stopped a run, and not its time limit. */
const isStopped = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && (signal.reason as { timeUp?: true } | undefined)?.timeUp !== true;

/** Prints how to continue what was not finished. */
function hint(journals: readonly string[], rules: Rules, io: Io, working: boolean): void {
  const path = journals.at(-1) ?? rules.about.resumed;
  if (typeof path !== "string" || rules.json || rules.quiet) return;
  const name = journals.length === 1 ? "last" : path.startsWith(`${runsFolder()}/`) ? runId(path) : path;
  io.err(
    `muster: to do what is left: muster resume ${name}` +
      (working ? "; the task had not ended: run it again after that" : "") + "\n",
  );
}

const titleOf = (selection: unknown) =>
  oneLine(isChain(selection) ? showChain(stateOf(selection)) : String(selection));

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  !isChain(value) && chainStatesOf(value) === undefined &&
  typeof (value as { then?: unknown } | undefined)?.then === "function";

/** The parts of a task's result: chains, selections without steps, and the rest. */
function sorted(value: unknown): { chains: ChainState[]; selections: PromiseLike<unknown>[]; data: unknown } {
  const chains: ChainState[] = [];
  const selections: PromiseLike<unknown>[] = [];
  let data = false;
  const walk = (one: unknown, depth: number): void => {
    const together = chainStatesOf(one);
    if (isReport(one)) return; // its run has already been shown
    if (together) chains.push(...together);
    else if (isChain(one)) {
      const state = stateOf(one);
      if (state.steps.length > 0 || state.source.kind === "create") chains.push(state);
      else selections.push(one as unknown as PromiseLike<unknown>);
    } else if (depth < 20 && Array.isArray(one)) { for (const each of one) walk(each, depth + 1); }
    else if (depth < 20 && isPlain(one)) { for (const each of Object.values(one)) walk(each, depth + 1); }
    else if (one !== undefined && one !== null) data = true;
  };
  walk(value, 0);
  // If there are chains, only the chains count.
  const shown = chains.length > 0 || selections.length > 0 || !data;
  return { chains, selections, data: shown ? undefined : value };
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));

const isReport = (value: unknown) =>
  typeof value === "object" && value !== null && "members" in value && "requests" in value &&
  "endpoints" in value;
