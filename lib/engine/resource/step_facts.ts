/**
 * What is known of a step before it is done.
 *
 * @module
 */

/** What is known, or expected, of a member right before a step. */
export interface StepFacts<Rec> {
  /**
   * Its record. A field that an earlier step of the chain may have changed since it was read, to nobody knows what, cannot
   * be read: whoever tries judges nothing.
   */
  readonly record: Rec;
  /** Where it is then. */
  readonly state: string;
  /** The time, ms since the epoch. */
  readonly now: number;
}
