/**
 * The only way to send a write that must not be done twice.
 *
 * It is sent once. If its answer was lost, muster looks for its effect, within a time limit. It is sent again only if
 * that is known to be safe: it certainly was not carried out, or it does not show and a second time does no harm. In
 * all other cases the result stays unknown, and an error says so.
 *
 * Nothing else in muster repeats a write. The engine's actions (`send_action.ts`) and creations (`create_member.ts`),
 * and the other writes of the clouds (`send_checked.ts`), give their evidence to this loop.
 * `tests/engine/run/write/one_loop.test.ts` checks that there is no other.
 *
 * @module
 */
import { TransportError } from "../../errors.ts";

/** The most times that a write is sent. Each repeat comes only after a check of the one before. */
export const ATTEMPTS = 5;

/** Nobody knows whether a write was carried out. */
export class DoubtfulError extends TransportError {
  /**
   * Makes an error.
   *
   * @param message The text for a person.
   * @param cause The error that lost the answer, if there is one.
   */
  constructor(message: string, cause?: unknown) {
    super(message, "unknown", cause === undefined ? undefined : { cause });
  }
}

/** What a check of a write with a lost answer has shown. */
export type WriteEvidence<T> =
  /** It was carried out. */
  | { readonly is: "done"; readonly result: T }
  /** It certainly was not carried out, and will not be. */
  | { readonly is: "not done" }
  /** It does not show, and a second time does no harm. */
  | { readonly is: "not seen" }
  /** It does not show, or the effect may be somebody else's. A second time may do harm. */
  | { readonly is: "unknown" };

/** A write, and how to check it. */
export interface CheckedWrite<T> {
  /** The texts for errors: what cannot be done, and what is not known: `stop machine a`, `machine a was stopped`. */
  readonly says: { readonly what: string; readonly whether: string; readonly advice?: string };
  /** Whether an earlier process has sent it: then it is checked first. Default false. */
  readonly sentBefore?: boolean;
  /**
   * Checks whether it may be sent now, for the `attempt`th time. Called right before each sending; throws if not.
   *
   * @param unseen Whether the check just now did not find it, so that this is a repeat.
   */
  ready?(attempt: number, unseen: boolean): Promise<void>;
  /**
   * Sends it once, for the `attempt`th time. Resolves to the answer's result; rejects with the {@linkcode
   * TransportError} of a lost answer.
   */
  send(attempt: number): Promise<T>;
  /**
   * Checks whether it was carried out, for as long as is right for this write. It may throw an error to end the write.
   *
   * @param attempt How often it was sent; 0 if an earlier process did.
   */
  look(attempt: number, lost: Error | undefined): Promise<WriteEvidence<T>>;
  /** Called when it becomes doubtful, and when it no longer is. */
  doubted?(doubtful: boolean): void;
  /**
   * Interprets a refusal, because an earlier sending may have caused it. Returns the result if that one was carried
   * out, `"again"` to send again at once, and undefined if the refusal stands.
   *
   * @param wondering Whether an earlier sending may have been carried out.
   */
  refused?(error: unknown, wondering: boolean): Promise<{ readonly result: T } | "again" | undefined>;
}

/** The result of a write. */
export interface Written<T> {
  readonly result: T;
  /** Whether a check showed it, because the answer was lost. */
  readonly checked: boolean;
}

/** Whether an error says that a write may have been carried out. */
export function isLost(error: unknown): error is TransportError {
  return error instanceof TransportError && error.sent === "unknown";
}

/**
 * Does a write as described above.
 *
 * @throws {DoubtfulError} when nobody knows whether it was carried out.
 */
export async function checkedWrite<T>(write: CheckedWrite<T>): Promise<Written<T>> {
  const { what, whether, advice } = write.says;
  /** What is known about the sendings so far. `"unseen"`: one did not show, and may still have been carried out. */
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
