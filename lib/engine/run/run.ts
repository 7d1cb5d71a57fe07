/**
 * Runs chains and plans: cancellation, consent, and the report at the end.
 *
 * @module
 */
import { onAbort } from "../time/cancel.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { counter, type Counting } from "./run_context.ts";
import { defaults } from "./defaults.ts";
import { output } from "../process/output.ts";
import { counted } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import { ChainError } from "./report/chain_error.ts";
import { ConfirmationRequiredError, MusterError } from "../errors.ts";
import type { Happening, Listener } from "./events.ts";
import type { Journal } from "./journal.ts";
import { foreseeOverlaps, Sequence } from "./overlapping.ts";
import { doPlan } from "./pipeline.ts";
import { type ChainState, type Plan, showChain } from "../plan/plan.ts";
import type { Consent } from "../plan/consent/consent.ts";
import { obtainConsent, type Obtained, reserved, weighConsent } from "../plan/asking/obtain_consent.ts";
import { predictedReport } from "./report/predicted_report.ts";
import { Report } from "./report/report.ts";
import type { RunOptions } from "./run_options.ts";
import { clockOf, type Planning, plansOf, RunLimit, tooLate, untilAbort } from "./run_limit.ts";
import { session as outer } from "./session.ts";

/** Plans chains, asks for confirmation where needed, and runs them as one. */
export function runChains(states: readonly ChainState[], asked: RunOptions = {}): Promise<Report> {
  const options = overruled(asked);
  const title = () => states.map((state) => showChain(state)).join(", ");
  return inSession(options, { title, clock: clockOf(states) }, async (session, planning) => {
    const count = counter(session.counts, session.emit, () => states[0]!.handle, false);
    const plans = await plansOf(states, {
      ...planning,
      on: (event) => {
        planning.on(event);
        count(event);
      },
    });
    return await doPlans(plans, session, options);
  });
}

/** Options for planning a run. */
export interface RunPlanning extends Planning {
  readonly on: WireListener;
  readonly by: (clock: Clock) => void;
}

/** Plans made from saved ones, what was allowed of them before, and the journal of the run. */
export interface Made {
  readonly plans: readonly Plan[];
  readonly held?: Consent | undefined;
  readonly journal?: Journal;
}

/**
 * Runs plans that have to be read first, from a journal or a file. The run's time limit and abort signal cover the
 * reading as well.
 *
 * @param title The name of the run in the error, if the time limit passes before there is a plan.
 */
export function runMade(
  make: (planning: RunPlanning) => Promise<Made>,
  asked: RunOptions,
  title: string,
): Promise<Report> {
  const options = overruled(asked);
  return inSession(options, { title: () => title, clock: undefined }, async (session, planning) => {
    const { plans, held, journal } = await untilAbort(session.signal, make(planning));
    const all = foreseeOverlaps(plans);
    return await doPlans(all, session, journal ? { ...options, journal } : options, held);
  });
}

/**
 * Runs plans that already exist, such as saved ones.
 *
 * @param held What of them may be destroyed, as allowed before. The rest needs consent again.
 */
export function runPlans(plans: readonly Plan[], asked: RunOptions = {}, held?: Consent): Promise<Report> {
  const options = overruled(asked);
  const [first] = plans;
  return inSession(
    options,
    { title: () => first?.chain ?? "nothing", clock: first?.endpoint.clock },
    (session) => doPlans(foreseeOverlaps(plans), session, options, held),
  );
}

/** A run's options, except those that the session sets for every run. */
function overruled(options: RunOptions): RunOptions {
  const over = outer();
  if (!over) return options;
  const { yes, confirm, ...rest } = over;
  const said = Object.entries({ max: rest.max, expect: rest.expect, timeout: rest.timeout })
    .filter(([, value]) => value !== undefined);
  // A task cannot consent for the person at the command: its own `yes` and `confirm` are ignored.
  return { ...options, ...Object.fromEntries(said), yes: yes === true, confirm };
}

