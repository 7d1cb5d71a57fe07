/**
 * A cloud's settings as arguments.
 *
 * @module
 */
import { type Layer, layer } from "./clouds_layer.ts";
import { Secret } from "./secret.ts";

/**
 * A domain of Keystone, by its name or by its id.
 *
 * @example
 * ```ts
 * import { dbaas, type DomainOption } from "@muster/muster";
 *
 * const userDomain: DomainOption = { id: "default" }; // or a name
 * console.log(String(dbaas({ cloud: "staging", userDomain })));
 * ```
 */
export type DomainOption = string | { id: string };

/**
 * Options that find an OpenStack cloud and log in to it. What is missing comes from the `OS_*` variables and
 * `clouds.yaml`.
 *
 * @example
 * ```ts
 * import { type CloudOptions, dbaas, openstack } from "@muster/muster";
 *
 * const staging: CloudOptions = { cloud: "staging", region: "north", interface: "internal" };
 * console.log(String(dbaas(staging)), typeof openstack({ ...staging, serviceType: "compute" }).url);
 * ```
 */
export interface CloudOptions {
  /** A cloud's name, else a region of the current cloud. */
  name?: string | undefined;
  /** A cloud's name in `clouds.yaml`. */
  cloud?: string | undefined;
  /** A region's name. Default: the cloud's only one. */
  region?: string | undefined;
  /** Keystone's URL, with or without its version. */
  authUrl?: string | undefined;
  /** The user's name. */
  username?: string | undefined;
  /** The user's id, instead of the name. */
  userId?: string | undefined;
  /** The password. Better not in a program, but in the environment, in `secure.yaml` or from the terminal. */
  password?: string | Secret | undefined;
  /** A one-time code. */
  passcode?: string | Secret | undefined;
  /** Default: the domain with the id `default`. */
  userDomain?: DomainOption | undefined;
  /** The project's name. */
  project?: string | undefined;
  /** The project's id, instead of the name. */
  projectId?: string | undefined;
  /** Default: the domain with the id `default`. */
  projectDomain?: DomainOption | undefined;
  /** By id, or by name (then with `username` or `userId`). */
  applicationCredential?: { id?: string; name?: string; secret: string | Secret } | undefined;
  /** Rackspace's API key, with `username`. */
  apiKey?: string | Secret | undefined;
  /** A token from elsewhere. With `authUrl` Keystone is asked for a catalogue; with only `endpoint` it is not. */
  token?: string | Secret | undefined;
  /** The URL of the database service, instead of the catalogue's. May contain `%(project_id)s`. */
  endpoint?: string | undefined;
  /** Default `"public"`. */
  interface?: "public" | "internal" | "admin" | undefined;
  /** Default `database`. */
  serviceType?: string | undefined;
  /** The service's name, if a region has several of the type. */
  serviceName?: string | undefined;
  /** `"3"` or `"2.0"`. Default: the version in the URL, else what the server has. */
  identityVersion?: string | undefined;
  /** Path of a file of certificates to trust. */
  caCert?: string | undefined;
  /** Does not check the server's certificate. */
  insecure?: boolean | undefined;
}

/** The arguments as a layer. */
export function argumentsOf(options: CloudOptions): Layer {
  const { applicationCredential: credential, userDomain, projectDomain } = options;
  return layer([
    ["region_name", options.region],
    ["auth_url", options.authUrl],
    ["username", options.username],
    ["user_id", options.userId],
    ["password", open(options.password)],
    ["passcode", open(options.passcode)],
    ["user_domain_id", idOf(userDomain)],
    ["user_domain_name", nameOf(userDomain)],
    ["project_name", options.project],
    ["project_id", options.projectId],
    ["project_domain_id", idOf(projectDomain)],
    ["project_domain_name", nameOf(projectDomain)],
    ["application_credential_id", credential?.id],
    ["application_credential_name", credential?.name],
    ["application_credential_secret", open(credential?.secret)],
    ["api_key", open(options.apiKey)],
    ["token", open(options.token)],
    ["endpoint", options.authUrl === undefined && options.token !== undefined ? options.endpoint : undefined],
    ["database_endpoint_override", options.endpoint],
    ["interface", options.interface],
    ["database_service_type", options.serviceType],
    ["database_service_name", options.serviceName],
    ["identity_api_version", options.identityVersion],
    ["cacert", options.caCert],
    ["insecure", options.insecure === undefined ? undefined : String(options.insecure)],
  ], "arguments");
}

/** Whether the arguments alone say where to log in and as whom, so that nothing else is read. */
export function isWholeLogin(given: Layer): boolean {
  const has = (key: string) => given.has(key);
  if (has("token") && has("database_endpoint_override")) return true;
  const identity = has("username") || has("user_id") || has("token") || has("application_credential_id");
  return has("auth_url") && identity;
}

function open(value: string | Secret | undefined): string | undefined {
  return value instanceof Secret ? value.reveal() : value;
}

function idOf(domain: DomainOption | undefined): string | undefined {
  return typeof domain === "object" ? domain.id : undefined;
}

function nameOf(domain: DomainOption | undefined): string | undefined {
  return typeof domain === "string" ? domain : undefined;
}
