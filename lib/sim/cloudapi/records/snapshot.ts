/** A snapshot of a machine, as the world keeps it. @module */

/** A snapshot as the backend knows it. */
export interface Snapshot {
  name: string;
  /** When it was finished; undefined while it is being made. */
  made: number | undefined;
  /** The job that makes it is remembered when the snapshot is gone. */
  gone: boolean;
  /** Bytes. */
  size: number;
}
