/**
 * Logs in with v3: by password, token or application credential, for a scope.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../exact_json.ts";
import { identityFault, RefusedRequest } from "../reply.ts";
import { DEFAULT_DOMAIN, type Identity, isAdmin, type Project, type User } from "./identity.ts";
import type { Scope, Token, TokenStore } from "./tokens.ts";

/** Keystone's answer to every failed login, whatever was wrong. */
export function unauthorized(message = "The request you have made requires authentication."): RefusedRequest {
  return identityFault(401, message);
}

/** A member as an object, or a 400 in the words of a schema check. */
function required(of: JsonObject, name: string): JsonObject {
  const value = of[name];
  if (value === undefined) throw identityFault(400, `'${name}' is a required property`);
  if (!isObject(value)) throw identityFault(400, `${JSON.stringify(value)} is not of type 'object'`);
  return value;
}

function isDefaultDomain(domain: Json | undefined): boolean {
  return isObject(domain) && (domain.id === DEFAULT_DOMAIN.id || domain.name === DEFAULT_DOMAIN.name);
}

/** A user by id, or by name and domain, because names are unique only within a domain. */
function findUser(identity: Identity, said: JsonObject): User {
  const byId = typeof said.id === "string";
  if (!byId && said.name !== undefined && said.domain === undefined) {
    throw identityFault(
      400,
      "Expecting to find domain in user. The server could not comply with the request " +
        "since it is either malformed or otherwise incorrect. The client is assumed to be in error.",
    );
  }
  const user = identity.users.find((one) =>
    byId ? one.id === said.id : one.name === said.name && isDefaultDomain(said.domain)
  );
  if (user === undefined || !user.enabled) throw unauthorized();
  return user;
}

function findProject(identity: Identity, said: JsonObject): Project {
  const project = identity.projects.find((one) =>
    typeof said.id === "string" ? one.id === said.id : one.name === said.name && isDefaultDomain(said.domain)
  );
  if (project === undefined || !project.enabled) throw unauthorized();
  return project;
}

/** The requested scope, or the default project's; and the user's roles there. Without roles it is a 401. */
function resolveScope(
  identity: Identity,
  user: User,
  said: Json | undefined,
): Pick<Token, "scope" | "roles"> {
  if (said === "unscoped") return { scope: { kind: "unscoped" }, roles: [] };
  let scope: Scope;
  if (said === undefined) scope = { kind: "project", project: user.defaultProject };
  else if (!isObject(said)) {
    throw identityFault(400, `${JSON.stringify(said)} is not of type 'object', 'string'`);
  } else if (isObject(said.project)) {
    scope = { kind: "project", project: findProject(identity, said.project) };
  } else if (isObject(said.domain)) {
    if (!isDefaultDomain(said.domain)) throw unauthorized();
    scope = { kind: "domain", domain: DEFAULT_DOMAIN };
  } else if (isObject(said.system)) scope = { kind: "system" };
  else throw unauthorized();
  const roles = scope.kind === "project"
    ? identity.rolesIn(user, scope.project)
    : user.roles.filter((role) => isAdmin(user) && role.name === "admin");
  if (roles.length === 0) throw unauthorized();
  return { scope, roles };
}

/** Logs in with the body of `POST /v3/auth/tokens`. */
export function authenticate(identity: Identity, tokens: TokenStore, body: Json, now: number): Token {
  if (!isObject(body)) throw identityFault(400, `${JSON.stringify(body)} is not of type 'object'`);
  const auth = required(body, "auth");
  const said = required(auth, "identity");
  const methods = Array.isArray(said.methods) ? said.methods : [];
  const method = methods[0];
  if (typeof method !== "string") throw identityFault(400, "'methods' is a required property");
  if (methods.length > 1 || !["password", "token", "application_credential"].includes(method)) {
    throw unauthorized(`Attempted to authenticate with an unsupported method.`);
  }
  const proof = required(said, method);
  if (method === "application_credential") {
    const found = findCredential(identity, proof);
    if (auth.scope !== undefined) {
      const message = "Error authenticating with application credential: " +
        "Application credentials cannot request a scope.";
      const error = { code: 401, identity: {}, message, title: "Unauthorized" };
      throw new RefusedRequest(message, { status: 401, json: { error } });
    }
    const { user, project } = found;
    const scope: Scope = { kind: "project", project };
    const roles = identity.rolesIn(user, project).toReversed();
    return tokens.issue(now, { user, scope, roles, methods: [method], credential: found });
  }
  if (method === "token") {
    const parent = tokens.valid(typeof proof.id === "string" ? proof.id : null, now);
    if (parent === undefined) throw unauthorized();
    const { scope, roles } = resolveScope(identity, parent.user, auth.scope);
    const all = [...new Set([...parent.methods, method])];
    return tokens.issue(
      now,
      { user: parent.user, scope, roles, methods: all, credential: undefined },
      parent,
    );
  }
  const claim = required(proof, "user");
  const user = findUser(identity, claim);
  if (claim.password !== user.password) throw unauthorized();
  const { scope, roles } = resolveScope(identity, user, auth.scope);
  return tokens.issue(now, { user, scope, roles, methods: [method], credential: undefined });
}

function findCredential(identity: Identity, said: JsonObject) {
  const owner = isObject(said.user) ? findUser(identity, said.user) : undefined;
  const found = identity.credentials.find((one) =>
    typeof said.id === "string" ? one.id === said.id : one.name === said.name && one.user === owner
  );
  if (found === undefined || found.secret !== said.secret || !found.user.enabled) throw unauthorized();
  return found;
}
