/**
 * What instances consist of: flavors, datastores and their versions, volume types.
 *
 * @module
 */
import type { Random } from "../../../random.ts";
import { type Parameter, parametersOf } from "./parameters_data.ts";

export interface Flavor {
  /** Digits, or a name such as `custom`. */
  id: string;
  name: string;
  /** MB. */
  ram: number;
  vcpus: number;
  /** GB. */
  disk: number;
  ephemeral: number;
}

export interface DatastoreVersion {
  id: string;
  name: string;
  /** The exact version, if the name is an alias. */
  number: string;
  datastore: Datastore;
  active: boolean;
  manager: string;
  image: string;
  imageTags: string[];
  packages: string[];
  parameters: Parameter[];
}

export interface Datastore {
  id: string;
  name: string;
  versions: DatastoreVersion[];
  defaultVersion: DatastoreVersion | undefined;
  /** Whether it supports clusters. */
  clusters: boolean;
}

/** The flavors: id, name, MB of memory, processors, GB of disk, GB of ephemeral disk. */
export const FLAVORS: readonly Flavor[] = ([
  ["1", "m1.tiny", 512, 1, 0, 0],
  ["2", "m1.small", 2048, 1, 20, 0],
  ["3", "m1.medium", 4096, 2, 40, 0],
  ["4", "m1.large", 8192, 4, 80, 0],
  ["5", "m1.xlarge", 16384, 8, 160, 0],
  ["custom", "custom.small", 512, 1, 25, 1],
] as const).map(([id, name, ram, vcpus, disk, ephemeral]) => ({ id, name, ram, vcpus, disk, ephemeral }));

/** The volume types of every datastore version. */
export const VOLUME_TYPES: readonly { id: string; name: string }[] = [
  { id: "11111111-0000-4000-8000-000000000001", name: "lvmdriver-1" },
  { id: "11111111-0000-4000-8000-000000000002", name: "fast" },
];

const IMAGE = "c00000c0-00c0-4c00-80c0-000c000000cc";

/** A new version of a datastore; it is also added to it. */
export function addVersion(
  datastore: Datastore,
  id: string,
  name: string,
  active: boolean,
): DatastoreVersion {
  const version: DatastoreVersion = {
    id,
    name,
    number: name,
    datastore,
    active,
    manager: datastore.name,
    image: IMAGE,
    imageTags: [""],
    packages: [""],
    parameters: parametersOf(datastore.name),
  };
  datastore.versions.push(version);
  return version;
}

/** The datastores of a region at the start; the first version of each is its default. */
export function datastores(random: Random, withClusters: boolean): Datastore[] {
  const offers: [name: string, versions: string[]][] = [
    ["mysql", ["5.7.29", "8.0.29", "5.5-inactive"]],
    ["postgresql", ["12", "14"]],
    ["mariadb", ["10.4.18"]],
  ];
  if (withClusters) offers.push(["cassandra", ["3.11"]]);
  return offers.map(([name, versions]) => {
    const datastore: Datastore = {
      id: random.uuid(),
      name,
      versions: [],
      defaultVersion: undefined,
      clusters: name === "cassandra",
    };
    for (const version of versions) {
      addVersion(datastore, random.uuid(), version, !version.endsWith("-inactive"));
    }
    datastore.defaultVersion = datastore.versions[0];
    return datastore;
  });
}
