/**
 * Roles (RBAC): which users may do what the policies allow; and role tags: which roles may use a thing. The protocol is
 * that of sdc-cloudapi `lib/roles.js` (API version 9: members and policies are objects) and `lib/resources.js`.
 *
 * @module
 */
import { MusterError } from "../../../engine/mod.ts";
import { isUuid } from "../catalogue/resolve.ts";
import { AccountGroup, pathSegment } from "./account_group.ts";
import { checkFields, checkText, idOf, textOf } from "./named_ref.ts";
import type { PolicyRef } from "./policies.ts";
import { type RoleTagged, roleTaggedPath } from "./role_tagged.ts";
import type { SubUserRef } from "./users.ts";

/**
 * A member of a role.
 *
 * @example
 * ```ts
 * import { dc, type RoleMember } from "@muster/muster";
 *
 * const members: RoleMember[] = (await dc("sim").roles.list()).flatMap((role) => role.members);
 * console.log(members.filter((one) => one.default).map(({ login }) => login));
 * ```
 */
export interface RoleMember {
  /** A user of this account, or another account. */
  type: "subuser" | "account";
  /** UUID. */
  id: string;
  /** The login name. */
  login: string;
  /** Whether the role is active by default. Default false. */
  default?: boolean;
}

/**
 * A role.
 *
 * @example
 * ```ts
 * import { dc, type Role } from "@muster/muster";
 *
 * const roles: Role[] = await dc("sim").roles.list();
 * console.log(roles.map(({ name, members }) => `${name}: ${members.map(({ login }) => login).join(", ")}`));
 * ```
 */
export interface Role {
  /** UUID. */
  id: string;
  /** Its name; unique in the account. */
  name: string;
  /** What its members may do. */
  policies: { id: string; name: string }[];
  /** Who may use it. */
  members: RoleMember[];
}

/**
 * A role, by its record, its id or its name.
 *
 * @example
 * ```ts
 * import { dc, type RoleRef } from "@muster/muster";
 *
 * const which: RoleRef = "operators"; // or an id, or a record
 * console.log((await dc("sim").roles.list()).some(({ name }) => name === which));
 * ```
 */
export type RoleRef = string | { readonly id: string };

/**
 * A new member of a role: a user of this account by login, id or record, or an object with more details.
 *
 * @example
 * ```ts
 * import type { NewRoleMember } from "@muster/muster";
 *
 * const members: NewRoleMember[] = ["bob", { user: "carol", default: true }, { account: "partner" }];
 * console.log(members); // dc(…).roles.create({ name: "operators", members })
 * ```
 */
export type NewRoleMember =
  | SubUserRef
  | {
    /** A user of this account. */
    readonly user: SubUserRef;
    /** Whether the role is active by default. Default false. */
    readonly default?: boolean;
  }
  | {
    /** Another account, by its login or id. */
    readonly account: string;
    /** Whether the role is active by default. Default false. */
    readonly default?: boolean;
  };

/**
 * The specification of a new role. In a change, given lists replace the existing ones.
 *
 * @example
 * ```ts
 * import { dc, type RoleSpec } from "@muster/muster";
 *
 * const empty: RoleSpec = { name: "nobody", policies: [], members: [] };
 * console.log((await dc("sim").roles.create(empty)).id);
 * ```
 */
export interface RoleSpec {
  /** Its name. */
  readonly name: string;
  /** What its members may do: policies by name, id or record. Default: none. */
  readonly policies?: readonly PolicyRef[];
  /** Who may use it. Default: nobody. */
  readonly members?: readonly NewRoleMember[];
}

const FIELDS = ["name", "policies", "members"];

/** A reference by id or by name, in the server's form. */
const named = (text: string, name: "name" | "login") => isUuid(text) ? { id: text } : { [name]: text };

function memberOf(member: NewRoleMember): Record<string, unknown> {
  if (typeof member === "object" && member !== null && "account" in member) {
    const { account, default: isDefault } = member;
    return {
      type: "account",
      ...named(textOf("an account", account), "login"),
      ...isDefault ? { default: true } : {},
    };
  }
  const { user, default: isDefault = false } =
    typeof member === "object" && member !== null && "user" in member
      ? member
      : { user: member as SubUserRef };
  return {
    type: "subuser",
    ...named(textOf("a user", user), "login"),
    ...isDefault ? { default: true } : {},
  };
}

function bodyOf(doing: string, spec: Partial<RoleSpec>): Record<string, unknown> {
  checkFields(doing, spec, FIELDS);
  for (const list of ["policies", "members"] as const) {
    if (spec[list] === undefined || Array.isArray(spec[list])) continue;
    throw new MusterError(`Cannot ${doing}: its ${list} are not a list.`);
  }
  if (spec.name !== undefined) checkText(doing, "name", spec.name);
  return {
    ...spec.name === undefined ? {} : { name: spec.name },
    ...spec.policies === undefined
      ? {}
      : { policies: spec.policies.map((one) => named(textOf("a policy", one), "name")) },
    ...spec.members === undefined ? {} : { members: spec.members.map(memberOf) },
  };
}

