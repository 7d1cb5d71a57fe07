/**
 * What a program that runs other people's chains, such as the command line, says about every run of its process.
 *
 * It is kept on the global object: a task file may import another copy of this library than the program did, and
 * a plan must send nothing through that one either.
 *
 * @module
 */
import { checkSession } from "./check_options.ts";
import type { ApiRequest } from "./endpoint.ts";
import { ConfirmationRequiredError, MusterError } from "./errors.ts";
import type { Listener } from "./events.ts";
import type { Journal } from "./journal.ts";
import type { Verdict } from "./obtain_consent.ts";
import type { Plan } from "./plan.ts";
import type { Confirm } from "./question.ts";
import type { Report } from "./report.ts";
import { concealed as without } from "./secrets.ts";

/** What holds for every run while it is set. It goes before what the run itself says. */
export interface Session {
  /** Runs make their plans and give a report of what is predicted; no endpoint sends anything but reads. */
  readonly planOnly?: boolean;
  readonly yes?: boolean | undefined;
  readonly max?: number | undefined;
  readonly expect?: number | undefined;
  readonly confirm?: Confirm | undefined;
  /** Milliseconds a run may take. */
  readonly timeout?: number | undefined;
  /** Requests under way at most, of every endpoint. */
  readonly concurrency?: number | undefined;
  /** Whether every request is echoed on stderr. */
  readonly debug?: boolean | undefined;
  /** Stops every run, and lets no other begin. */
  readonly signal?: AbortSignal | undefined;
  /** Makes a listener for a run, instead of the process's usual one; a run's `view: false` is heeded. */
  readonly view?: (() => Listener) | undefined;
  /** Makes a journal for a run that brings none. */
  readonly journal?: (() => Journal | undefined) | undefined;
  /** Sees the plans of a run before the rails do; what it rejects with ends the run with nothing sent. */
  readonly review?: ((plans: readonly Plan[], signal: AbortSignal) => Promise<void>) | undefined;
  /** Texts that must be in no journal, saved plan or title. */
  readonly secrets?: ReadonlySet<string> | undefined;
  /** Told of each run as it begins: it is over when the promise settles, and is read as the text says. */
  readonly began?: ((run: Promise<unknown>, title: () => string) => void) | undefined;
  /** Told of each request and of each opening of an endpoint: while one is under way, more may come of it. */
  readonly underWay?: ((work: Promise<unknown>) => void) | undefined;
  /** Whether it is what is left of one that has ended; another may begin. */
  readonly over?: boolean;
  /** Why nothing but reads is sent, in a sentence, where nobody allows more. */
  readonly readOnly?: string | undefined;
  /** Told of each run's report, predicted ones included. */
  readonly ended?: ((report: Report, plans: readonly Plan[]) => void) | undefined;
  /** Where only plans are made: told of each run's plans, and of what a run of them would be told. */
  readonly judged?: ((plans: readonly Plan[], verdict: Verdict) => void) | undefined;
}

const KEY: unique symbol = Symbol.for("muster.session.1");
const ACCOUNTS: unique symbol = Symbol.for("muster.destroyed.1");
const place = globalThis as { [KEY]?: Session | undefined; [ACCOUNTS]?: Accounts };

/** What was destroyed under a limit, by whose account it is on; see `ledger.ts`. */
export type Accounts = Map<Session | string, Map<string, number>>;

/** The accounts of this process; made when they are first written to. */
export const accounts = (make = false): Accounts | undefined =>
  make ? place[ACCOUNTS] ??= new Map() : place[ACCOUNTS];

/** The session that is set; undefined in a script of its own. */
export function session(): Session | undefined {
  return place[KEY];
}

/**
 * Sets the session until what it returns is called.
 *
 * @throws {MusterError} when there is one already, or what it says is not of the type that it must be.
 */
export function beginSession(session: Session): () => void {
  if (place[KEY] && !place[KEY].over) {
    throw new MusterError("Cannot begin a session as there is one already");
  }
  checkSession(session);
  place[KEY] = session;
  return () => {
    place[KEY] = after;
    accounts()?.delete(session);
  };
}

/**
 * Begins a run, and tells the session of it. What is given back is the caller's own promise: whether anybody looks at it
 * can be told from whether its rejection is handled.
 */
export function began<T>(run: Promise<T>, title: () => string): Promise<T> {
  const tell = place[KEY]?.began;
  if (!tell) return run;
  tell(run, title);
  return run.then((value) => value);
}

/** What is set when a session has ended: nothing, but where the process ends with it. */
let after: Session | undefined;

/** Once a session has ended, nothing but reads is sent any more, as `why` says: what comes later was in nobody's plan. Undefined: it is. */
export function sealAfter(why: string | undefined): void {
  after = why === undefined ? undefined : { readOnly: why, over: true };
}

/** Tells the session of work that is under way, and gives it back. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  place[KEY]?.underWay?.(work);
  return work;
}

/**
 * Refuses a request that changes something while only plans are made. Endpoints ask before they send.
 *
 * @throws {MusterError}
 */
export function checkSending({ method, path }: Pick<ApiRequest, "method" | "path">): void {
  if (method === "GET" || method === "HEAD") return;
  const { planOnly, readOnly } = session() ?? {};
  if (readOnly !== undefined) {
    throw new ConfirmationRequiredError(`Cannot send ${method} ${path}: ${readOnly}`, 0);
  }
  if (!planOnly) return;
  throw new MusterError(
    `Cannot send ${method} ${path} as only a plan is made, and that changes nothing`,
  );
}

/** A text without secrets: those of the session, and all that are known of. */
export function concealed(text: string): string {
  return without(text, session()?.secrets);
}
