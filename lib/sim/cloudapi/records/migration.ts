/** A migration of a machine to another server, as the world keeps it. @module */

/** One phase that has ended, or is under way. */
export interface MigrationProgress {
  type: "progress";
  phase: string;
  state: "running" | "successful" | "failed";
  current_progress: number;
  total_progress: number;
  message: string;
  started_timestamp: string;
  finished_timestamp?: string;
}

/** A migration as the backend knows it. */
export interface MigrationRecord {
  machine: string;
  automatic: boolean;
  created: number;
  phase: "begin" | "sync" | "switch" | "abort";
  state: "running" | "paused" | "failed" | "successful";
  syncs: number;
  history: MigrationProgress[];
}
