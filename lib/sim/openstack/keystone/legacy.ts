/**
 * Keystone's version 2.0, which real clouds dropped in 2018, and Rackspace's API key on top of it.
 *
 * @module
 */
import { isObject, type Json } from "../exact_json.ts";
import { identityFault, type Reply } from "../reply.ts";
import { seconds } from "../times.ts";
import { unauthorized } from "./authenticate.ts";
import type { Catalog } from "./catalog.ts";
import type { Identity, Project, User } from "./identity.ts";
import type { Token, TokenStore } from "./tokens.ts";

/** What a v2.0 login needs. */
export interface LegacyIdentity {
  identity: Identity;
  tokens: TokenStore;
  catalog: Catalog;
  /** Whether an API key is accepted. */
  rackspace: boolean;
}

/** `POST /v2.0/tokens`: 200, with the token in the body. */
export function legacyLogin(keystone: LegacyIdentity, body: Json, now: number): Reply {
  const auth = isObject(body) ? body.auth : undefined;
  if (!isObject(auth)) throw identityFault(400, "Expecting to find auth in request body");
  const { identity, tokens } = keystone;
  let user: User | undefined;
  let parent: Token | undefined;
  const password = auth.passwordCredentials;
  const key = auth["RAX-KSKEY:apiKeyCredentials"];
  let tenantName = auth.tenantName;
  if (isObject(password)) {
    user = identity.users.find((one) => one.name === password.username && one.password === password.password);
  } else if (isObject(key) && keystone.rackspace) {
    user = identity.users.find((one) => one.name === key.username && one.apiKey === key.apiKey);
    tenantName ??= key.tenantName;
  } else if (isObject(auth.token)) {
    parent = tokens.valid(typeof auth.token.id === "string" ? auth.token.id : null, now);
    user = parent?.user;
  }
  if (user === undefined || !user.enabled) throw unauthorized();
  const wanted = tenantName ?? auth.tenantId;
  const project = wanted === undefined
    ? user.defaultProject
    : identity.projects.find((one) => one.name === tenantName || one.id === auth.tenantId);
  const roles = project === undefined ? [] : identity.rolesIn(user, project);
  if (project === undefined || roles.length === 0) throw unauthorized();
  const facts = { user, roles, methods: ["password"], credential: undefined };
  const token = tokens.issue(now, { ...facts, scope: { kind: "project", project } }, parent);
  return { status: 200, json: accessView(token, project, keystone.catalog) };
}

function accessView(token: Token, project: Project, catalog: Catalog): Json {
  const { user } = token;
  return {
    access: {
      token: {
        id: token.value,
        issued_at: `${seconds(token.issued)}.000000`,
        expires: `${seconds(token.expires)}Z`,
        tenant: { id: project.id, name: project.name, enabled: true, description: null },
      },
      serviceCatalog: catalog.legacyJson(project.id),
      user: {
        id: user.id,
        name: user.name,
        username: user.name,
        roles_links: [],
        roles: token.roles.map(({ name }) => ({ name })),
      },
      metadata: { is_admin: 0, roles: token.roles.map(({ id }) => id) },
    },
  };
}
