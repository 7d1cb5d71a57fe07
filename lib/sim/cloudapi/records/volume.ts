/** A volume in the world. @module */

/** A volume in the backend. */
export interface Volume {
  id: string;
  name: string;
  owner: string;
  type: "tritonnfs";
  /** MiB. */
  size: number;
  state: "creating" | "ready" | "deleting" | "failed";
  networks: string[];
  tags: Record<string, unknown>;
  created: number;
}
