/** A volume, as the world keeps it. @module */

/** A volume as the backend knows it. */
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
