/**
 * What an action destroys besides its member.
 *
 * @module
 */

/** Something that is destroyed along with a member, and is not a member of the chain itself. */
export interface AlsoDestroyed {
  /** Its kind: `backup`. */
  readonly kind: string;
  /** Its id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its record, if it has the same kind as the member: then `.protect()` holds for it as well. */
  readonly record?: object;
}
