/**
 * The users inside an instance, and the databases they may use.
 *
 * @module
 */
import { ApiError, MusterError, type Performance } from "../../../../../engine/mod.ts";
import { nextMarker } from "../../../../../http/page.ts";
import { guestChange, type GuestContext, quoted } from "./guest_change.ts";
import {
  instancePath,
  isUser,
  unbuilt,
  userOf,
  userPath,
  type UserRef,
  userText,
} from "../../records/guest_path.ts";
import { passwordFault, sealedUsers, usersBody, type UserSpec } from "./guest_specs.ts";
import type { Database } from "./databases.ts";
import type { Instance } from "../../records/instance_record.ts";
import { listAll, type Sender } from "../../list_pages.ts";
import { type Secret, secret } from "../../../settings/secret.ts";

/**
 * A user inside an instance.
 *
 * @example
 * ```ts
 * import { type DatabaseUser, dbaas } from "@muster/muster";
 *
 * const users: DatabaseUser[] = await dbaas("sim").instance("prod-billing").users();
 * console.log(users.map(({ name, host, databases }) => `${name}@${host}: ${databases.length} databases`));
 * ```
 */
export interface DatabaseUser {
  /** The login name. */
  name: string;
  /** The host from which it may log in; `%` means any host. */
  host: string;
  /** The databases it may use. */
  databases: Database[];
}

/**
 * The new values of a user.
 *
 * @example
 * ```ts
 * import { dbaas, type UserChanges } from "@muster/muster";
 *
 * const changes: UserChanges = { name: "service", host: "10.0.0.1" };
 * console.log(dbaas("sim").instance("prod-billing").changeUser("app", changes));
 * ```
 */
export interface UserChanges {
  /** Its new name. */
  name?: string;
  /** Its new password. */
  password?: string | Secret;
  /** The host from which it may log in; `%` means any host. */
  host?: string;
}

/** All users of an instance. */
export function listUsers(sender: Sender, id: string): Promise<DatabaseUser[]> {
  return listAll<DatabaseUser>(sender, {
    path: instancePath(id, "/users"),
    items: "users",
    next: userMarker,
  });
}

/** The marker of a page of users is encoded twice in the link, and has to be sent encoded once. */
function userMarker(body: unknown): string | undefined {
  const marker = nextMarker(body);
  return marker?.replace(
    /(?:%[0-9a-f]{2})+/gi,
    (run) => new TextDecoder().decode(Uint8Array.fromHex(run.replaceAll("%", ""))),
  );
}

/** One user of an instance. */
export async function getUser(sender: Sender, id: string, user: UserRef): Promise<DatabaseUser> {
  const { body } = await sender.send({ method: "GET", path: pathOf(id, user) });
  return (body as { user: DatabaseUser }).user;
}

/** The databases a user may use. */
export async function grantsOf(sender: Sender, id: string, user: UserRef): Promise<Database[]> {
  const { body } = await sender.send({ method: "GET", path: pathOf(id, user, "/databases") });
  return (body as { databases: Database[] }).databases;
}

const pathOf = (id: string, user: UserRef, rest = "") => instancePath(id, `/users/${userPath(user)}${rest}`);

