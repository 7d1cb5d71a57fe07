/**
 * Specifications of instances that a simulator starts with, for tests.
 *
 * @module
 */

/** The specification of an instance. Everything except the name has a default. */
export interface InstanceSeed {
  name: string;
  /** Default: derived from the simulator's seed. */
  id?: string;
  /** A project's name. Default `demo`. */
  project?: string;
  /** Default: the first region. */
  region?: string;
  /** Default `ACTIVE`. A busy status never ends by itself. */
  status?: string;
  /** Default `HEALTHY` when `ACTIVE`, else empty. */
  operatingStatus?: string;
  /** A fault's message, as an instance in ERROR has it. */
  fault?: string;
  /** Default `mysql`. */
  datastore?: string;
  /** Default: the datastore's own default. */
  version?: string;
  /** A flavor's id. Default `"1"`. */
  flavor?: string;
  /** GB. Default 1. */
  volume?: number;
  databases?: readonly string[];
  /** Users by name, with the password `secret-of-<name>`. */
  users?: readonly string[];
  /** The name of an instance that was seeded or added before. */
  replicaOf?: string;
  public?: boolean;
}
