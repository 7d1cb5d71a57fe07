/**
 * Access keys of the account or of one of its users: an id and a secret for clients of S3. The protocol is that of
 * sdc-cloudapi 9.20 `lib/endpoints/accesskeys.js`; changing a key came later (the vendor's OpenAPI of 2026).
 *
 * @module
 */
import { ApiError, MusterError, sendChecked } from "../../../engine/mod.ts";
import { keepSecret } from "../../../engine/text/secrets.ts";
import { AccountGroup, pathSegment } from "./account_group.ts";
import { checkFields, idOf } from "./named_ref.ts";
import type { SubUser, SubUserRef } from "./users.ts";

/**
 * An access key. The server shows its secret only once, when it is created.
 *
 * @example
 * ```ts
 * import { type AccessKey, dc } from "@muster/muster";
 *
 * const keys: AccessKey[] = await dc("sim").accessKeys.list();
 * console.log(keys.map(({ accesskeyid, status }) => `${accesskeyid} ${status}`));
 * ```
 */
export interface AccessKey {
  /** Its id, which clients send. */
  accesskeyid: string;
  /** Whether it may be used. */
  status: "Active" | "Inactive" | "Expired";
  /** What it is for. Servers before 2026 do not keep it. */
  description?: string;
  /** `permanent` or `temporary`. Servers before 2026 do not show it. */
  credentialtype?: string;
  /** When it expires, ISO 8601, UTC; only for temporary keys. */
  expiration?: string;
  /** ISO 8601, UTC. */
  created: string;
  /** ISO 8601, UTC. Servers before 2026 do not show it. */
  updated?: string;
}

/**
 * A new access key, with its secret.
 *
 * @example
 * ```ts
 * import { dc, type NewAccessKey } from "@muster/muster";
 *
 * const { accesskeyid, accesskeysecret }: NewAccessKey = await dc("sim").accessKeys.create();
 * console.log(accesskeyid, accesskeysecret.length);
 * ```
 */
export interface NewAccessKey extends AccessKey {
  /** The secret. The server never shows it again. */
  accesskeysecret: string;
}

/**
 * The properties of an access key that can be set. Servers before 2026 keep neither.
 *
 * @example
 * ```ts
 * import type { AccessKeyChanges } from "@muster/muster";
 *
 * const off: AccessKeyChanges = { status: "Inactive", description: "Left in a repository" };
 * console.log(off); // dc(…).accessKeys.update(id, off)
 * ```
 */
export interface AccessKeyChanges {
  /** Whether it may be used. */
  readonly status?: "Active" | "Inactive";
  /** What it is for. */
  readonly description?: string;
}

/**
 * The owner of access keys.
 *
 * @example
 * ```ts
 * import { type AccessKeyOwner, dc } from "@muster/muster";
 *
 * const own: AccessKeyOwner = {}; // or { user: "bob" }
 * console.log((await dc("sim").accessKeys.list(own)).length);
 * ```
 */
export interface AccessKeyOwner {
  /** A user of the account, by login, id or record. Default: the account itself. */
  readonly user?: SubUserRef;
}

function checkChanges(doing: string, changes: AccessKeyChanges): void {
  checkFields(doing, changes, ["status", "description"]);
  const { status, description } = changes;
  if (status !== undefined && status !== "Active" && status !== "Inactive") {
    throw new MusterError(`Cannot ${doing}: its status is not Active or Inactive: ${JSON.stringify(status)}`);
  }
  if (description !== undefined && typeof description !== "string") {
    throw new MusterError(`Cannot ${doing}: its description is not a text: ${typeof description}.`);
  }
}

/**
 * Access keys of the account and of its users: `dc(…).accessKeys`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { accessKeys } = dc("sim");
 * const { accesskeyid } = await accessKeys.create({ description: "backups" });
 * await accessKeys.update(accesskeyid, { status: "Inactive" });
 * console.log((await accessKeys.get(accesskeyid)).status, (await accessKeys.list()).length);
 * await accessKeys.delete(accesskeyid);
 * ```
 */
