/**
 * Keystone's routes.
 *
 * @module
 */
import { parseExact } from "../exact_json.ts";
import type { Json } from "../exact_json.ts";
import { identityFault, page, RefusedRequest, type Reply } from "../reply.ts";
import { authenticate, unauthorized } from "./authenticate.ts";
import type { Catalog } from "./catalog.ts";
import { DEFAULT_DOMAIN, type Identity, isAdmin, type Project, type User } from "./identity.ts";
import { legacyLogin } from "./legacy.ts";
import { tokenView } from "./token_view.ts";
import type { Token, TokenStore } from "./tokens.ts";

/** A request to Keystone. Its path is below Keystone's own URL. */
export interface IdentityCall {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  /** The body's text. */
  text: string;
  now: number;
}

/** The parts of Keystone. */
export interface Keystone {
  identity: Identity;
  tokens: TokenStore;
  catalog: Catalog;
  /** Its URL, without a version. */
  base: string;
  legacy: "v2.0" | "rackspace" | undefined;
}

/** Answers a request; never throws. */
export function serveKeystone(keystone: Keystone, call: IdentityCall): Reply {
  try {
    return route(keystone, call);
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    const { reply } = error;
    if (reply.status !== 401) return reply;
    return { ...reply, headers: { "www-authenticate": `Keystone uri="${keystone.base}/v3"` } };
  }
}

function route(keystone: Keystone, call: IdentityCall): Reply {
  const { method } = call;
  const path = call.path.replace(/\/$/, "");
  if (path === "" && method === "GET") {
    const json = { versions: { values: versions(keystone) } };
    return { status: 300, json, headers: { location: `${keystone.base}/v3/` } };
  }
  if (path === "/v3" && method === "GET") return { status: 200, json: { version: versions(keystone)[0]! } };
  if (path.startsWith("/v2.0")) {
    if (keystone.legacy !== undefined && path === "/v2.0/tokens" && method === "POST") {
      return legacyLogin({ ...keystone, rackspace: keystone.legacy === "rackspace" }, bodyOf(call), call.now);
    }
    throw page(
      404,
      "Not Found",
      "The requested URL was not found on the server. If you entered the URL manually please check your " +
        "spelling and try again.",
    );
  }
  if (path === "/v3/auth/tokens") {
    if (method === "POST") {
      const token = authenticate(keystone.identity, keystone.tokens, bodyOf(call), call.now);
      return { ...showToken(keystone, token, call), status: 201 };
    }
    return aboutToken(keystone, call);
  }
  const caller = keystone.tokens.valid(call.headers.get("x-auth-token"), call.now);
  if (caller === undefined) throw unauthorized();
  if (method !== "GET") throw notFound(keystone, path);
  return lookUp(keystone, caller, path, call.query);
}

function lookUp(keystone: Keystone, caller: Token, path: string, query: URLSearchParams): Reply {
  const { identity, base } = keystone;
  if (path === "/v3/auth/catalog") {
    return {
      status: 200,
      json: { catalog: keystone.catalog.json(caller.scope), links: { self: `${base}${path}` } },
    };
  }
  if (path === "/v3/auth/projects") {
    const mine = identity.projects.filter((one) => identity.rolesIn(caller.user, one).length > 0);
    return listing(base, path, "projects", mine.map((one) => projectView(base, one)));
  }
  const named = <T extends { name: string }>(one: T) => (query.get("name") ?? one.name) === one.name;
  const [, kind, id, more] = /^\/v3\/(projects|users|services|regions)(?:\/([^/]+))?(\/.+)?$/.exec(path) ??
    [];
  if (kind === undefined || more !== undefined) throw notFound(keystone, path);
  const own = kind === "projects" && caller.scope.kind === "project" && caller.scope.project.id === id;
  if (!isAdmin(caller.user) && !own && kind !== "regions") {
    const action = id === undefined ? `list_${kind}` : `get_${kind.slice(0, -1)}`;
    throw identityFault(403, `You are not authorized to perform the requested action: identity:${action}.`);
  }
  const all: { id: string; name: string }[] = kind === "projects"
    ? identity.projects.filter(named).map((one) => projectView(base, one))
    : kind === "users"
    ? identity.users.filter(named).map((one) => userView(base, one))
    : kind === "services"
    ? keystone.catalog.services.filter(named).map(({ id, name, type }) => ({ id, name, type, enabled: true }))
    : [...new Set(keystone.catalog.services[0]!.endpoints.map((one) => one.region))]
      .map((region) => ({ id: region, name: region, description: "", parent_region_id: null }));
  if (id === undefined) return listing(base, path, kind, all);
  const one = all.find((item) => item.id === decodeURIComponent(id));
  if (one === undefined) throw identityFault(404, `Could not find ${kind.slice(0, -1)}: ${id}.`);
  return { status: 200, json: { [kind.slice(0, -1)]: { ...one } } };
}

