/**
 * Versions of datastores and their parameters, as a cloud's operator keeps them.
 *
 * @module
 */
import { MusterError } from "../../../../engine/mod.ts";
import type { Parameter } from "../catalogue/datastores.ts";
import { Group, part } from "../group.ts";
import { referenceText, type TroveRef } from "../reference.ts";

/**
 * A version of a datastore, as its cloud's operator sees it.
 *
 * @example
 * ```ts
 * import { dbaas, type ManagedVersion } from "@muster/muster";
 *
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const versions: ManagedVersion[] = await admin.datastoreVersions.list();
 * console.log(versions.map(({ datastore_name, name, active }) => `${datastore_name} ${name} ${active}`));
 * ```
 */
export interface ManagedVersion {
  /** UUID. */
  id: string;
  /** What it is called: `5.7.29`. */
  name: string;
  /** Its number, where that is not its name. */
  version: string;
  /** The datastore's id. */
  datastore_id: string;
  /** The datastore's name. */
  datastore_name: string;
  /** What manages it in the guest: `mysql`. */
  datastore_manager: string;
  /** The id of its image; null where tags say which. */
  image: string | null;
  /** The tags its newest image is found by. */
  image_tags: string[];
  /** What its guest installs. */
  packages: string[];
  /** Whether instances of it may be made. */
  active: boolean;
  /** Whether it is the one of its datastore where none is said. */
  default: boolean;
  /** What the guest registers for it. Since Trove 22. */
  registry_ext?: string | null;
  /** How its replicas are made. Since Trove 22. */
  repl_strategy?: string | null;
}

/**
 * What can be changed of a version.
 *
 * @example
 * ```ts
 * import type { VersionChanges } from "@muster/muster";
 *
 * const retired: VersionChanges = { active: false, default: false };
 * console.log(retired); // dbaas(…).datastoreVersions.update(version, retired)
 * ```
 */
export interface VersionChanges {
  /** Its new name. */
  name?: string;
  /** What manages it in the guest: `mysql`. */
  manager?: string;
  /** An image's id. */
  image?: string;
  /** Tags by which the newest image is found, instead of an id. */
  imageTags?: readonly string[];
  /** What its guest installs. */
  packages?: readonly string[];
  /** Whether instances of it may be made. */
  active?: boolean;
  /** Whether it is the one of its datastore where none is said. */
  default?: boolean;
  /** What the guest registers for it, as Trove's `registry_ext`. Since Trove 22. */
  registryExt?: string;
  /** How its replicas are made, as Trove's `repl_strategy`. Since Trove 22. */
  replicationStrategy?: string;
}

/**
 * A version to be made.
 *
 * @example
 * ```ts
 * import type { VersionSpec } from "@muster/muster";
 *
 * const spec: VersionSpec = {
 *   name: "8.0.29",
 *   datastore: "mysql",
 *   manager: "mysql",
 *   active: true,
 *   imageTags: ["trove", "mysql"],
 * };
 * console.log(spec); // dbaas(…).datastoreVersions.create(spec)
 * ```
 */
export interface VersionSpec extends VersionChanges {
  /** What it is to be called. */
  name: string;
  /** The datastore's name; it is made where there is none. */
  datastore: string;
  /** What manages it in the guest: `mysql`. */
  manager: string;
  /** Whether instances of it may be made. */
  active: boolean;
  /** Its number, where that is not its name. */
  version?: string;
}

/**
 * A parameter that is to be, or that is to be different.
 *
 * @example
 * ```ts
 * import type { ParameterSpec } from "@muster/muster";
 *
 * const depth: ParameterSpec = {
 *   name: "depth",
 *   type: "integer",
 *   restartRequired: false,
 *   max: 18446744073709547520n,
 * };
 * console.log(depth); // dbaas(…).datastoreVersions.createParameter(version, depth)
 * ```
 */
