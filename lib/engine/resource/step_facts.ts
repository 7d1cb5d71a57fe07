/**
 * What is known about a step before it is done.
 *
 * @module
 */

/** What is known, or expected, of a member right before a step. */
export interface StepFacts<Rec> {
  /**
   * Its record. A field that an earlier step may have changed to an unknown value cannot be read: the function that
   * reads it is abandoned, and decides nothing.
   */
  readonly record: Rec;
  /** Its state at that time. */
  readonly state: string;
  /** The time, in milliseconds since the epoch. */
  readonly now: number;
}
