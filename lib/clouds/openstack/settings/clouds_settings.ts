/**
 * Makes the settings of a login from flat keys, as in `clouds.yaml`.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { type Interface, readInterface } from "./endpoint_choice.ts";
import { isFalse, isTrue, type Layer } from "./clouds_layer.ts";
import { Secret } from "./secret.ts";
import type { DomainRef, Login, NameRef, Scope, Settings } from "./settings.ts";

/** The missing keys, and the method that needs them. */
export interface Missing {
  method: Login["method"];
  keys: readonly string[];
}

/** The names of the login methods in `auth_type`, and in older tools. */
const METHODS: Readonly<Record<string, Login["method"]>> = {
  password: "password",
  v3password: "password",
  v2password: "password",
  v3totp: "password",
  v3multifactor: "password",
  keystone: "password",
  token: "token",
  v3token: "token",
  v2token: "token",
  v3applicationcredential: "application-credential",
  rackspace_apikey: "api-key",
  rackspace: "api-key",
  rax: "api-key",
  none: "fixed",
  noauth: "fixed",
  admin_token: "fixed",
  token_endpoint: "fixed",
};

/** The login method: the given one, else the one whose secret is set. */
export function methodOf(layer: Layer): Login["method"] {
  const type = get(layer, "auth_type");
  if (type !== undefined) {
    const method = METHODS[type.toLowerCase()];
    if (method) return method;
    throw new CredentialsError(
      `Cannot log in: this login method is not known: ${type} (${layer.get("auth_type")!.from}). ` +
        "Get a token with another tool, and give it as OS_TOKEN with OS_AUTH_TYPE=token.",
    );
  }
  const has = (key: string) => layer.has(key);
  if (has("application_credential_secret")) return "application-credential";
  if (has("api_key")) return "api-key";
  if (has("password")) return "password";
  if (has("token")) return has("auth_url") ? "token" : "fixed";
  return has("endpoint") && !has("auth_url") ? "fixed" : "password";
}

/** What a login with these settings still lacks. */
export function missingIn(layer: Layer): Missing {
  const method = methodOf(layer);
  const needs: Record<Login["method"], string[]> = {
    password: ["auth_url", "username|user_id", "password"],
    token: ["auth_url", "token"],
    "application-credential": [
      "auth_url",
      "application_credential_id|application_credential_name",
      "application_credential_secret",
    ],
    "api-key": ["auth_url", "username", "api_key"],
    fixed: ["endpoint|database_endpoint_override"],
  };
  const keys = needs[method].filter((key) => !key.split("|").some((one) => layer.has(one)));
  const byName = method === "application-credential" && !layer.has("application_credential_id") &&
    layer.has("application_credential_name");
  if (byName && !layer.has("username") && !layer.has("user_id")) keys.push("username|user_id");
  return { method, keys };
}

/** Makes settings from a complete layer. */
export function settingsOf(layer: Layer, clouds: readonly string[] | undefined): Settings {
  const type = get(layer, "database_service_type");
  const override = expanded(layer, "database_endpoint_override") ?? expanded(layer, "endpoint");
  return {
    login: loginOf(layer),
    service: {
      types: type === undefined ? undefined : [type],
      name: get(layer, "database_service_name"),
      region: get(layer, "database_region_name") ?? get(layer, "region_name"),
      clouds,
      interface: interfaceOf(layer),
    },
    endpoint: override,
    timeout: timeoutOf(layer),
    tls: {
      caCert: get(layer, "cacert"),
      cert: get(layer, "cert"),
      key: get(layer, "key"),
      insecure: isTrue(get(layer, "insecure")) || isFalse(get(layer, "verify")) || undefined,
    },
  };
}

