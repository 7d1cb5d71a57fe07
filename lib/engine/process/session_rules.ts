/**
 * What holds for every run of this process while a session is set, as far as everything below a run must know it.
 *
 * It is kept on the global object: a task file may import another copy of this library than the program did, and
 * a plan must send nothing through that one either.
 *
 * @module
 */
import { ConfirmationRequiredError, MusterError } from "../errors.ts";
import { concealed as without } from "../text/secrets.ts";

/** What a session says of itself. */
export interface SessionRules {
  /** Runs make their plans and give a report of what is predicted; no endpoint sends anything but reads. */
  readonly planOnly?: boolean;
  /** Whether what is destroyed was consented to. */
  readonly yes?: boolean | undefined;
  /** Up to how many members may be destroyed. */
  readonly max?: number | undefined;
  /** How many members each selection must have. */
  readonly expect?: number | undefined;
  /** Milliseconds a run may take. */
  readonly timeout?: number | undefined;
  /** Requests under way at most, of every endpoint. */
  readonly concurrency?: number | undefined;
  /** Whether every request is echoed on stderr. */
  readonly debug?: boolean | undefined;
  /** Stops every run, and lets no other begin. */
  readonly signal?: AbortSignal | undefined;
  /** Texts that must be in no journal, saved plan or title. */
  readonly secrets?: ReadonlySet<string> | undefined;
  /** Told of each request and of each opening of an endpoint: while one is under way, more may come of it. */
  readonly underWay?: ((work: Promise<unknown>) => void) | undefined;
  /** Whether it is what is left of one that has ended; another may begin. */
  readonly over?: boolean;
  /** Why nothing but reads is sent, in a sentence, where nobody allows more. */
  readonly readOnly?: string | undefined;
}

const KEY: unique symbol = Symbol.for("muster.session.1");
const ACCOUNTS: unique symbol = Symbol.for("muster.destroyed.1");
const place = globalThis as { [KEY]?: SessionRules | undefined; [ACCOUNTS]?: Accounts };

/** What was destroyed under a limit, by whose account it is on; see `destroyed_so_far.ts`. */
export type Accounts = Map<SessionRules | string, Map<string, number>>;

/** The accounts of this process; made when they are first written to. */
export const accounts = (make = false): Accounts | undefined =>
  make ? place[ACCOUNTS] ??= new Map() : place[ACCOUNTS];

/** The rules that are set; undefined in a script of its own. */
export function sessionRules(): SessionRules | undefined {
  return place[KEY];
}

/** Sets rules until what it returns is called. */
export function keepRules(rules: SessionRules): () => void {
  place[KEY] = rules;
  return () => {
    place[KEY] = after;
    accounts()?.delete(rules);
  };
}

/** What is set when a session has ended: nothing, but where the process ends with it. */
let after: SessionRules | undefined;

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
export function checkSending({ method, path }: { readonly method: string; readonly path: string }): void {
  if (method === "GET" || method === "HEAD") return;
  const { planOnly, readOnly } = sessionRules() ?? {};
  if (readOnly !== undefined) {
    throw new ConfirmationRequiredError(`Cannot send ${method} ${path}: ${readOnly}`, 0);
  }
  if (!planOnly) return;
  throw new MusterError(
    `Cannot send ${method} ${path}: only a plan is being made, and a plan changes nothing.`,
  );
}

/** A text without secrets: those of the session, and all that are known of. */
export function concealedInSession(text: string): string {
  return without(text, sessionRules()?.secrets);
}