/** The names of the databases that a user may use; undefined if there is no such user. */
async function granted(context: GuestContext, user: UserRef): Promise<Set<string> | undefined> {
  try {
    return new Set((await grantsOf(context, context.member.id, user)).map(({ name }) => name));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function creating(method: string, specs: readonly UserSpec[]): Performance<Instance> {
  const users = sealedUsers(specs);
  if (users.length === 0) throw new MusterError(`Cannot ${method}: no user is named.`);
  const names = users.map(userText);
  return guestChange({
    name: method,
    told: quoted(names),
    obstacle: ({ record }) => passwordFault(record.datastore?.type, users),
    request: ({ member }) => ({
      method: "POST",
      path: instancePath(member.id, "/users"),
      body: { users: usersBody(users) },
    }),
    async isSo(context) {
      const there = await listUsers(context, context.member.id);
      return users.every((user) => there.some((one) => isUser(one, user)));
    },
    already: `it already has ${names.join(", ")}; the password was not changed`,
    asksFirst: true,
  });
}

function changing(method: string, specs: readonly UserSpec[]): Performance<Instance> {
  const users = sealedUsers(specs);
  if (users.length === 0) throw new MusterError(`Cannot ${method}: no user is named.`);
  return {
    name: method,
    label: `${method}(${quoted(users.map(userText))})`,
    obstacle: (at) => unbuilt(at) ?? passwordFault(at.record.datastore?.type, users),
    async perform({ send, member }) {
      const path = instancePath(member.id, "/users");
      await send({ method: "PUT", path, body: { users: usersBody(users) }, idempotent: true });
    },
  };
}

const databaseNames = (databases: string | readonly string[]) => {
  const names = typeof databases === "string" ? [databases] : [...databases];
  if (names.length > 0 && names.every((name) => typeof name === "string" && name !== "")) return names;
  throw new MusterError(`Cannot grant or revoke: no database is named: ${JSON.stringify(databases)}`);
};

/** The steps on users. */
export const userSteps = {
  /** Creates a user in the instance. */
  createUser: (user: UserSpec): Performance<Instance> => creating("createUser", [user]),
  /** Creates users in the instance. */
  createUsers: (users: readonly UserSpec[]): Performance<Instance> => creating("createUsers", users),
  /** Deletes a user from the instance. */
  deleteUser(user: UserRef): Performance<Instance> {
    const text = userText(user);
    return guestChange({
      name: "deleteUser",
      told: quoted([text]),
      destructive: true,
      request: ({ member }) => ({ method: "DELETE", path: pathOf(member.id, user) }),
      async isSo(context) {
        const there = await listUsers(context, context.member.id);
        const namesake = there.find((one) => one.name === user && !isUser(one, user));
        if (namesake && !there.some((one) => isUser(one, user))) {
          throw new MusterError(
            `Cannot delete user ${text} of ${context.member.name}: there is none, but one whose name is ${
              JSON.stringify(namesake.name)
            }. Give that one as { name: ${JSON.stringify(namesake.name)}, host: ${
              JSON.stringify(namesake.host)
            } }.`,
          );
        }
        return !there.some((one) => isUser(one, user));
      },
      already: `it has no ${text}`,
    });
  },
  /** Sets a new password for an existing user. */
  changePassword: (user: UserSpec): Performance<Instance> => changing("changePassword", [user]),
  /** Sets new passwords for existing users. */
  changePasswords: (users: readonly UserSpec[]): Performance<Instance> => changing("changePasswords", users),
  /** Sets another name, host or password for a user. */
  changeUser(user: UserRef, changes: UserChanges): Performance<Instance> {
    const unknown = Object.keys(changes).find((key) => !["name", "password", "host"].includes(key));
    if (unknown !== undefined || Object.keys(changes).length === 0) {
      throw new MusterError(
        `Cannot change user ${userText(user)}: ${
          unknown ? `the option ${unknown} does not exist` : "no change is given"
        }. The options are name, password and host.`,
      );
    }
    const { password, ...rest } = changes;
    const sealed = password === undefined ? undefined : secret(password);
    const renamed = { ...userOf(user), ...rest };
    return guestChange({
      name: "changeUser",
      told: `${quoted([userText(user)])}, { ${Object.keys(changes).join(", ")} }`,
      obstacle: ({ record }) =>
        passwordFault(record.datastore?.type, [{ name: userOf(user).name, password: sealed }]),
      request: ({ member }) => ({
        method: "PUT",
        path: pathOf(member.id, user),
        body: { user: { ...rest, ...(sealed ? { password: sealed.reveal() } : {}) } },
        // If the name stays the same, a repeat does no harm.
        idempotent: isUser(renamed, user),
      }),
      async isSo(context) {
        if (isUser(renamed, user)) return false;
        const there = await listUsers(context, context.member.id);
        return there.some((one) => isUser(one, renamed)) && !there.some((one) => isUser(one, user));
      },
      already: `it has ${userText(renamed)} instead`,
    });
  },
  /** Lets a user use databases. The server does not check whether they exist. */
  grant(user: UserRef, databases: string | readonly string[]): Performance<Instance> {
    const names = databaseNames(databases);
    return guestChange({
      name: "grant",
      told: `${quoted([userText(user)])}, ${quoted(names)}`,
      request: ({ member }) => ({
        method: "PUT",
        path: pathOf(member.id, user, "/databases"),
        body: { databases: names.map((name) => ({ name })) },
        idempotent: true,
      }),
      async isSo(context) {
        const there = await granted(context, user);
        return there !== undefined && names.every((name) => there.has(name));
      },
      already: `${userText(user)} may use ${names.join(", ")}`,
    });
  },
  /** Takes away a user's access to a database. */
  revoke(user: UserRef, database: string): Performance<Instance> {
    const [name] = databaseNames(database) as [string];
    return guestChange({
      name: "revoke",
      told: `${quoted([userText(user)])}, ${quoted([name])}`,
      request: ({ member }) => ({
        method: "DELETE",
        path: pathOf(member.id, user, `/databases/${encodeURIComponent(name)}`),
      }),
      async isSo(context) {
        const there = await granted(context, user);
        return there !== undefined && !there.has(name);
      },
      already: `${userText(user)} may not use ${name}`,
    });
  },
};
