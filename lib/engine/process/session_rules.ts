/**
 * The rules of a session, which hold for every run of this process while it is set.
 *
 * They are kept on the global object, because a task file may import another copy of this library than the program, and
 * a plan must not send anything through that copy either.
 *
 * @module
 */
import { ConfirmationRequiredError, MusterError } from "../errors.ts";
import { concealed as without } from "../text/secrets.ts";

/** The rules of a session. */
export interface SessionRules {
  /** Runs only make their plans, and return a report of what is predicted. Endpoints send only reads. */
  readonly planOnly?: boolean;
  /** Whether the user consented to whatever is destroyed. */
  readonly yes?: boolean | undefined;
  /** How many members may be destroyed. */
  readonly max?: number | undefined;
  /** How many members each selection must have. */
  readonly expect?: number | undefined;
  /** Time limit of a run, in milliseconds. */
  readonly timeout?: number | undefined;
  /** The most requests in flight, over all endpoints. */
  readonly concurrency?: number | undefined;
  /** Whether every request is logged on stderr. */
  readonly debug?: boolean | undefined;
  /** Stops every run, and prevents new ones. */
  readonly signal?: AbortSignal | undefined;
  /** Texts that must not appear in a journal, saved plan or title. */
  readonly secrets?: ReadonlySet<string> | undefined;
  /** Called for each request and each opening of an endpoint. While one is in flight, it may cause more work. */
  readonly underWay?: ((work: Promise<unknown>) => void) | undefined;
  /** Whether the session has ended and only these rules remain. Another session may begin. */
  readonly over?: boolean;
  /** Why only reads are sent, as a sentence; undefined if writes are allowed. */
  readonly readOnly?: string | undefined;
}

const KEY: unique symbol = Symbol.for("muster.session.1");
const ACCOUNTS: unique symbol = Symbol.for("muster.destroyed.1");
const place = globalThis as { [KEY]?: SessionRules | undefined; [ACCOUNTS]?: Accounts };

/** How many members were destroyed under each limit; see `destroyed_so_far.ts`. */
export type Accounts = Map<SessionRules | string, Map<string, number>>;

/** The counts of this process. They are made when first asked for. */
export const accounts = (): Accounts => place[ACCOUNTS] ??= new Map();

/** The current rules; undefined in a script without a session. */
export function sessionRules(): SessionRules | undefined {
  return place[KEY];
}

/** Sets the rules until the returned function is called. */
export function keepRules(rules: SessionRules): () => void {
  place[KEY] = rules;
  return () => {
    place[KEY] = after;
    place[ACCOUNTS]?.delete(rules);
  };
}

/** The rules after a session has ended: usually none. */
let after: SessionRules | undefined;

/**
 * After the session has ended, only reads are sent, because later writes were in no plan. `why` is the reason shown;
 * undefined allows writes again.
 */
export function sealAfter(why: string | undefined): void {
  after = why === undefined ? undefined : { readOnly: why, over: true };
}

/** Reports work in flight to the session, and returns it. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  place[KEY]?.underWay?.(work);
  return work;
}

/**
 * Refuses a request that changes something while only plans are made. Endpoints call this before they send.
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

/** A text without secrets: those of the session, and all other known ones. */
export function concealedInSession(text: string): string {
  return without(text, sessionRules()?.secrets);
}
