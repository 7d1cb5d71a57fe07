/**
 * Role tags: which roles may use a resource. Any resource can be tagged with a PUT to its path.
 *
 * @module
 */
import type { Call, Reply } from "../protocol/call.ts";
import { invalidArgument, notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const TAGGABLE = new Set([
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
]);

/** The path that has the tags of the resource in a request. */
function resourceName(call: Call): string {
  const parts = call.path.split("/").slice(1);
  parts[0] = call.account.login;
  const keep = parts[1] === "machines" ? 3 : parts[1] === "users" && parts[3] === "keys" ? 5 : 4;
  return decodeURIComponent(`/${parts.slice(0, keep).join("/")}`);
}

/** The role tags of the resource in a request, for the answer's header. */
export function roleTagsOf(call: Call): string[] {
  return call.machine?.roleTags ?? call.account.roleTags.get(resourceName(call)) ?? [];
}

/** Puts the roles of a request's `role-tag` header on the new resource at `path`. */
export function tagCreated(call: Call, path: string): void {
  const header = call.request.headers.get("role-tag");
  const names = header === null
    ? call.roles.map(({ name }) => name)
    : header.split(",").map((name) => name.trim());
  const known = names.filter((name) => call.account.roles.some((role) => role.name === name));
  if (known.length === 0) return;
  const machine = call.account.machines.get(path.split("/").at(-1)!);
  if (machine !== undefined) machine.roleTags = known;
  else call.account.roleTags.set(decodeURIComponent(path), known);
}

function setRoleTags(call: Call): Reply {
  const { resource_name: kind } = call.params;
  if (kind !== undefined && !TAGGABLE.has(String(kind))) throw notFound(`${kind} is not a valid resource`);
  const sent = call.params["role-tag"] ?? call.request.headers.get("role-tag")?.split(",");
  const names = sent === undefined ? [] : (Array.isArray(sent) ? sent : [sent]).map(String);
  for (const name of names) {
    if (!call.account.roles.some((role) => role.name === name)) {
      throw invalidArgument(`Role(s) ${name} not found`);
    }
  }
  const path = resourceName(call);
  if (kind === "users" && call.params.resource_id !== undefined) {
    const user = call.params.resource_id;
    if (!call.account.users.some(({ id, login }) => id === user || login === user)) {
      throw notFound(`${user} does not exist`);
    }
  }
  if (sent !== undefined) {
    if (call.machine !== undefined) call.machine.roleTags = names;
    else call.account.roleTags.set(path, names);
  }
  return { body: { name: path, "role-tag": names } };
}

const paths = {
  ReplaceAccountRoleTags: "/:account",
  ReplaceResourcesRoleTags: "/:account/:resource_name",
  ReplaceMachineRoleTags: "/:account/machines/:machine",
  ReplaceResourceRoleTags: "/:account/:resource_name/:resource_id",
  ReplaceUserKeysResourcesRoleTags: "/:account/users/:user/:resource_name",
  ReplaceUserKeysResourceRoleTags: "/:account/users/:user/keys/:resource_id",
};

export const roleTagRoutes: readonly Route[] = Object.entries(paths).map(([name, path]): Route => ({
  method: "PUT",
  path,
  name,
  group: "resources",
  handle: setRoleTags,
}));
