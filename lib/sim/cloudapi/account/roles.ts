/**
 * Roles: which of an account's sub-users may do what, through policies.
 *
 * @module
 */
import type { Role } from "../records/account.ts";
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument, missingParameter, notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";
import { atLeast } from "../version.ts";

const isModern = (call: Call) => atLeast(call.version, "9.0.0");

function show(call: Call, role: Role): Record<string, unknown> {
  const { account, world } = call;
  const policies = role.policies.flatMap((id) => account.policies.find((policy) => policy.id === id) ?? []);
  const members = role.members.flatMap((member) => {
    const people = member.type === "subuser" ? account.users : [...world.accounts.values()];
    const login = people.find(({ id }) => id === member.id)?.login;
    return login === undefined ? [] : [{ ...member, login }];
  });
  if (isModern(call)) {
    return {
      id: role.id,
      name: role.name,
      policies: policies.map(({ id, name }) => ({ id, name })),
      members: members.map(({ type, id, login, default: isDefault }) => ({
        type,
        id,
        login,
        ...(isDefault ? { default: true } : {}),
      })),
    };
  }
  return {
    id: role.id,
    name: role.name,
    policies: policies.map(({ name }) => name),
    members: members.map(({ login }) => login),
    default_members: members.filter((member) => member.default).map(({ login }) => login),
  };
}

function list(value: unknown): unknown[] {
  if (typeof value === "string") {
    try {
      const parsed = JSON.parse(value);
      if (Array.isArray(parsed)) return parsed;
    } catch { /* a plain name */ }
    return value === "" ? [] : [value];
  }
  return Array.isArray(value) ? value : [];
}

type Reference = { id?: unknown; name?: unknown; login?: unknown; type?: unknown; default?: unknown };

function references(call: Call, value: unknown, what: string): Reference[] {
  if (!isModern(call)) return list(value).map((name) => ({ name, login: name, type: "subuser" }));
  if (!Array.isArray(value) || value.some((each) => typeof each !== "object" || each === null)) {
    throw invalidArgument(`Role "${what}" must be an array of objects`);
  }
  return value;
}

function readPolicies(call: Call): string[] | undefined {
  if (call.params.policies === undefined) return undefined;
  return references(call, call.params.policies, "policies").map((reference) => {
    const policy = call.account.policies.find(({ id, name }) =>
      id === reference.id || name === reference.name
    );
    if (policy === undefined) throw invalidArgument(`Invalid policy: ${reference.name ?? reference.id}`);
    return policy.id;
  });
}

function readMembers(call: Call): Role["members"] | undefined {
  const { members, default_members: defaults } = call.params;
  if (members === undefined && defaults === undefined) return undefined;
  const found: Role["members"] = [];
  const asked = members === undefined ? [] : references(call, members, "members");
  const asDefaults = isModern(call) ? [] : references(call, defaults, "default_members");
  for (const reference of [...asked, ...asDefaults.map((each) => ({ ...each, default: true }))]) {
    const type = reference.type === "account" ? "account" : "subuser";
    if (isModern(call) && typeof reference.type !== "string") {
      throw invalidArgument('Role "member" references must have a string "type" property');
    }
    const people = type === "subuser" ? call.account.users : [...call.world.accounts.values()];
    const person = people.find(({ id, login }) => id === reference.id || login === reference.login);
    if (person === undefined) throw invalidArgument(`Invalid ${type}: ${reference.id ?? reference.login}`);
    const known = found.find(({ id }) => id === person.id);
    if (known !== undefined) known.default ||= reference.default === true;
    else found.push({ type, id: person.id, default: reference.default === true });
  }
  return found;
}

function createRole(call: Call): Reply {
  const name = textParam(call, "name");
  if (name === undefined) throw missingParameter("Request is missing required parameters: name is required");
  if (call.account.roles.some((role) => role.name === name)) throw invalidArgument("role is invalid");
  const policies = readPolicies(call) ?? [];
  if (name === "administrator" && policies.length > 0) {
    throw invalidArgument("Administrator role cannot have policies");
  }
  const role: Role = { id: call.world.ids.uuid(), name, policies, members: readMembers(call) ?? [] };
  call.account.roles.push(role);
  return {
    status: 201,
    headers: { location: `/${call.account.login}/roles/${role.id}` },
    body: show(call, role),
  };
}

function roleOf(call: Call, byName: boolean): Role {
  const name = textParam(call, "role")!;
  const role = call.account.roles.find((each) => each.id === name || (byName && each.name === name));
  if (role === undefined) throw notFound(`${name} does not exist`);
  return role;
}

function updateRole(call: Call): Reply {
  const role = roleOf(call, true);
  role.policies = readPolicies(call) ?? role.policies;
  role.members = readMembers(call) ?? role.members;
  role.name = textParam(call, "name") ?? role.name;
  return { body: show(call, role) };
}

function deleteRole(call: Call): Reply {
  const role = roleOf(call, false);
  call.account.roles = call.account.roles.filter((each) => each !== role);
  return { status: 204 };
}

const path = "/:account/roles";
const group = "roles";

export const roleRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreateRole", group, handle: createRole },
  ...readRoutes(
    { path, param: "role", names: ["ListRoles", "GetRole"], group },
    (call) => ({ body: call.account.roles.map((role) => show(call, role)) }),
    (call) => ({ body: show(call, roleOf(call, true)) }),
  ),

  { method: "POST", path: `${path}/:role`, name: "UpdateRole", group, handle: updateRole },
  { method: "DELETE", path: `${path}/:role`, name: "DeleteRole", group, handle: deleteRole },
];
