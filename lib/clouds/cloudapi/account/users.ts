/**
 * The users of an account (RBAC), and their keys: people who log in with a name of their own and may do what their roles
 * allow. Wire facts are those of sdc-cloudapi 9.20, `lib/users.js` and `lib/keys.js`.
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
  /** The name they log in by; unique in the account. */
  login: string;
  /** Where they are written to. */
  email: string;
  /** The company. */
  companyName?: string;
  /** Their first name. */
  firstName?: string;
  /** Their last name. */
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
  /** The telephone number, as it was written. */
  phone?: string;
  /** The names of the roles they may take on; only of one user that is read alone. */
  roles?: string[];
  /** The names of the roles they act in unless they say others; only of one user that is read alone. */
  default_roles?: string[];
  /** ISO 8601, UTC. */
  created: string;
  /** ISO 8601, UTC. */
  updated: string;
}

/**
 * A user, by their record, their id or their login.
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
 * What of a user may be changed. Null clears a field, but never the login or the email.
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
  /** The name they log in by. */
  readonly login?: string;
};

/**
 * A user to be made.
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
  /** Where they are written to. */
  readonly email: string;
  /** For web portals; requests are signed with keys. Shown nowhere. */
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

/** The fields as the server takes them: an empty text clears one (sdc-cloudapi `parseParams`). */
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
 * What they may do is said by {@linkcode Roles} and {@linkcode Policies}. The server shows changes of users a few seconds
 * late at times.
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
   * One user, with their roles.
   *
   * @param which Their login, their id, or their record.
   * @throws {SelectionError} when there is none of this login.
   */
  async get(which: SubUserRef): Promise<SubUser> {
    return await this.readAt(await this.#path(which), { membership: true });
  }

  /**
   * Makes a user.
   *
   * @param spec Login, email, password, and what else is known.
   * @throws {ApiError} when there is one of this login, or the server does not take the password.
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
   * Changes a user: the fields given and no others.
   *
   * @param which Their login, their id, or their record.
   * @param changes At least one field; null clears it.
   * @throws {SelectionError} when there is none of this login.
   */
  async update(which: SubUserRef, changes: SubUserChanges): Promise<SubUser> {
    const doing = "update a user";
    checkFields(doing, changes, ["login", ...TEXTS]);
    const body = bodyOf(doing, changes);
    if (Object.keys(body).length === 0) throw new MusterError(`Cannot ${doing}: no change is given.`);
    return await this.changeAt("POST", await this.#path(which), body);
  }

  /**
   * Gives a user another password.
   *
   * @param which Their login, their id, or their record.
   * @param password The new one. Shown nowhere.
   * @throws {ApiError} when the server does not take it.
   */
  async changePassword(which: SubUserRef, password: string): Promise<void> {
    checkText("change a password", "password", password);
    keepSecret(password);
    const path = `${await this.#path(which)}/change_password`;
    const body = { password, password_confirmation: password };
    await (await this.endpoint()).send({ method: "POST", path, body, idempotent: true });
  }

  /**
   * Deletes a user, with their keys.
   *
   * @param which Their login, their id, or their record.
   * @throws {SelectionError} when there is none of this login.
   */
  async delete(which: SubUserRef): Promise<void> {
    await this.removeAt("delete the user", await this.#path(which));
  }

  /**
   * A user's SSH keys.
   *
   * @param of Their login, their id, or their record.
   */
  async keys(of: SubUserRef): Promise<AccountKey[]> {
    return await keys(await this.endpoint(), await this.#path(of));
  }

  /**
   * One SSH key of a user.
   *
   * @param of Their login, their id, or their record.
   * @param which The key's name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async key(of: SubUserRef, which: AccountKeyRef): Promise<AccountKey> {
    return await key(await this.endpoint(), which, await this.#path(of));
  }

  /**
   * Puts a public key of a user on record.
   *
   * @param of Their login, their id, or their record.
   * @param wanted Its line, or the file it is in, and what it is to be called.
   * @throws {ApiError} when it is on record already, or the server knows no such kind of key.
   */
  async addKey(of: SubUserRef, wanted: NewKey): Promise<AccountKey> {
    return await addKey(await this.endpoint(), wanted, await this.#path(of));
  }

  /**
   * Takes a key of a user off the record.
   *
   * @param of Their login, their id, or their record.
   * @param which The key's name, its fingerprint, or its record.
   * @throws {ApiError} 404 when there is none.
   */
  async deleteKey(of: SubUserRef, which: AccountKeyRef): Promise<void> {
    await deleteKey(await this.endpoint(), which, await this.#path(of));
  }

  /** The server changes users by their ids only. */
  async #path(which: SubUserRef): Promise<string> {
    return `/users/${pathSegment(await idOf("a user", which, () => this.list(), ({ login }) => login))}`;
  }
}
