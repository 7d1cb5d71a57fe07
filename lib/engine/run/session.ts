/**
 * The options of a program that runs other people's chains, such as the command line. They hold for every run of its
 * process.
 *
 * They are kept on the global object, because a task file may import another copy of this library than the program, and
 * a plan must not send anything through that copy either.
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

/** Options for every run while the session is set. They override the run's own. */
export interface Session extends SessionRules {
  readonly confirm?: Confirm | undefined;
  /** Makes a listener for a run, instead of the process's usual one. Not called for a run with `view: false`. */
  readonly view?: (() => Listener) | undefined;
  /** Makes a journal for a run that does not have one. */
  readonly journal?: (() => Journal | undefined) | undefined;
  /** Receives the plans of a run before consent is decided. If it rejects, the run ends with nothing sent. */
  readonly review?: ((plans: readonly Plan[], signal: AbortSignal) => Promise<void>) | undefined;
  /** Called for each run as it begins. `run` settles when it ends. */
  readonly began?: ((run: Promise<unknown>, title: () => string) => void) | undefined;
  /** Called with each run's report, predicted ones included. */
  readonly ended?: ((report: Report, plans: readonly Plan[]) => void) | undefined;
  /** Called where only plans are made, with each run's plans, and with the decision that a run of them would get. */
  readonly judged?: ((plans: readonly Plan[], verdict: Verdict) => void) | undefined;
}

/** The current session; undefined in a script without one. */
export function session(): Session | undefined {
  return sessionRules() as Session | undefined;
}

/**
 * Sets the session until the returned function is called.
 *
 * @throws {MusterError} when there already is one, or one of its options has the wrong type.
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
 * Reports a new run to the session. Returns the caller's own promise, so that the session can tell from its rejection
 * being handled whether anybody awaits it.
 */
export function began<T>(run: Promise<T>, title: () => string): Promise<T> {
  const tell = session()?.began;
  if (!tell) return run;
  tell(run, title);
  return run.then((value) => value);
}
