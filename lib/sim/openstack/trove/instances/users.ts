/**
 * The users inside an instance, and which databases they may use.
 *
 * @module
 */
import type { Json, JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import type { DatabaseUser, Instance } from "../records/instance.ts";
import { keyPage } from "../protocol/pages.ts";
import type { Schema } from "../protocol/schema.ts";

const RESERVED = ["os_admin", "root"];
const HOST: Schema = { type: "string", minLength: 1, pattern: "^[%]?[\\w(-).]*[%]?$" };
const USER_NAME: Schema = { type: "string", minLength: 1, maxLength: 255 };
const PASSWORD: Schema = { type: "string", minLength: 1 };
const GRANTS: Schema = { type: "array", items: { type: "object", required: ["name"] } };

/** The specification of a user. */
export const USER: Schema = {
  type: "object",
  required: ["name", "password"],
  properties: { name: USER_NAME, password: PASSWORD, host: HOST, databases: GRANTS },
};

const CHANGE: Schema = {
  minProperties: 1,
  additionalProperties: false,
  properties: { name: USER_NAME, password: PASSWORD, host: HOST },
};

const keyOf = ({ name, host }: Pick<DatabaseUser, "name" | "host">) => `${name}@${host}`;

const WRONG_PASSWORD = /^\s|\s$|'|"|;|`|,|\/|\\/;

/**
 * Releases before 19 refuse passwords that MySQL does not allow, and quote them. Later ones leave the check to the
 * guest.
 */
function checkPasswords(call: Call, instance: Instance, said: readonly JsonObject[], what: string): void {
  if (call.region.facts.release > 18 || !/mysql|mariadb/.test(instance.version.datastore.name)) return;
  const wrong = said.find(({ password }) => WRONG_PASSWORD.test(String(password)));
  if (wrong) throw fault(400, `${what}: '${wrong.password}' is not a valid password.`);
}

/** @throws {Refusal} 400 for a name that is taken or reserved; then none was added. */
export function addUsers(instance: Instance, said: readonly JsonObject[]): void {
  const users = said.map((one): DatabaseUser => ({
    name: String(one.name),
    host: typeof one.host === "string" ? one.host : "%",
    password: String(one.password),
    databases: new Set((one.databases as JsonObject[] | undefined)?.map(({ name }) => String(name))),
  }));
  for (const [i, user] of users.entries()) {
    if (RESERVED.includes(user.name.toLowerCase())) throw fault(400, `User name '${user.name}' is reserved.`);
    if (instance.users.has(keyOf(user)) || users.findIndex((one) => keyOf(one) === keyOf(user)) !== i) {
      throw fault(400, `A user with the name "${user.name}" already exists.`);
    }
  }
  for (const user of users) instance.users.set(keyOf(user), user);
}

/** The user in a path: `name` or `name@host`. After the path is decoded, this is decoded once more. */
function pathUser(call: Call, instance: Instance): DatabaseUser {
  const said = unquoted(call.param(1));
  const at = said.lastIndexOf("@");
  const user = instance.users.get(at > 0 && at < said.length - 1 ? said : `${said.replace(/@$/, "")}@%`);
  if (user === undefined) throw fault(404, `User ${said} cannot be found on the instance.`);
  return user;
}

/** Like Python's `unquote`: what is not an escape stays as it is. */
function unquoted(text: string): string {
  return text.replace(
    /(?:%[0-9a-f]{2})+/gi,
    (run) => new TextDecoder().decode(Uint8Array.fromHex(run.replaceAll("%", ""))),
  );
}

const databasesOf = (user: DatabaseUser): Json => [...user.databases].map((name) => ({ name }));
const view = (user: DatabaseUser): Json => ({
  name: user.name,
  host: user.host,
  databases: databasesOf(user),
});

/** In the link it is encoded once more than a query needs, and it is not decoded that often when it is sent. */
const MARKER = { write: (key: string) => encodeURIComponent(key), read: (marker: string) => marker };

export const listUsers: Handler = (call) => {
  const sorted = [...call.guest().users.values()].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  const { items, links } = keyPage(call, sorted, keyOf, MARKER);
  return { status: 200, json: { users: items.map(view), ...links } };
};

export const createUsers: Handler = (call) => {
  const said = call.list("users", USER);
  const instance = call.guest();
  checkPasswords(call, instance, said, "User create error");
  addUsers(instance, said);
  call.action = "create-users";
  return ACCEPTED;
};

/** New passwords for several users at once. */
export const changePasswords: Handler = (call) => {
  const said = call.list("users", USER);
  const instance = call.guest();
  checkPasswords(call, instance, said, "Error loading user");
  const found = said.map((one) => {
    const user = instance.users.get(`${one.name}@${one.host ?? "%"}`);
    if (user === undefined) throw fault(404, `User ${one.name} cannot be found on the instance.`);
    return { user, password: String(one.password) };
  });
  for (const { user, password } of found) user.password = password;
  call.action = "change-passwords";
  return ACCEPTED;
};

export const getUser: Handler = (call) => ({
  status: 200,
  json: { user: view(pathUser(call, call.guest())) },
});

export const updateUser: Handler = (call) => {
  const said = call.inner("user", CHANGE);
  const instance = call.guest();
  const user = pathUser(call, instance);
  const renamed = { name: String(said.name ?? user.name), host: String(said.host ?? user.host) };
  if (keyOf(renamed) !== keyOf(user) && instance.users.has(keyOf(renamed))) {
    throw fault(400, `A user with the name "${renamed.name}" already exists.`);
  }
  instance.users.delete(keyOf(user));
  Object.assign(user, renamed, said.password === undefined ? {} : { password: String(said.password) });
  instance.users.set(keyOf(user), user);
  call.action = "update-user";
  return ACCEPTED;
};

export const deleteUser: Handler = (call) => {
  const instance = call.guest();
  instance.users.delete(keyOf(pathUser(call, instance)));
  call.action = "delete-user";
  return ACCEPTED;
};

export const listAccess: Handler = (call) => ({
  status: 200,
  json: { databases: databasesOf(pathUser(call, call.guest())) },
});

/** The server does not check whether the databases exist. */
export const grantAccess: Handler = (call) => {
  const said = call.list("databases", { type: "object", required: ["name"] });
  const user = pathUser(call, call.guest());
  for (const { name } of said) user.databases.add(String(name));
  call.action = "grant";
  return ACCEPTED;
};

export const revokeAccess: Handler = (call) => {
  const user = pathUser(call, call.guest());
  const name = call.param(2);
  if (!user.databases.delete(name)) throw fault(404, `Database ${name} cannot be found on the instance.`);
  call.action = "revoke";
  return ACCEPTED;
};
