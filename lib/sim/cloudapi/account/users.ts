/**
 * Sub-users of an account.
 *
 * @module
 */
import { showPerson, updatePerson } from "./account_routes.ts";
import type { Person } from "../records/account.ts";
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument, missingParameter, notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

function checkEmail(call: Call): void {
  const email = textParam(call, "email");
  if (email !== undefined && !EMAIL.test(email)) throw invalidArgument(`email: ${email} is invalid`);
}

function require(call: Call, ...names: string[]): void {
  const missing = names.filter((name) => textParam(call, name) === undefined).map((name) =>
    `${name} is required`
  );
  if (missing.length > 0) {
    throw missingParameter(`Request is missing required parameters: ${missing.join(", ")}`);
  }
}

function createUser(call: Call): Reply {
  require(call, "email", "login", "password");
  checkEmail(call);
  const login = textParam(call, "login")!;
  if (call.account.users.some((user) => user.login === login)) throw invalidArgument("user is invalid");
  const now = call.world.agenda.now;
  const user: Person = {
    id: call.world.ids.uuid(),
    login,
    email: textParam(call, "email")!,
    profile: {},
    created: now,
    updated: now,
    keys: [],
    accessKeys: [],
  };
  updatePerson(user, call.params, now);
  call.account.users.push(user);
  return {
    status: 201,
    headers: { location: `/${call.account.login}/users/${encodeURIComponent(login)}` },
    body: showPerson(user),
  };
}

/** @param byLogin Whether a login is accepted: changing a user needs the id (sdc-cloudapi `updateUser`). */
function userOf(call: Call, byLogin = true): Person {
  const name = textParam(call, "uuid")!;
  const user = call.account.users.find(({ id, login }) => id === name || (byLogin && login === name));
  if (user === undefined) throw notFound(`${name} does not exist`);
  return user;
}

function getUser(call: Call): Reply {
  const user = userOf(call);
  if (!call.params.membership) return { body: showPerson(user) };
  const of = (onlyDefault: boolean) =>
    call.account.roles.filter(({ members }) =>
      members.some((member) => member.id === user.id && (member.default || !onlyDefault))
    ).map(({ name }) => name);
  return { body: { ...showPerson(user), roles: of(false), default_roles: of(true) } };
}

function updateUser(call: Call): Reply {
  const user = userOf(call, false);
  checkEmail(call);
  const login = textParam(call, "login");
  if (login !== undefined) user.login = login;
  updatePerson(user, call.params, call.world.agenda.now);
  return { body: showPerson(user) };
}

function changePassword(call: Call): Reply {
  const user = userOf(call, false);
  require(call, "password", "password_confirmation");
  if (call.params.password !== call.params.password_confirmation) {
    throw invalidArgument("password and password_confirmation must have the same value");
  }
  user.updated = call.world.agenda.now;
  return { body: showPerson(user) };
}

function deleteUser(call: Call): Reply {
  const user = userOf(call);
  call.account.users = call.account.users.filter((each) => each !== user);
  for (const role of call.account.roles) role.members = role.members.filter(({ id }) => id !== user.id);
  return { status: 204 };
}

const path = "/:account/users";
const group = "users";

export const userRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreateUser", group, handle: createUser },
  ...readRoutes(
    { path, param: "uuid", names: ["ListUsers", "GetUser"], group },
    (call) => ({ body: call.account.users.map(showPerson) }),
    getUser,
  ),

  { method: "POST", path: `${path}/:uuid`, name: "UpdateUser", group, handle: updateUser },
  {
    method: "POST",
    path: `${path}/:uuid/change_password`,
    name: "ChangeUserPassword",
    group,
    handle: changePassword,
  },
  { method: "DELETE", path: `${path}/:uuid`, name: "DeleteUser", group, handle: deleteUser },
];
