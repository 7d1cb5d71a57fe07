/**
 * The users of an account (RBAC), and their keys. A user has a login name, and may do what the roles allow. The
 * protocol is that of sdc-cloudapi 9.20, `lib/users.js` and `lib/keys.js`.
 *
 * @module
 */
import type { AccountChanges } from "./account.ts";
import { MusterError } from "../../../engine/mod.ts";
import { keepSecret } from "../../../engine/text/secrets.ts";
import { AccountGroup, pathSegment } from "./account_group.ts";
import {
  type AccountKey,
  type AccountKeyRef,
  addKey,
  deleteKey,
  key,
  keys,
  type NewKey,
} from "./account_keys.ts";
import { checkFields, checkText, idOf } from "./named_ref.ts";

/**
 * A user of the account.
 *
 * @example
 * ```ts
 * import { dc, type SubUser } from "@muster/muster";
 *
 * const users: SubUser[] = await dc("sim").users.list();
 * console.log(users.map(({ login, email }) => `${login} <${email}>`));
 * ```
 */
export interface SubUser {
  /** UUID. */
  id: string;
  /** The login name; unique in the account. */
  login: string;
  /** The email address. */
  email: string;
  /** The company. */
  companyName?: string;
  /** The first name. */
  firstName?: string;
  /** The last name. */
  lastName?: string;
  /** Street and number. */
  address?: string;
  /** The postal code. */
  postalCode?: string;
  /** The city. */
  city?: string;
  /** The state or province of the address. */
  state?: string;
  /** The country. */
  country?: string;
  /** The telephone number, as it was entered. */
  phone?: string;
  /** The names of the user's roles; only if this user was read alone. */
  roles?: string[];
  /** The names of the roles that are active by default; only if this user was read alone. */
  default_roles?: string[];
  /** ISO 8601, UTC. */
  created: string;
  /** ISO 8601, UTC. */
  updated: string;
}

/**
 * A user, by record, id or login.
 *
 * @example
 * ```ts
 * import { dc, type SubUserRef } from "@muster/muster";
 *
 * const who: SubUserRef = "bob"; // or an id, or a record
 * console.log((await dc("sim").users.list()).some(({ login }) => login === who));
 * ```
 */
export type SubUserRef = string | { readonly id: string };

/**
 * The fields of a user that can be changed. Null clears a field; the login and the email cannot be cleared.
 *
 * @example
 * ```ts
 * import type { SubUserChanges } from "@muster/muster";
 *
 * const changes: SubUserChanges = { firstName: "Bob", phone: null };
 * console.log(changes); // dc(…).users.update("bob", changes)
 * ```
 */
export type SubUserChanges = Omit<AccountChanges, "triton_cns_enabled"> & {
  /** The login name. */
  readonly login?: string;
};

/**
 * The specification of a new user.
 *
 * @example
 * ```ts
 * import { dc, type SubUserSpec } from "@muster/muster";
 *
 * const carol: SubUserSpec = { login: "carol", email: "carol@example.com", password: crypto.randomUUID() };
 * console.log((await dc("sim").users.create(carol)).id);
 * ```
 */
export type SubUserSpec = { readonly [Field in keyof Omit<SubUserChanges, "login">]?: string } & {
  /** The name they log in by. */
  readonly login: string;
  /** The email address. */
  readonly email: string;
  /** For web portals, because requests are signed with keys. It is never shown. */
  readonly password: string;
};

const TEXTS = [
  "email",
  "companyName",
  "firstName",
  "lastName",
  "address",
  "postalCode",
  "city",
  "state",
  "country",
  "phone",
] as const satisfies readonly (keyof SubUserChanges)[];

/** The fields in the server's form: an empty text clears one (sdc-cloudapi `parseParams`). */
function bodyOf(doing: string, changes: SubUserChanges): Record<string, string> {
  const body: Record<string, string> = {};
  for (const [field, value] of Object.entries(changes)) {
    const needed = field === "email" || field === "login";
    if (typeof value !== "string" && (value !== null || needed)) {
      throw new MusterError(
        `Cannot ${doing}: ${field} is not a text: ${value === null ? "null" : typeof value}.`,
      );
    }
    if (needed && value === "") throw new MusterError(`Cannot ${doing}: its ${field} is empty.`);
    body[field] = value ?? "";
  }
  return body;
}

