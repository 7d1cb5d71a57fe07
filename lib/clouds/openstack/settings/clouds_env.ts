/**
 * The `OS_*` variables of an `openrc` file, and the older ones of Trove's own client.
 *
 * @module
 */
import { mayReadVariable } from "../../../platform/permissions.ts";
import { type Layer, layer, overlay } from "./clouds_layer.ts";

/** The environment, as far as it may be read. */
export interface OpenStackVariables {
  /** The variable's value; undefined when it is not set or may not be read. */
  get(name: string): string | undefined;
  /** Whether it may be read. */
  readable(name: string): boolean;
}

/** This process's environment. Never asks for permission: a variable that may not be read counts as not set. */
export function systemEnvironment(): OpenStackVariables {
  return { readable: mayReadVariable, get: (name) => mayReadVariable(name) ? Deno.env.get(name) : undefined };
}

/** The variables that describe a login. If one of them is set, the environment counts as a cloud. */
const LOGIN = [
  "OS_AUTH_URL",
  "OS_AUTH_TYPE",
  "OS_AUTH_PLUGIN",
  "OS_AUTH_SYSTEM",
  "OS_USERNAME",
  "OS_USER_ID",
  "OS_PASSWORD",
  "OS_PASSCODE",
  "OS_API_KEY",
  "OS_PROJECT_NAME",
  "OS_PROJECT_ID",
  "OS_TENANT_NAME",
  "OS_TENANT_ID",
  "OS_TOKEN",
  "OS_AUTH_TOKEN",
  "OS_APPLICATION_CREDENTIAL_ID",
  "OS_APPLICATION_CREDENTIAL_NAME",
  "OS_APPLICATION_CREDENTIAL_SECRET",
  "OS_ENDPOINT",
  "OS_URL",
] as const;

/** The variables that add to a login, and have no meaning alone. */
const MORE = [
  "OS_USER_DOMAIN_NAME",
  "OS_USER_DOMAIN_ID",
  "OS_PROJECT_DOMAIN_NAME",
  "OS_PROJECT_DOMAIN_ID",
  "OS_DEFAULT_DOMAIN",
  "OS_DEFAULT_DOMAIN_ID",
  "OS_DEFAULT_DOMAIN_NAME",
  "OS_DOMAIN_NAME",
  "OS_DOMAIN_ID",
  "OS_SYSTEM_SCOPE",
  "OS_TRUST_ID",
  "OS_IDENTITY_API_VERSION",
  "OS_SERVICE_TYPE",
  "OS_CACERT",
  "OS_CERT",
  "OS_KEY",
  "OS_INSECURE",
] as const;

/** The variables that choose among what a login may use. They also count together with `OS_CLOUD`. */
const CHOICE = [
  "OS_REGION_NAME",
  "OS_INTERFACE",
  "OS_ENDPOINT_TYPE",
  "OS_DATABASE_SERVICE_TYPE",
  "OS_DATABASE_SERVICE_NAME",
  "OS_DATABASE_ENDPOINT_OVERRIDE",
  "OS_DATABASE_INTERFACE",
  "OS_DATABASE_REGION_NAME",
] as const;

/** The variables of Trove's own client. */
const TROVE: Readonly<Record<string, string>> = {
  TROVE_BYPASS_URL: "database_endpoint_override",
  TROVE_SERVICE_NAME: "database_service_name",
  TROVE_DATABASE_SERVICE_NAME: "database_service_name",
  TROVECLIENT_INSECURE: "insecure",
};

/** The settings in the environment. */
export interface EnvironmentSettings {
  /** All settings, as a cloud; undefined if they do not describe a login. */
  cloud: Layer | undefined;
  /** The name of that cloud: `OS_CLOUD_NAME`, else `envvars`. */
  name: string;
  /** Only the choices. */
  choices: Layer;
  /** `OS_CLOUD`: the name of the cloud to use. */
  chosen: string | undefined;
  /** Whether one of the variables may not be read. */
  hidden: boolean;
}

/** Reads the variables. */
export function readEnvironment(env: OpenStackVariables): EnvironmentSettings {
  const read = (names: readonly string[]) =>
    overlay(...names.toReversed().map((name) => layer([[name.replace(/^OS_/, ""), env.get(name)]], name)));
  const login = read(LOGIN);
  const choices = read(CHOICE);
  const trove = overlay(
    ...Object.entries(TROVE).map(([name, key]) => layer([[key, env.get(name)]], name)),
  );
  return {
    cloud: login.size === 0 ? undefined : overlay(trove, read(MORE), choices, login),
    name: env.get("OS_CLOUD_NAME") || "envvars",
    choices,
    chosen: env.get("OS_CLOUD") || undefined,
    hidden: [...LOGIN, "OS_CLOUD"].some((name) => !env.readable(name)),
  };
}