/**
 * The roles of an account, and the things that are open to them: `dc(…).roles`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { users, policies, roles } = dc("sim");
 * await users.create({ login: "dave", email: "dave@example.com", password: crypto.randomUUID() });
 * await policies.create({ name: "rebooting", rules: ["CAN getmachine, rebootmachine"] });
 * const made = await roles.create({ name: "ops", policies: ["rebooting"], members: [{ user: "dave", default: true }] });
 * await roles.setTags({ machine: "bastion" }, ["ops"]);
 * console.log(await roles.tags({ machine: "bastion" }), (await roles.get("ops")).members, (await roles.list()).length);
 * await roles.update(made, { members: [] });
 * await roles.delete("ops");
 * ```
 */
export class Roles extends AccountGroup {
  /** All roles of the account. */
  async list(): Promise<Role[]> {
    return await this.listAt("/roles");
  }

  /**
   * One role.
   *
   * @param which Its name, its id, or its record.
   * @throws {SelectionError} when none has this name.
   */
  async get(which: RoleRef): Promise<Role> {
    return await this.readAt(await this.#path(which));
  }

  /**
   * Creates a role.
   *
   * @param spec Its name, its policies and its members.
   * @throws {ApiError} when the name is taken, or a policy or member does not exist.
   */
  async create(spec: RoleSpec): Promise<Role> {
    const doing = "create a role";
    const body = bodyOf(doing, spec);
    checkText(doing, "name", spec.name);
    const find = async () => (await this.list()).find(({ name }) => name === spec.name);
    return await this.createAt(`create role ${spec.name}`, "/roles", body, find);
  }

  /**
   * Changes a role: only the given fields. Given lists replace the existing ones.
   *
   * @param which Its name, its id, or its record.
   * @param changes At least one field.
   * @throws {ApiError} when a policy or member does not exist.
   */
  async update(which: RoleRef, changes: Partial<RoleSpec>): Promise<Role> {
    const body = bodyOf("update a role", changes);
    if (Object.keys(body).length === 0) throw new MusterError("Cannot update a role: no change is given.");
    return await this.changeAt("POST", await this.#path(which), body);
  }

  /**
   * Deletes a role. Its members keep their other roles.
   *
   * @param which Its name, its id, or its record.
   * @throws {SelectionError} when none has this name.
   */
  async delete(which: RoleRef): Promise<void> {
    await this.removeAt("delete the role", await this.#path(which));
  }

  /**
   * The names of the roles that may use a thing.
   *
   * @param of The thing: `"account"`, a whole collection such as `"machines"`, or one thing: `{ machine: "web-1" }`.
   */
  async tags(of: RoleTagged): Promise<string[]> {
    const endpoint = await this.endpoint();
    const path = await roleTaggedPath(endpoint, of);
    // Only the header of the list is needed.
    const query = path === "/machines" ? { query: { limit: 1 } } : {};
    const { headers } = await endpoint.send({ method: "GET", path, ...query });
    return (headers.get("role-tag") ?? "").split(",").map((name) => name.trim()).filter((name) =>
      name !== ""
    );
  }

  /**
   * Sets which roles may use a thing: these, and no others.
   *
   * @param of The thing: `"account"`, a whole collection such as `"machines"`, or one thing: `{ machine: "web-1" }`.
   * @param roles The roles' names. With an empty list only the account itself may use it.
   * @throws {ApiError} when the role or the thing does not exist.
   */
  async setTags(of: RoleTagged, roles: readonly string[]): Promise<string[]> {
    if (
      !Array.isArray(roles) || roles.some((one) => typeof one !== "string" || one === "" || one.includes(","))
    ) {
      throw new MusterError(
        `Cannot set role tags: the roles are not a list of names: ${JSON.stringify(roles)}`,
      );
    }
    const endpoint = await this.endpoint();
    const path = await roleTaggedPath(endpoint, of);
    const request = { method: "PUT", path, body: { "role-tag": [...roles] }, idempotent: true } as const;
    const { body } = await endpoint.send(request);
    const now = (body as { "role-tag"?: string[] } | undefined)?.["role-tag"] ?? await this.tags(of);
    const missing = roles.filter((one) => !now.includes(one));
    if (missing.length === 0 && now.length === new Set(roles).size) return now;
    throw new MusterError(
      `Cannot set the role tags of ${path} completely: the server accepted the request, but it is open to ${
        now.join(", ") || "no role"
      }.`,
    );
  }

  /** The server accepts only ids to delete roles. */
  async #path(which: RoleRef): Promise<string> {
    return `/roles/${pathSegment(await idOf("a role", which, () => this.list(), ({ name }) => name))}`;
  }
}