/** Validates the token in `X-Subject-Token`, or revokes it with DELETE. */
function aboutToken(keystone: Keystone, call: IdentityCall): Reply {
  const { tokens } = keystone;
  const caller = tokens.valid(call.headers.get("x-auth-token"), call.now);
  if (caller === undefined) throw unauthorized();
  const value = call.headers.get("x-subject-token");
  const subject = tokens.valid(value, call.now);
  if (subject === undefined) throw identityFault(404, "This is not a recognized Fernet token.");
  if (subject.user !== caller.user && !isAdmin(caller.user)) {
    throw identityFault(
      403,
      "You are not authorized to perform the requested action: identity:validate_token.",
    );
  }
  if (call.method === "GET" || call.method === "HEAD") return showToken(keystone, subject, call);
  if (call.method !== "DELETE") throw notFound(keystone, "/v3/auth/tokens");
  subject.revoked = true;
  return { status: 204 };
}

function showToken(keystone: Keystone, token: Token, call: IdentityCall): Reply {
  return {
    status: 200,
    json: tokenView(token, keystone.catalog, !call.query.has("nocatalog")),
    headers: { "x-subject-token": token.value },
  };
}

function bodyOf(call: IdentityCall): Json {
  try {
    return parseExact(call.text);
  } catch {
    throw identityFault(
      400,
      "Expecting to find valid JSON in request body. The server could not comply with the request since it is " +
        "either malformed or otherwise incorrect. The client is assumed to be in error.",
    );
  }
}

function notFound(keystone: Keystone, path: string): RefusedRequest {
  return identityFault(404, `(${keystone.base}${path}): The resource could not be found.`);
}

function versions(keystone: Keystone): Json[] {
  const version = (id: string, status: string, path: string): Json => ({
    id,
    status,
    updated: "2020-04-07T00:00:00Z",
    links: [{ rel: "self", href: `${keystone.base}/${path}/` }],
    "media-types": [
      { base: "application/json", type: `application/vnd.openstack.identity-${path.replace(".0", "")}+json` },
    ],
  });
  const all = [version("v3.14", "stable", "v3")];
  if (keystone.legacy !== undefined) all.push(version("v2.0", "deprecated", "v2.0"));
  return all;
}

function listing(base: string, path: string, key: string, items: { [key: string]: Json }[]): Reply {
  return {
    status: 200,
    json: { [key]: items, links: { next: null, self: `${base}${path}`, previous: null } },
  };
}

function projectView(base: string, { id, name, enabled }: Project) {
  return {
    id,
    name,
    domain_id: DEFAULT_DOMAIN.id,
    description: "",
    enabled,
    parent_id: DEFAULT_DOMAIN.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${base}/v3/projects/${id}` },
  };
}

function userView(base: string, { id, name, enabled, defaultProject }: User) {
  return {
    id,
    name,
    domain_id: DEFAULT_DOMAIN.id,
    enabled,
    default_project_id: defaultProject.id,
    password_expires_at: null,
    options: {},
    links: { self: `${base}/v3/users/${id}` },
  };
}
