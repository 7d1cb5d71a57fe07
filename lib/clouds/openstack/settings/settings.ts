/**
 * The complete settings to log in to a cloud and to find its database service.
 *
 * @module
 */
import type { EndpointChoice } from "./endpoint_choice.ts";
import type { Secret } from "./secret.ts";

/** A Keystone domain, by id or by name. */
export interface DomainRef {
  id?: string | undefined;
  name?: string | undefined;
}

/** A user or project: by id alone, or by name within a domain (default: the domain with id `default`). */
export interface NameRef {
  id?: string | undefined;
  name?: string | undefined;
  domain?: DomainRef | undefined;
}

/** The scope of a token. Without one Keystone uses the user's default project, if there is one. */
export type Scope =
  | { project: NameRef }
  | { domain: DomainRef }
  | { system: true }
  | { trust: string };

/** One way of logging in. */
export type Login =
  | {
    method: "password";
    authUrl: string;
    /** Keystone's API. Default: the version in the URL, else 3, else what the server has. */
    version?: "3" | "2.0" | undefined;
    user: NameRef;
    password: Secret;
    /** A one-time code, if the cloud requires two factors. */
    passcode?: Secret | undefined;
    scope?: Scope | undefined;
  }
  | {
    method: "token";
    authUrl: string;
    version?: "3" | "2.0" | undefined;
    token: Secret;
    scope?: Scope | undefined;
  }
  /** Bound to one project, so it has no scope. By id, or by name and user. */
  | {
    method: "application-credential";
    authUrl: string;
    id?: string | undefined;
    name?: string | undefined;
    user?: NameRef | undefined;
    secret: Secret;
  }
  /** Rackspace's API keys, on Keystone's v2.0 API. */
  | { method: "api-key"; authUrl: string; username: string; apiKey: Secret; tenant?: NameRef | undefined }
  /** Without Keystone: a token that is used as it is (none if undefined), at a given endpoint. */
  | { method: "fixed"; token: Secret | undefined; projectId?: string | undefined };

/** Files and choices for TLS. */
export interface TlsSettings {
  /** Path of a file of trusted certificates. */
  caCert?: string | undefined;
  /** Paths of a client certificate and its key. */
  cert?: string | undefined;
  key?: string | undefined;
  /** Whether the server's certificate is not checked. */
  insecure?: boolean | undefined;
}

/** A cloud's settings, ready to be used. */
export interface Settings {
  login: Login;
  /** The service that is wanted. */
  service: EndpointChoice;
  /** The URL of the database service, if it is not the catalogue's; it may have a place for the project's id. */
  endpoint?: string | undefined;
  /** The time limit of one attempt, in milliseconds. */
  timeout?: number | undefined;
  tls: TlsSettings;
}
