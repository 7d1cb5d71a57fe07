/**
 * The things that can have role tags, and their paths (sdc-cloudapi `lib/resources.js`).
 *
 * @module
 */
import { type Endpoint, MusterError } from "../../../engine/mod.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import type { ImageRef } from "../catalogue/image.ts";
import type { NetworkRef } from "../catalogue/network.ts";
import type { PackageRef } from "../catalogue/package.ts";
import { resolveImage, resolveMachine, resolveNetwork, resolvePackage } from "../catalogue/resolve.ts";
import { machinePath } from "../machine_path.ts";
import type { MachineRef } from "../machine_record.ts";
import { pathSegment } from "./account_group.ts";
import { type AccountKeyRef, key } from "./account_keys.ts";
import { idOf, textOf } from "./named_ref.ts";
import type { PolicyRef } from "./policies.ts";
import type { SubUserRef } from "./users.ts";

/**
 * A thing that can be open to roles: the account, a whole collection (whoever may read it sees the list), or one thing.
 *
 * @example
 * ```ts
 * import { dc, type RoleTagged } from "@muster/muster";
 *
 * const things: RoleTagged[] = ["account", "machines", { machine: "bastion" }, { image: "base-64-lts" }];
 * for (const thing of things) console.log(await dc("sim").roles.tags(thing));
 * ```
 */
export type RoleTagged =
  | "account"
  | "machines"
  | "users"
  | "roles"
  | "packages"
  | "images"
  | "policies"
  | "keys"
  | "datacenters"
  | "fwrules"
  | "networks"
  | "services"
  | { readonly machine: MachineRef }
  | { readonly image: ImageRef }
  | { readonly package: PackageRef }
  | { readonly network: NetworkRef }
  | { readonly fwrule: string | { readonly id: string } }
  | { readonly role: string | { readonly id: string } }
  | { readonly policy: PolicyRef }
  | { readonly datacenter: string }
  | { readonly key: AccountKeyRef }
  | { readonly user: SubUserRef }
  | {
    /** All keys of this user. */
    readonly keysOf: SubUserRef;
  }
  | {
    /** One key of this user. */
    readonly keyOf: SubUserRef;
    readonly key: AccountKeyRef;
  };

const COLLECTIONS = [
  "machines",
  "users",
  "roles",
  "packages",
  "images",
  "policies",
  "keys",
  "datacenters",
  "fwrules",
  "networks",
  "services",
] as const satisfies readonly RoleTagged[];

/** The id of a listed thing, by its name. */
async function listed(
  endpoint: Endpoint,
  what: string,
  kind: string,
  ref: unknown,
  name: string,
): Promise<string> {
  const list = async () =>
    listIn<{ id: string }>(kind, (await endpoint.send({ method: "GET", path: `/${kind}` })).body);
  return `/${kind}/${
    pathSegment(await idOf(what, ref, list, (one) => String((one as Record<string, unknown>)[name])))
  }`;
}

const userPath = (endpoint: Endpoint, ref: SubUserRef) => listed(endpoint, "a user", "users", ref, "login");

/**
 * The path of a thing, with the ids under which the server keeps its role tags.
 *
 * @throws {MusterError} for a thing that cannot have role tags.
 * @throws {SelectionError} when none has the name.
 */
export async function roleTaggedPath(endpoint: Endpoint, of: RoleTagged): Promise<string> {
  if (of === "account") return "/";
  if (typeof of === "string") {
    if ((COLLECTIONS as readonly string[]).includes(of)) return `/${of}`;
    throw new MusterError(
      `Cannot use ${JSON.stringify(of)} with role tags: it is not one of account, ${COLLECTIONS.join(", ")}.`,
    );
  }
  if (typeof of === "object" && of !== null) {
    if ("machine" in of) return machinePath(await resolveMachine(endpoint, of.machine));
    if ("image" in of) return `/images/${pathSegment(await resolveImage(endpoint, of.image))}`;
    if ("package" in of) return `/packages/${pathSegment((await resolvePackage(endpoint, of.package)).id)}`;
    if ("network" in of) return `/networks/${pathSegment(await resolveNetwork(endpoint, of.network))}`;
    if ("fwrule" in of) return `/fwrules/${pathSegment(textOf("a firewall rule", of.fwrule))}`;
    if ("role" in of) return await listed(endpoint, "a role", "roles", of.role, "name");
    if ("policy" in of) return await listed(endpoint, "a policy", "policies", of.policy, "name");
    if ("datacenter" in of) return `/datacenters/${pathSegment(textOf("a datacenter", of.datacenter))}`;
    if ("user" in of) return await userPath(endpoint, of.user);
    if ("keysOf" in of) return `${await userPath(endpoint, of.keysOf)}/keys`;
    const owner = "keyOf" in of ? await userPath(endpoint, of.keyOf) : "";
    // By its fingerprint, because the role tags of a new key are kept under that.
    if ("key" in of) return `${owner}/keys/${pathSegment((await key(endpoint, of.key, owner)).fingerprint)}`;
  }
  throw new MusterError(
    `Cannot use this with role tags: it names nothing: ${JSON.stringify(of) ?? String(of)}`,
  );
}