function loginOf(layer: Layer): Login {
  const method = methodOf(layer);
  const authUrl = expanded(layer, "auth_url") ?? "";
  const secret = (key: string) => new Secret(get(layer, key) ?? "");
  const version = versionOf(layer);
  switch (method) {
    case "password": {
      const passcode = layer.has("passcode") ? secret("passcode") : undefined;
      const user = userOf(layer);
      return {
        method,
        authUrl,
        version,
        user,
        password: secret("password"),
        passcode,
        scope: scopeOf(layer),
      };
    }
    case "token":
      return { method, authUrl, version, token: secret("token"), scope: scopeOf(layer) };
    case "application-credential": {
      const id = get(layer, "application_credential_id");
      const named = id === undefined
        ? { name: get(layer, "application_credential_name"), user: userOf(layer) }
        : { id };
      return { method, authUrl, ...named, secret: secret("application_credential_secret") };
    }
    case "api-key": {
      const tenant = layer.has("project_id") || layer.has("project_name") ? projectOf(layer) : undefined;
      return { method, authUrl, username: get(layer, "username")!, apiKey: secret("api_key"), tenant };
    }
    case "fixed":
      return {
        method,
        token: layer.has("token") ? secret("token") : undefined,
        projectId: get(layer, "project_id"),
      };
  }
}

function userOf(layer: Layer): NameRef {
  const id = get(layer, "user_id");
  return id !== undefined ? { id } : { name: get(layer, "username"), domain: domainOf(layer, "user_domain") };
}

function projectOf(layer: Layer): NameRef {
  const id = get(layer, "project_id");
  return id !== undefined
    ? { id }
    : { name: get(layer, "project_name"), domain: domainOf(layer, "project_domain") };
}

/** The given domain, else the given default, else the domain that every Keystone has at first. */
function domainOf(layer: Layer, prefix: "user_domain" | "project_domain"): DomainRef {
  for (const key of [prefix, "default_domain"]) {
    const id = get(layer, `${key}_id`);
    if (id !== undefined) return { id };
    const name = get(layer, `${key}_name`) ?? get(layer, key);
    if (name !== undefined) return { name };
  }
  return { id: "default" };
}

function scopeOf(layer: Layer): Scope | undefined {
  const trust = get(layer, "trust_id");
  if (trust !== undefined) return { trust };
  if (layer.has("project_id") || layer.has("project_name")) return { project: projectOf(layer) };
  const id = get(layer, "domain_id");
  if (id !== undefined) return { domain: { id } };
  const name = get(layer, "domain_name");
  if (name !== undefined) return { domain: { name } };
  return get(layer, "system_scope")?.toLowerCase() === "all" ? { system: true } : undefined;
}

function versionOf(layer: Layer): "3" | "2.0" | undefined {
  const type = get(layer, "auth_type") ?? "";
  const said = /^v([23])/.exec(type)?.[1] ?? get(layer, "identity_api_version");
  if (said === undefined) return undefined;
  return /^v?3/.test(said) ? "3" : /^v?2/.test(said) ? "2.0" : undefined;
}

/** The interfaces, in the order in which they are tried: from a list in a file, or separated by commas. */
function interfaceOf(layer: Layer): Interface | readonly Interface[] {
  const setting = layer.get("database_interface") ?? layer.get("interface");
  const sides = (setting?.value ?? "public").split(",").map(readInterface);
  if (sides.every((side) => side !== undefined)) return sides.length === 1 ? sides[0]! : sides;
  throw new CredentialsError(
    `Cannot use the given interface: it does not exist: ${setting!.value} (${setting!.from}). ` +
      "The interfaces are public, internal and admin.",
  );
}

/** The time limit of an attempt in milliseconds, because `api_timeout` is in seconds. */
function timeoutOf(layer: Layer): number | undefined {
  const setting = layer.get("api_timeout");
  if (setting === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(setting.value) ? Number(setting.value) : 0;
  if (seconds > 0) return seconds * 1000;
  throw new CredentialsError(
    `Cannot use api_timeout: it is not a number of seconds above zero: ${setting.value} (${setting.from}).`,
  );
}

/** A value that may refer to others: `https://{region_name}.example.org`. */
function expanded(layer: Layer, key: string): string | undefined {
  return get(layer, key)?.replace(
    /\{(region_name|interface|username|project_name)\}/g,
    (whole, other: string) => {
      return get(layer, other) ?? whole;
    },
  );
}

function get(layer: Layer, key: string): string | undefined {
  return layer.get(key)?.value;
}
