/** A snapshot of a machine in the world. @module */

/** A snapshot in the backend. */
export interface Snapshot {
  name: string;
  /** When it was finished; undefined while it is being created. */
  made: number | undefined;
  /** Whether it was deleted. Its job is still kept then. */
  gone: boolean;
  /** Bytes. */
  size: number;
}
