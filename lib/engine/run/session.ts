/**
 * What a program that runs other people's chains, such as the command line, says about every run of its process.
 *
 * It is kept on the global object: a task file may import another copy of this library than the program did, and
 * a plan must send nothing through that one either.
 *
 * @module
 */
import { checkSession } from "./check_options.ts";
import { MusterError } from "../errors.ts";
import { keepRules, type SessionRules, sessionRules } from "../process/session_rules.ts";
import type { Listener } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { Verdict } from "../plan/asking/obtain_consent.ts";
import type { Plan } from "../plan/plan.ts";
import type { Confirm } from "../plan/consent/confirm.ts";
import type { Report } from "./report/report.ts";

/** What holds for every run while it is set. It goes before what the run itself says. */
export interface Session extends SessionRules {
  readonly confirm?: Confirm | undefined;
  /** Makes a listener for a run, instead of the process's usual one; a run's `view: false` is heeded. */
  readonly view?: (() => Listener) | undefined;
  /** Makes a journal for a run that brings none. */
  readonly journal?: (() => Journal | undefined) | undefined;
  /** Sees the plans of a run before the rails do; what it rejects with ends the run with nothing sent. */
  readonly review?: ((plans: readonly Plan[], signal: AbortSignal) => Promise<void>) | undefined;
  /** Told of each run as it begins: it is over when the promise settles, and is read as the text says. */
  readonly began?: ((run: Promise<unknown>, title: () => string) => void) | undefined;
  /** Told of each run's report, predicted ones included. */
  readonly ended?: ((report: Report, plans: readonly Plan[]) => void) | undefined;
  /** Where only plans are made: told of each run's plans, and of what a run of them would be told. */
  readonly judged?: ((plans: readonly Plan[], verdict: Verdict) => void) | undefined;
}

/** The session that is set; undefined in a script of its own. */
export function session(): Session | undefined {
  return sessionRules() as Session | undefined;
}

/**
 * Sets the session until what it returns is called.
 *
 * @throws {MusterError} when there is one already, or what it says is not of the type that it must be.
 */
export function beginSession(session: Session): () => void {
  const set = sessionRules();
  if (set && !set.over) {
    throw new MusterError("Cannot begin a session: there is one already.");
  }
  checkSession(session);
  return keepRules(session);
}

/**
 * Begins a run, and tells the session of it. What is given back is the caller's own promise: whether anybody looks at it
 * can be told from whether its rejection is handled.
 */
export function began<T>(run: Promise<T>, title: () => string): Promise<T> {
  const tell = session()?.began;
  if (!tell) return run;
  tell(run, title);
  return run.then((value) => value);
}
