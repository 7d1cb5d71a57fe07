/**
 * Versions of datastores and their parameters, for a cloud's operator.
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
  /** Its name: `5.7.29`. */
  name: string;
  /** Its number, if that is not its name. */
  version: string;
  /** The datastore's id. */
  datastore_id: string;
  /** The datastore's name. */
  datastore_name: string;
  /** Its manager in the guest: `mysql`. */
  datastore_manager: string;
  /** The id of its image; null if tags find it. */
  image: string | null;
  /** The tags that find its newest image. */
  image_tags: string[];
  /** The packages that its guest installs. */
  packages: string[];
  /** Whether new instances can use it. */
  active: boolean;
  /** Whether it is its datastore's default version. */
  default: boolean;
  /** The guest's registration for it. Since Trove 22. */
  registry_ext?: string | null;
  /** How its replicas are created. Since Trove 22. */
  repl_strategy?: string | null;
}

/**
 * The properties of a version that can be changed.
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
  /** Its manager in the guest: `mysql`. */
  manager?: string;
  /** An image's id. */
  image?: string;
  /** The tags that find its newest image, instead of an id. */
  imageTags?: readonly string[];
  /** The packages that its guest installs. */
  packages?: readonly string[];
  /** Whether new instances can use it. */
  active?: boolean;
  /** Whether it is its datastore's default version. */
  default?: boolean;
  /** The guest's registration for it, as Trove's `registry_ext`. Since Trove 22. */
  registryExt?: string;
  /** How its replicas are created, as Trove's `repl_strategy`. Since Trove 22. */
  replicationStrategy?: string;
}

/**
 * The specification of a new version.
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
  /** Its name. */
  name: string;
  /** The datastore's name. The datastore is created if there is none. */
  datastore: string;
  /** Its manager in the guest: `mysql`. */
  manager: string;
  /** Whether new instances can use it. */
  active: boolean;
  /** Its number, if that is not its name. */
  version?: string;
}

/**
 * A new parameter, or the new values of one.
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
  /** Its name. */
  name: string;
  /** The type of its value. */
  type: Parameter["type"];
  /** Whether a change takes effect only after a restart. */
  restartRequired: boolean;
  /** The largest value; required for an integer. */
  max?: number | bigint;
  /** The smallest value of an integer. Default 0. */
  min?: number | bigint;
}

/** A parameter as an administrator sees it: its limits have other names there. */
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
    // As texts, which can hold numbers of any size. Integers need both; other types have none.
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
  /** All versions, including those that are not active. */
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
   * Creates a version, and its datastore if there is none of that name.
   *
   * @param spec The specification.
   * @throws {MusterError} for an unknown option.
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
   * @param changes The new values.
   * @throws {MusterError} for an unknown option.
   */
  async update(version: TroveRef, changes: VersionChanges): Promise<void> {
    await this.ask("PATCH", path(version), { body: bodyOf(changes), idempotent: true });
  }

  /**
   * Deletes a version that no instance uses.
   *
   * @param version Its id or record.
   * @throws {ApiError} when an instance uses it.
   */
  async delete(version: TroveRef): Promise<void> {
    await this.remove(path(version));
  }

  /**
   * All parameters of a version. Deleted ones are included, and look like the others.
   *
   * @param version Its id or record.
   */
  async parameters(version: TroveRef): Promise<Parameter[]> {
    return (await this.read<ManagedParameter[]>(below(version), "configuration-parameters")).map(
      readParameter,
    );
  }

  /**
   * One parameter of a version; it may be a deleted one.
   *
   * @param version Its id or record.
   * @param name The parameter's name.
   */
  async parameter(version: TroveRef, name: string): Promise<Parameter> {
    return readParameter(await this.read<ManagedParameter>(below(version, name)));
  }

  /**
   * Creates a parameter.
   *
   * @param version Its id or record.
   * @param spec The specification.
   * @throws {MusterError} for an integer without a largest value.
   */
  async createParameter(version: TroveRef, spec: ParameterSpec): Promise<void> {
    const request = { method: "POST", path: below(version), body: parameterBody(spec) } as const;
    await this.send(request, () => this.#offers(version, spec.name));
  }

  /**
   * Changes a parameter.
   *
   * @param version Its id or record.
   * @param spec The complete specification, with the new values.
   * @throws {MusterError} for an integer without a largest value.
   */
  async updateParameter(version: TroveRef, spec: ParameterSpec): Promise<void> {
    await this.ask("PUT", below(version, spec.name), { body: parameterBody(spec), idempotent: true });
  }

  /**
   * Deletes a parameter. From then on no configuration can set it.
   *
   * @param version Its id or record.
   * @param name The parameter's name.
   */
  async deleteParameter(version: TroveRef, name: string): Promise<void> {
    await this.removeListed(below(version, name), {}, async () => !await this.#offers(version, name));
  }

  /** Whether a configuration can set it. Only the list for all users leaves out deleted parameters. */
  async #offers(version: TroveRef, name: string): Promise<boolean> {
    const path = `/datastores/versions/${part(referenceText("datastore version", version))}/parameters`;
    return (await this.read<Parameter[]>(path, "configuration-parameters")).some((one) => one.name === name);
  }
}