export class AccessKeys extends AccountGroup {
  /**
   * All access keys of the account, or of a user.
   *
   * @param owner `{ user }` for those of a user.
   */
  async list(owner: AccessKeyOwner = {}): Promise<AccessKey[]> {
    return await this.listAt(await this.#base(owner));
  }

  /**
   * One access key.
   *
   * @param id Its `accesskeyid`.
   * @param owner `{ user }` for one of a user.
   * @throws {ApiError} 404 when there is none.
   */
  async get(id: string, owner: AccessKeyOwner = {}): Promise<AccessKey> {
    return await this.readAt(await this.#path(id, owner));
  }

  /**
   * Creates an access key. Keep its secret at once: it is shown only here.
   *
   * @param spec Its description and status; servers before 2026 keep neither.
   * @param owner `{ user }` for one of a user.
   * @throws {MusterError} when the answer with the secret was lost. The message names the new key, which is useless
   * without its secret.
   */
  async create(spec: AccessKeyChanges = {}, owner: AccessKeyOwner = {}): Promise<NewAccessKey> {
    checkChanges("create an access key", spec);
    const endpoint = await this.endpoint();
    const path = await this.#base(owner);
    const before = new Set((await this.listAt<AccessKey>(path)).map((one) => one.accesskeyid));
    const sent = await sendChecked(endpoint, { method: "POST", path, body: { ...spec } }, {
      what: "create an access key",
      took: async () => (await this.listAt<AccessKey>(path)).find((one) => !before.has(one.accesskeyid)),
      repeatable: false,
    });
    const made = "found" in sent ? sent.found : sent.answer.body as NewAccessKey | undefined;
    if (made !== undefined && "accesskeysecret" in made && typeof made.accesskeysecret === "string") {
      keepSecret(made.accesskeysecret);
      return made as NewAccessKey;
    }
    throw new MusterError(
      `Cannot tell the secret of the new access key: it was in an answer that was lost${
        made === undefined ? "" : `: ${made.accesskeyid}`
      }. Delete that key, and create another one.`,
    );
  }

  /**
   * Changes an access key: only the given fields.
   *
   * @param id Its `accesskeyid`.
   * @param changes At least one field.
   * @param owner `{ user }` for one of a user.
   * @throws {MusterError} when the server is too old for this.
   */
  async update(id: string, changes: AccessKeyChanges, owner: AccessKeyOwner = {}): Promise<AccessKey> {
    checkChanges("update an access key", changes);
    if (Object.keys(changes).length === 0) {
      throw new MusterError("Cannot update an access key: no change is given.");
    }
    const path = await this.#path(id, owner);
    try {
      return await this.changeAt("POST", path, { ...changes });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 405)) throw error;
      throw new MusterError(
        "Cannot update the access key: this server has no such operation, which came after CloudAPI 9.20. " +
          "Delete the key, and create another one.",
        { cause: error },
      );
    }
  }

  /**
   * Deletes an access key.
   *
   * @param id Its `accesskeyid`.
   * @param owner `{ user }` for one of a user.
   * @throws {ApiError} 404 when there is none.
   */
  async delete(id: string, owner: AccessKeyOwner = {}): Promise<void> {
    await this.removeAt("delete the access key", await this.#path(id, owner));
  }

  async #path(id: string, owner: AccessKeyOwner): Promise<string> {
    if (typeof id === "string" && id.trim() !== "") return `${await this.#base(owner)}/${pathSegment(id)}`;
    throw new MusterError(`Cannot use this as an access key: it is not an id: ${JSON.stringify(id)}`);
  }

  async #base(owner: AccessKeyOwner): Promise<string> {
    checkFields("use access keys", owner, ["user"]);
    const { user } = owner;
    if (user === undefined) return "/accesskeys";
    const id = await idOf("a user", user, () => this.listAt<SubUser>("/users"), ({ login }) => login);
    return `/users/${pathSegment(id)}/accesskeys`;
  }
}
