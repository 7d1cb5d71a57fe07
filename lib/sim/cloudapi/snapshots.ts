/**
 * Snapshots of machines.
 *
 * @module
 */

/** A snapshot as the backend knows it. */
export interface Snapshot {
  name: string;
  /** When it was finished; undefined while it is being made. */
  made: number | undefined;
}