/**
 * The users of an account, and their keys: `dc(…).users`.
 *
 * {@linkcode Roles} and {@linkcode Policies} decide what they may do. The server sometimes shows changes of users a few
 * seconds late.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { users } = dc("sim");
 * const bob = await users.create({ login: "bob", email: "bob@example.com", password: crypto.randomUUID() });
 * await users.update("bob", { firstName: "Bob" });
 * await users.changePassword(bob, crypto.randomUUID());
 * const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f bob@laptop";
 * await users.addKey("bob", { name: "laptop", key: line });
 * console.log((await users.keys("bob")).length, (await users.key("bob", "laptop")).fingerprint);
 * await users.deleteKey("bob", "laptop");
 * console.log((await users.get("bob")).roles, (await users.list()).length);
 * await users.delete("bob");
 * ```
 */
export class SubUsers extends AccountGroup {
  /** All users of the account. */
  async list(): Promise<SubUser[]> {
    return await this.listAt("/users");
  }

  /**
   * One user, with the roles.
   *
   * @param which The login, the id, or the record.
   * @throws {SelectionError} when none has this login.
   */
  async get(which: SubUserRef): Promise<SubUser> {
    return await this.readAt(await this.#path(which), { membership: true });
  }

  /**
   * Creates a user.
   *
   * @param spec The login, the email, the password, and further fields.
   * @throws {ApiError} when the login is taken, or the server refuses the password.
   */
  async create(spec: SubUserSpec): Promise<SubUser> {
    const doing = "create a user";
    checkFields(doing, spec, ["login", "password", ...TEXTS]);
    const { password, ...rest } = spec;
    checkText(doing, "password", password);
    checkText(doing, "login", rest.login);
    checkText(doing, "email", rest.email);
    keepSecret(password);
    const body = { ...bodyOf(doing, rest), password };
    const find = async () => (await this.list()).find(({ login }) => login === rest.login);
    return await this.createAt(`create user ${rest.login}`, "/users", body, find);
  }

  /**
   * Changes a user: only the given fields.
   *
   * @param which The login, the id, or the record.
   * @param changes At least one field; null clears it.
   * @throws {SelectionError} when none has this login.
   */
  async update(which: SubUserRef, changes: SubUserChanges): Promise<SubUser> {
    const doing = "update a user";
    checkFields(doing, changes, ["login", ...TEXTS]);
    const body = bodyOf(doing, changes);
    if (Object.keys(body).length === 0) throw new MusterError(`Cannot ${doing}: no change is given.`);
    return await this.changeAt("POST", await this.#path(which), body);
  }

  /**
   * Sets a new password for a user.
   *
   * @param which The login, the id, or the record.
   * @param password The new password. It is never shown.
   * @throws {ApiError} when the server refuses it.
   */
  async changePassword(which: SubUserRef, password: string): Promise<void> {
    checkText("change a password", "password", password);
    keepSecret(password);
    const path = `${await this.#path(which)}/change_password`;
    const body = { password, password_confirmation: password };
    await (await this.endpoint()).send({ method: "POST", path, body, idempotent: true });
  }

  /**
   * Deletes a user and the user's keys.
   *
   * @param which The login, the id, or the record.
   * @throws {SelectionError} when none has this login.
   */
  async delete(which: SubUserRef): Promise<void> {
    await this.removeAt("delete the user", await this.#path(which));
  }

  /**
   * A user's SSH keys.
   *
   * @param of The login, the id, or the record of the user.
   */
  async keys(of: SubUserRef): Promise<AccountKey[]> {
    return await keys(await this.endpoint(), await this.#path(of));
  }

  /**
   * One SSH key of a user.
   *
   * @param of The login, the id, or the record of the user.
   * @param which The key's name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async key(of: SubUserRef, which: AccountKeyRef): Promise<AccountKey> {
    return await key(await this.endpoint(), which, await this.#path(of));
  }

  /**
   * Adds a public key to a user.
   *
   * @param of The login, the id, or the record of the user.
   * @param wanted The key, or the file that contains it, and its name.
   * @throws {ApiError} when the server already has it, or does not support this type of key.
   */
  async addKey(of: SubUserRef, wanted: NewKey): Promise<AccountKey> {
    return await addKey(await this.endpoint(), wanted, await this.#path(of));
  }

  /**
   * Deletes a key of a user.
   *
   * @param of The login, the id, or the record of the user.
   * @param which The key's name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async deleteKey(of: SubUserRef, which: AccountKeyRef): Promise<void> {
    await deleteKey(await this.endpoint(), which, await this.#path(of));
  }

  /** The server accepts only ids to change users. */
  async #path(which: SubUserRef): Promise<string> {
    return `/users/${pathSegment(await idOf("a user", which, () => this.list(), ({ login }) => login))}`;
  }
}