export interface ParameterSpec {
  /** What it is to be called. */
  name: string;
  /** What kind of value it takes. */
  type: Parameter["type"];
  /** Whether a change of it counts only after a restart. */
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
        `Cannot create or change a datastore version: the option ${key} does not exist. The options are ${
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
  throw new MusterError(
    `Cannot describe the parameter ${name}: a whole number needs a largest value. Give max.`,
  );
}

const path = (version: TroveRef) =>
  `/mgmt/datastore-versions/${part(referenceText("datastore version", version))}`;
const below = (version: TroveRef, name?: string) =>
  `/mgmt/datastores/versions/${part(referenceText("datastore version", version))}/parameters${
    name === undefined ? "" : `/${part(name)}`
  }`;

/**
 * The versions of all datastores, for administrators. By id or record.
 *
 * @example
 * ```ts
 * import { dbaas } from "@muster/muster";
 *
 * const admin = dbaas({ name: "sim", username: "admin", password: "admin-of-sim", project: "admin" });
 * const { datastoreVersions: versions } = admin;
 * await versions.create({ name: "11", datastore: "newsql", manager: "newsql", active: true, image: "i" });
 * const [made] = (await versions.list()).filter(({ datastore_name }) => datastore_name === "newsql");
 * await versions.update(made!, { packages: ["newsql-11"] });
 * await versions.createParameter(made!, { name: "depth", type: "integer", restartRequired: false, max: 9 });
 * await versions.updateParameter(made!, { name: "depth", type: "integer", restartRequired: true, max: 99 });
 * console.log((await versions.parameter(made!, "depth")).max, (await versions.parameters(made!)).length);
 * await versions.deleteParameter(made!, "depth");
 * console.log((await versions.get(made!)).packages);
 * await versions.delete(made!);
 * ```
 */
export class ManagedVersions extends Group {
  /** All versions, those that are not active as well. */
  list(): Promise<ManagedVersion[]> {
    return this.read<ManagedVersion[]>("/mgmt/datastore-versions", "versions");
  }

  /**
   * One version.
   *
   * @param version Its id or record.
   */
  get(version: TroveRef): Promise<ManagedVersion> {
    return this.read<ManagedVersion>(path(version), "version");
  }

  /**
   * Makes a version, and its datastore where there is none of that name.
   *
   * @param spec What it is to be like.
   * @throws {MusterError} for an option that is not known.
   */
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

  /**
   * Changes a version.
   *
   * @param version Its id or record.
   * @param changes What is to be different.
   * @throws {MusterError} for an option that is not known.
   */
  async update(version: TroveRef, changes: VersionChanges): Promise<void> {
    await this.ask("PATCH", path(version), { body: bodyOf(changes), idempotent: true });
  }

  /**
   * Deletes a version that no instance has.
   *
   * @param version Its id or record.
   * @throws {ApiError} when an instance has it.
   */
  async delete(version: TroveRef): Promise<void> {
    await this.remove(path(version));
  }

  /**
   * All parameters of a version; deleted ones are among them, and look like the others.
   *
   * @param version Its id or record.
   */
  async parameters(version: TroveRef): Promise<Parameter[]> {
    return (await this.read<ManagedParameter[]>(below(version), "configuration-parameters")).map(
      readParameter,
    );
  }

  /**
   * One parameter of a version, which may be deleted.
   *
   * @param version Its id or record.
   * @param name The parameter's name.
   */
  async parameter(version: TroveRef, name: string): Promise<Parameter> {
    return readParameter(await this.read<ManagedParameter>(below(version, name)));
  }

  /**
   * Makes a parameter.
   *
   * @param version Its id or record.
   * @param spec What it is to be like.
   * @throws {MusterError} for a whole number without a largest value.
   */
  async createParameter(version: TroveRef, spec: ParameterSpec): Promise<void> {
    const request = { method: "POST", path: below(version), body: parameterBody(spec) } as const;
    await this.send(request, () => this.#offers(version, spec.name));
  }

  /**
   * Changes a parameter.
   *
   * @param version Its id or record.
   * @param spec All of it, with what is to be different.
   * @throws {MusterError} for a whole number without a largest value.
   */
  async updateParameter(version: TroveRef, spec: ParameterSpec): Promise<void> {
    await this.ask("PUT", below(version, spec.name), { body: parameterBody(spec), idempotent: true });
  }

  /**
   * Deletes a parameter: no configuration may set it from then on.
   *
   * @param version Its id or record.
   * @param name The parameter's name.
   */
  async deleteParameter(version: TroveRef, name: string): Promise<void> {
    await this.removeListed(below(version, name), {}, async () => !await this.#offers(version, name));
  }

  /** Whether a configuration may set it: only the list for everybody leaves out what is deleted. */
  async #offers(version: TroveRef, name: string): Promise<boolean> {
    const path = `/datastores/versions/${part(referenceText("datastore version", version))}/parameters`;
    return (await this.read<Parameter[]>(path, "configuration-parameters")).some((one) => one.name === name);
  }
}
