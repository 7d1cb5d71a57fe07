/**
 * A token in v3's form.
 *
 * @module
 */
import type { JsonObject } from "../exact_json.ts";
import { microseconds } from "../times.ts";
import type { Catalog } from "./catalog.ts";
import { DEFAULT_DOMAIN, type Named } from "./identity.ts";
import type { Token } from "./tokens.ts";

const brief = ({ id, name }: Named) => ({ id, name });

/** `{"token": …}`; an unscoped one has no roles and no catalogue. */
export function tokenView(token: Token, catalog: Catalog, withCatalog: boolean): JsonObject {
  const view: JsonObject = {
    methods: token.methods,
    user: {
      domain: brief(DEFAULT_DOMAIN),
      id: token.user.id,
      name: token.user.name,
      password_expires_at: null,
    },
    audit_ids: token.auditIds,
    expires_at: microseconds(token.expires),
    issued_at: microseconds(token.issued),
  };
  const { scope } = token;
  if (scope.kind === "project") {
    view.project = { domain: brief(DEFAULT_DOMAIN), ...brief(scope.project) };
    view.is_domain = false;
  } else if (scope.kind === "domain") view.domain = brief(scope.domain);
  else if (scope.kind === "system") view.system = { all: true };
  if (scope.kind !== "unscoped") {
    view.roles = token.roles.map(brief);
    if (withCatalog) view.catalog = catalog.json(scope);
  }
  if (token.credential !== undefined) {
    view.application_credential = { ...brief(token.credential), restricted: true };
  }
  return { token: view };
}