/** What the plans of one run share. */
interface RunState {
  readonly signal: AbortSignal;
  readonly counts: Counting;
  readonly emit: (event: Happening) => void;
  /** The clock for the events, once there is a plan. */
  clock: Clock | undefined;
  cancelled: string | undefined;
  /** Whether there are plans. */
  planned: boolean;
  /** Whether the run has ended with a report. */
  reported: boolean;
  /** Sets the run's clock. */
  by(clock: Clock): void;
  cancel(reason: string, timeUp?: string): void;
}

async function inSession(
  options: RunOptions,
  about: { title: () => string; clock: Clock | undefined },
  work: (session: RunState, planning: RunPlanning) => Promise<Report>,
): Promise<Report> {
  await defaults.load?.();
  const limit = options.timeout === undefined ? undefined : new RunLimit(
    options.timeout,
    (text) => session.cancel(`the run's time limit of ${text} passed`, text),
  );
  let timeUp: string | undefined;
  let answers = 0;
  const stop = new AbortController();
  const listeners: Listener[] = [];
  if (options.on) listeners.push(options.on);
  const view = outer()?.view ?? defaults.view;
  if (options.view !== false && view) listeners.push(view());
  let broken: unknown;
  const session: RunState = {
    signal: stop.signal,
    counts: { total: 0, writes: 0, polls: 0, retried: 0, refused: 0 },
    clock: undefined,
    cancelled: undefined,
    planned: false,
    reported: false,
    by: (clock) => limit?.by(clock),
    emit(happening) {
      const event = { ...happening, at: session.clock?.now() ?? 0, sent: session.counts.total };
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          // A view that throws must not stop a run half way. It is reported once, at the end.
          broken ??= error;
        }
      }
    },
    cancel(reason, over) {
      if (stop.signal.aborted) return;
      session.cancelled = reason;
      timeUp = over;
      session.emit({ type: "cancelled", reason });
      // The reason shows outside as well that the time limit ended the run, not a person.
      stop.abort(
        Object.assign(new DOMException(reason, "AbortError"), over === undefined ? {} : { timeUp: true }),
      );
    },
  };
  // The limit runs from here, because the first thing that may take time is finding the endpoint.
  limit?.by(about.clock ?? systemClock);
  const signals = [options.signal, outer()?.signal].filter((signal) => signal !== undefined);
  const undo = [
    ...signals.map((signal) => onAbort(signal, () => session.cancel(reasonOf(signal)))),
    defaults.interrupts?.((reason) => session.cancel(reason), (listener) => listeners.push(listener)) ??
      (() => {}),
  ];
  try {
    for (const signal of signals) signal.throwIfAborted();
    return await work(session, {
      signal: session.signal,
      by: session.by,
      on: (event) => void (event.type === "answer" && answers++),
    });
  } catch (thrown) {
    const error = timeUp !== undefined && !session.planned
      ? tooLate(timeUp, about.title(), answers)
      : timeUp !== undefined && !session.reported
      ? unanswered(timeUp, thrown, stop.signal.reason)
      : thrown;
    if (!session.reported) session.emit({ type: "abandoned", error: error as Error });
    throw error;
  } finally {
    limit?.end();
    for (const one of undo) one();
    if (broken) output.notice(`a listener failed: ${broken instanceof Error ? broken.message : broken}`);
  }
}

/**
 * The error of a run whose time limit passed before anything was sent, while somebody was asked or the journal was
 * begun.
 */
function unanswered(limit: string, thrown: unknown, reason: unknown): unknown {
  const text = `the run's time limit of ${limit} passed before there was an answer. Nothing was sent.`;
  if (thrown instanceof ConfirmationRequiredError) {
    const message = thrown.message.replace("the answer was no. Nothing was sent.", text);
    return new ConfirmationRequiredError(message, thrown.count);
  }
  return thrown === reason ? new ConfirmationRequiredError(`Cannot do it: ${text}`, 0) : thrown;
}

const reasonOf = (signal: AbortSignal) =>
  signal.reason instanceof Error ? signal.reason.message : String(signal.reason ?? "aborted");

