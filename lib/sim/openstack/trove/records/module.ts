/**
 * A module: a file that is installed in instances.
 *
 * @module
 */
import type { Project } from "../../keystone/identity.ts";
import type { Datastore, DatastoreVersion } from "./instance_choices.ts";

export interface Module {
  readonly id: string;
  name: string;
  type: string;
  description: string | null;
  /** Undefined: for all projects. */
  project: Project | undefined;
  datastore: Datastore | undefined;
  version: DatastoreVersion | undefined;
  autoApply: boolean;
  priorityApply: boolean;
  applyOrder: number;
  isAdmin: boolean;
  visible: boolean;
  liveUpdate: boolean;
  md5: string;
  readonly created: number;
  updated: number;
}
