/**
 * What an action destroys besides its member.
 *
 * @module
 */

/** Something that is destroyed when a member is, though it is none of the chain's. */
export interface AlsoDestroyed {
  /** What it is: `backup`. */
  readonly kind: string;
  /** Its id. */
  readonly id: string;
  /** What it is called. */
  readonly name: string;
  /** Its record, where it is of the member's own kind: `.protect()` holds for it as well. */
  readonly record?: object;
}
