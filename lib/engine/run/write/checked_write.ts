/**
 * The one way in which a write is sent that must not be done twice.
 *
 * It is sent once. Where its answer was lost it is looked for, within a time limit, and judged by what shows. It is sent
 * again only where that is known to be right: it was certainly not carried out, or it does not show and a second time
 * does no harm. In all other cases it ends in doubt, by an error that says so.
 *
 * Nothing else in muster repeats a write: the engine's actions (`send_action.ts`) and creations (`create_member.ts`), and what the clouds
 * write besides those (`send_checked.ts`), give their evidence to this loop. `tests/engine/run/one_checked_write.test.ts`
 * keeps it the only one.
 *
 * @module
 */
import { TransportError } from "../../errors.ts";

/** A write is sent at most so often, each repeat only after a look at what became of the one before. */
export const ATTEMPTS = 5;

/** Nobody can tell whether a write was carried out. */
export class DoubtfulError extends TransportError {
  /**
   * Makes one.
   *
   * @param message What a person reads.
   * @param cause The error by which its answer was lost, where there is one.
   */
  constructor(message: string, cause?: unknown) {
    super(message, "unknown", cause === undefined ? undefined : { cause });
  }
}

/** What looking showed of a write whose answer was lost. */
export type WriteEvidence<T> =
  /** It was carried out. */
  | { readonly is: "done"; readonly result: T }
  /** It certainly was not carried out, and will not be. */
  | { readonly is: "not done" }
  /** It does not show, and a second time does no harm. */
  | { readonly is: "not seen" }
  /** It does not show, or not whose it is; a second time may do harm. */
  | { readonly is: "unknown" };

/** A write, and the evidence of it. */
export interface CheckedWrite<T> {
  /** How it reads in errors: what cannot be done, and what is not known: `stop machine a`, `machine a was stopped`. */
  readonly says: { readonly what: string; readonly whether: string; readonly advice?: string };
  /** Whether an earlier process has sent it: then it is looked for first. Default false. */
  readonly sentBefore?: boolean;
  /**
   * Whether it may be sent now, for the `attempt`th time: judged right before each sending; throws where not.
   *
   * @param unseen Whether it was looked for in vain just now, so that this is a repeat.
   */
  ready?(attempt: number, unseen: boolean): Promise<void>;
  /**
   * Sends it for the `attempt`th time, once. Resolves to what its answer says; rejects with the {@linkcode TransportError}
   * of a lost answer.
   */
  send(attempt: number): Promise<T>;
  /**
   * Looks whether it was carried out, for as long as is right for it. May throw what ends it.
   *
   * @param attempt How often it was sent; 0 where an earlier process did.
   */
  look(attempt: number, lost: Error | undefined): Promise<WriteEvidence<T>>;
  /** Told when it becomes doubtful, and when it no longer is. */
  doubted?(doubtful: boolean): void;
  /**
   * What a refusal means, which may be of that which an earlier sending has done: the result where it was carried out,
   * `"again"` where it is to be sent again at once, undefined where the refusal stands.
   *
   * @param wondering Whether an earlier sending may have been carried out.
   */
  refused?(error: unknown, wondering: boolean): Promise<{ readonly result: T } | "again" | undefined>;
}

/** What became of a write. */
export interface Written<T> {
  readonly result: T;
  /** Whether that was seen, rather than answered. */
  readonly checked: boolean;
}

/** Whether an error says that a write may have been carried out. */
export function isLost(error: unknown): error is TransportError {
  return error instanceof TransportError && error.sent === "unknown";
}

/**
 * Does a write as it is said above.
 *
 * @throws {DoubtfulError} where nobody can tell whether it was carried out.
 */
export async function checkedWrite<T>(write: CheckedWrite<T>): Promise<Written<T>> {
  const { what, whether, advice } = write.says;
  /** What is known of the sendings so far: `"unseen"` is one that did not show, and may yet have been carried out. */
  let standing: "clear" | "lost" | "unseen" = write.sentBefore ? "lost" : "clear";
  let lost: Error | undefined;
  for (let sent = 0;;) {
    const repeat = standing === "lost";
    if (standing === "lost") {
      write.doubted?.(true);
      const finding = await write.look(sent, lost);
      if (finding.is === "done") return { result: finding.result, checked: true };
      if (finding.is === "unknown") {
        throw new DoubtfulError(
          `Cannot tell whether ${whether}: its answer was lost, and nothing shows whether it was carried out. ${
            advice ?? "Look at it, and repeat it by hand if it was not."
          }`,
          lost,
        );
      }
      if (sent >= ATTEMPTS) {
        throw new DoubtfulError(
          `Cannot ${what}: its answer was lost ${sent} times, and it did not show each time: ${lost?.message}` +
            (advice === undefined ? "" : ` ${advice}`),
          lost,
        );
      }
      standing = finding.is === "not done" ? "clear" : "unseen";
      if (standing === "clear") write.doubted?.(false);
    }
    sent++;
    await write.ready?.(sent, repeat);
    try {
      return { result: await write.send(sent), checked: false };
    } catch (error) {
      if (isLost(error) && !(error instanceof DoubtfulError)) {
        standing = "lost";
        lost = error;
        continue;
      }
      const meant = await write.refused?.(error, standing === "unseen");
      if (meant === undefined || (meant === "again" && sent >= ATTEMPTS)) throw error;
      if (meant !== "again") return { result: meant.result, checked: true };
      if (standing === "unseen") standing = "lost";
    }
  }
}