async function doPlans(
  plans: readonly Plan[],
  session: RunState,
  options: RunOptions,
  held?: Consent,
): Promise<Report> {
  session.clock = plans[0]?.endpoint.clock;
  if (session.clock) session.by(session.clock);
  session.planned = true;
  for (const plan of plans) session.emit({ type: "planned", plan });
  for (const plan of plans) {
    for (const line of remarksOn(plan)) output.notice(line);
  }
  const { planOnly, review } = outer() ?? {};
  await review?.(plans, session.signal);
  session.signal.throwIfAborted();
  if (planOnly) {
    const verdict = weighConsent(plans, options, held);
    // The next run of the task is checked as if this one had been carried out.
    if ("consent" in verdict && !("ask" in verdict)) reserved(plans, verdict.consent);
    outer()!.judged?.(plans, verdict);
    return finish(Report.merge(plans.map(predictedReport)), plans, session, options);
  }
  const ask = options.confirm ?? defaults.confirm;
  const { consent, reservations } = await obtainConsent(
    plans,
    { ...options, confirm: ask && ((question) => ask(question, session.signal)) },
    held,
  );
  try {
    return await carryOut(plans, session, options, { consent, reservations });
  } finally {
    for (const one of reservations) one?.end();
  }
}

/** Carries out what was allowed. */
async function carryOut(
  plans: readonly Plan[],
  session: RunState,
  options: RunOptions,
  allowed: Obtained,
): Promise<Report> {
  session.signal.throwIfAborted();
  const undo = [
    ...plans.map(({ endpoint }) =>
      endpoint.signal ? onAbort(endpoint.signal, () => session.cancel(reasonOf(endpoint.signal!))) : () => {}
    ),
  ];
  const journal = options.journal ?? outer()?.journal?.();
  let report: Report;
  try {
    await journal?.planned(plans, allowed.consent);
    const sequence = new Sequence();
    report = Report.merge(
      await Promise.all(plans.map((plan, number) =>
        doPlan(plan, number, {
          signal: session.signal,
          emit: session.emit,
          counts: session.counts,
          journal,
          ...allowed,
          sequence,
        })
      )),
    );
  } finally {
    for (const one of undo) one();
  }
  report = new Report({ ...report, requests: { ...session.counts }, cancelled: session.cancelled });
  await journal?.ended(report);
  return finish(report, plans, session, options);
}

/** Warnings about a plan that may be a mistake. */
function remarksOn({ members, selection, protected: kept, protections, resource, remarks }: Plan): string[] {
  const all = counted(resource, members.length + kept.length);
  if (members.length === 0 && kept.length > 0) {
    return [
      `${selection} has no members left: ${
        kept.length === 1 ? `its ${all} is` : `all of its ${all} are`
      } protected`,
    ];
  }
  const idle = protections.filter(({ keeps }) => keeps === 0).map(({ text }) =>
    `${text} protects none of ${all}`
  );
  return members.length === 0 ? [`nothing matches ${selection}`] : [...remarks, ...idle];
}

/** Emits a report, and returns or throws it. */
function finish(report: Report, plans: readonly Plan[], session: RunState, options: RunOptions): Report {
  session.reported = true;
  session.emit({ type: "finished", report });
  outer()?.ended?.(report, plans);
  const bad = [...report.failed, ...report.interrupted];
  if (bad.length > 0 && options.throwOnError !== false) throw failure(plans, report);
  return report;
}

/** The error with the report of a run in which some members did not finish. */
function failure(plans: readonly Plan[], report: Report): ChainError {
  const bad = [...report.failed, ...report.interrupted];
  const resource = plans[0]!.resource;
  const causes = bad.map((member) => member.error ?? new MusterError(`${member.name} was not finished`));
  const shown = bad.slice(0, 3).map((member) => `${member.name}: ${member.why || "not finished"}`);
  if (bad.length > 3) shown.push(`and ${bad.length - 3} more (see the error's report)`);
  const what = report.cancelled === undefined
    ? `${bad.length} of ${counted(resource, report.members.length)} failed`
    : `the run was stopped (${report.cancelled}) with ${bad.length} of ${
      counted(resource, report.members.length)
    } not done`;
  return new ChainError(`Cannot finish ${report.chain}: ${what}: ${shown.join("; ")}`, causes, report);
}
