/**
 * Settings with flat keys, written as in `clouds.yaml`, each with its origin. Later layers override earlier ones.
 *
 * @module
 */

/** One setting and its origin: `OS_USERNAME`, a file's path, `arguments`. */
export interface Setting {
  value: string;
  from: string;
}

/** Settings by key. */
export type Layer = ReadonlyMap<string, Setting>;

/** Keys that name the same thing in different ways: setting one removes the others in the layers below. */
const SAME: readonly (readonly string[])[] = [
  ["username", "user_id"],
  ["user_domain_name", "user_domain_id"],
  ["project_name", "project_id"],
  ["project_domain_name", "project_domain_id"],
  ["domain_name", "domain_id"],
  ["application_credential_id", "application_credential_name"],
];

const ALIASES: Readonly<Record<string, string>> = {
  tenant_name: "project_name",
  tenant_id: "project_id",
  auth_plugin: "auth_type",
  auth_system: "auth_type",
  auth_token: "token",
  endpoint_type: "interface",
  url: "endpoint",
  bypass_url: "database_endpoint_override",
  database_endpoint: "database_endpoint_override",
  service_type: "database_service_type",
  service_name: "database_service_name",
  cloud: "profile",
  user_name: "username",
};

/** The canonical form of a key: lower case, underscores, the current name. */
export function canonicalKey(spelled: string): string {
  const key = spelled.toLowerCase().replaceAll("-", "_");
  return ALIASES[key] ?? key;
}

/** A layer with one origin. Empty values are ignored. If a key comes in two forms, the first counts. */
export function layer(
  pairs: Iterable<readonly [key: string, value: string | undefined]>,
  from: string,
): Layer {
  const made = new Map<string, Setting>();
  for (const [spelled, value] of pairs) {
    const key = canonicalKey(spelled);
    if (value !== undefined && value !== "" && !made.has(key)) made.set(key, { value, from });
  }
  return made;
}

/** Combines layers: of each key the topmost value counts. */
export function overlay(...layers: readonly Layer[]): Layer {
  const seen = new Map<string, Setting>();
  for (const top of layers) {
    for (const same of SAME) {
      if (same.some((key) => top.has(key))) same.forEach((key) => seen.delete(key));
    }
    for (const [key, setting] of top) seen.set(key, setting);
  }
  return seen;
}

/** A layer without some keys. */
export function withoutKeys(all: Layer, keys: readonly string[]): Layer {
  return new Map([...all].filter(([key]) => !keys.includes(key)));
}

/** Whether a setting means yes. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on|y)$/i.test(value);
}

/** Whether a setting means no. */
export function isFalse(value: string | undefined): boolean {
  return value !== undefined && /^(0|false|no|off|n)$/i.test(value);
}
