/**
 * Versions of datastores and their parameters, as a cloud's operator keeps them.
 *
 * @module
 */
import { MusterError } from "../chain/mod.ts";
import type { Parameter } from "./datastores.ts";
import { Group, part } from "./group.ts";
import { type Ref, textOf } from "./reference.ts";

/** A version of a datastore, as its cloud's operator sees it. */
export interface ManagedVersion {
  /** UUID. */
  id: string;
  name: string;
  version: string;
  datastore_id: string;
  datastore_name: string;
  datastore_manager: string;
  image: string | null;
  image_tags: string[];
  packages: string[];
  active: boolean;
  default: boolean;
}

/** What can be changed of a version. */
export interface VersionChanges {
  name?: string;
  /** What manages it in the guest: `mysql`. */
  manager?: string;
  /** An image's id. */
  image?: string;
  /** Tags by which the newest image is found, instead of an id. */
  imageTags?: readonly string[];
  packages?: readonly string[];
  /** Whether instances of it may be made. */
  active?: boolean;
  /** Whether it is the one of its datastore where none is said. */
  default?: boolean;
  /** Since release 20. */
  registryExt?: string;
  /** Since release 20. */
  replicationStrategy?: string;
}

/** A version to be made. */
export interface VersionSpec extends VersionChanges {
  name: string;
  /** The datastore's name; it is made where there is none. */
  datastore: string;
  manager: string;
  active: boolean;
  /** Its number, where that is not its name. */
  version?: string;
}

/** A parameter that is to be, or that is to be different. */
export interface ParameterSpec {
  name: string;
  type: Parameter["type"];
  restartRequired: boolean;
  /** Of an integer its largest value, which is needed. */
  max?: number | bigint;
  /** Of an integer its smallest value. Default 0. */
  min?: number | bigint;
}

/** A parameter as an administrator is told of it: its limits have other names there. */
type ManagedParameter = Omit<Parameter, "max" | "min"> & {
  max_size?: number | bigint;
  min_size?: number | bigint;
};

function readParameter({ max_size: max, min_size: min, ...parameter }: ManagedParameter): Parameter {
  return { ...parameter, ...(max === undefined ? {} : { max }), ...(min === undefined ? {} : { min }) };
}

const NAMES = {
  name: "name",
  manager: "datastore_manager",
  image: "image",
  imageTags: "image_tags",
  packages: "packages",
  active: "active",
  default: "default",
  registryExt: "registry_ext",
  replicationStrategy: "repl_strategy",
  datastore: "datastore_name",
  version: "version",
} as const;

function bodyOf(given: object): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!(key in NAMES)) {
      throw new MusterError(
        `Cannot make or change a datastore version as there is no such option: ${key}; there are ${
          Object.keys(NAMES).join(", ")
        }`,
      );
    }
    body[NAMES[key as keyof typeof NAMES]] = value;
  }
  return body;
}

const parameterBody = ({ name, type, restartRequired, max, min }: ParameterSpec) => ({
  "configuration-parameter": {
    name,
    data_type: type,
    restart_required: Number(restartRequired),
    // Texts, which hold numbers of any size. Whole numbers need both; other types none.
    ...(type === "integer" ? { max_size: String(limit(name, max)), min_size: String(min ?? 0) } : {}),
  },
});

function limit(name: string, max: number | bigint | undefined): number | bigint {
  if (max !== undefined) return max;
  throw new MusterError(`Cannot describe the parameter ${name} as a whole number needs a largest value: max`);
}

const path = (version: Ref) => `/mgmt/datastore-versions/${part(textOf("datastore version", version))}`;
const below = (version: Ref, name?: string) =>
  `/mgmt/datastores/versions/${part(textOf("datastore version", version))}/parameters${
    name === undefined ? "" : `/${part(name)}`
  }`;

/** The versions of all datastores, for administrators. By id or record. */
export class ManagedVersions extends Group {
  /** All versions, those that are not active as well. */
  list(): Promise<ManagedVersion[]> {
    return this.read<ManagedVersion[]>("/mgmt/datastore-versions", "versions");
  }

  /** One version. */
  get(version: Ref): Promise<ManagedVersion> {
    return this.read<ManagedVersion>(path(version), "version");
  }

  /** Makes a version, and its datastore where there is none of that name. */
  async create(spec: VersionSpec): Promise<void> {
    const isThere = (one: ManagedVersion) =>
      one.name === spec.name && one.datastore_name === spec.datastore &&
      (spec.version === undefined || one.version === spec.version);
    const before = new Set((await this.list()).filter(isThere).map(({ id }) => id));
    const request = {
      method: "POST",
      path: "/mgmt/datastore-versions",
      body: { version: bodyOf(spec) },
    } as const;
    await this.send(
      request,
      async () => (await this.list()).some((one) => isThere(one) && !before.has(one.id)),
    );
  }

  /** Changes a version. */
  async update(version: Ref, changes: VersionChanges): Promise<void> {
    await this.ask("PATCH", path(version), { body: bodyOf(changes), idempotent: true });
  }

  /** Deletes a version that no instance has. */
  async delete(version: Ref): Promise<void> {
    await this.remove(path(version));
  }

  /** All parameters of a version; deleted ones are among them, and look like the others. */
  async parameters(version: Ref): Promise<Parameter[]> {
    return (await this.read<ManagedParameter[]>(below(version), "configuration-parameters")).map(
      readParameter,
    );
  }

  /** One parameter of a version, which may be deleted. */
  async parameter(version: Ref, name: string): Promise<Parameter> {
    return readParameter(await this.read<ManagedParameter>(below(version, name)));
  }

  /** Makes a parameter. */
  async createParameter(version: Ref, spec: ParameterSpec): Promise<void> {
    const request = { method: "POST", path: below(version), body: parameterBody(spec) } as const;
    await this.send(request, () => this.#offers(version, spec.name));
  }

  /** Changes a parameter. */
  async updateParameter(version: Ref, spec: ParameterSpec): Promise<void> {
    await this.ask("PUT", below(version, spec.name), { body: parameterBody(spec), idempotent: true });
  }

  /** Deletes a parameter: no configuration may set it from then on. */
  async deleteParameter(version: Ref, name: string): Promise<void> {
    await this.removeListed(below(version, name), {}, async () => !await this.#offers(version, name));
  }

  /** Whether a configuration may set it: only the list for everybody leaves out what is deleted. */
  async #offers(version: Ref, name: string): Promise<boolean> {
    const path = `/datastores/versions/${part(textOf("datastore version", version))}/parameters`;
    return (await this.read<Parameter[]>(path, "configuration-parameters")).some((one) => one.name === name);
  }
}
