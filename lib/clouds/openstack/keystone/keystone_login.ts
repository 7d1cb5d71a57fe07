/**
 * The login requests of Keystone's v3 and v2.0 APIs, and their URLs.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { keepLogin } from "../../../engine/text/secrets.ts";
import { Secret } from "../settings/secret.ts";
import type { DomainRef, Login, NameRef, Scope } from "../settings/settings.ts";

/** A login that asks Keystone: any except a fixed token. */
export type KeystoneLogin = Exclude<Login, { method: "fixed" }>;

/** Keystone's APIs. */
export type Version = "3" | "2.0";

/** The URL of a Keystone. */
export interface KeystoneAddress {
  /** Without the version: `https://cloud.example.org:5000` or `https://cloud.example.org/identity`. */
  root: string;
  version: Version;
  /** True if the URL has no version, so the server may have another. */
  guessed: boolean;
}

/**
 * Reads an auth URL as people write it: the root, with a version, or the whole URL of the tokens.
 *
 * @throws {CredentialsError} when it cannot be the URL of a Keystone.
 */
export function readAuthUrl(authUrl: string, login: KeystoneLogin): KeystoneAddress {
  const refuse = (why: string): never => {
    throw new CredentialsError(
      `Cannot log in: the auth URL ${why}. Give Keystone's address, such as https://cloud.example.org:5000/v3`,
    );
  };
  const url = URL.parse(authUrl.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return refuse("is not an http or https address");
  if (url.username || url.password) {
    return refuse("contains a user or a password. Those belong in the settings");
  }
  const path = url.pathname.replace(/\/+$/, "").replace(/\/auth\/tokens$|\/tokens$/, "");
  if (/\/v1(\.\d)?(\/auth)?$/.test(path)) {
    return refuse(`ends in ${path.match(/\/v1.*$/)![0]}, a version that is no longer used`);
  }
  const version = path.match(/\/v(3|2\.0)$/)?.[1] as Version | undefined;
  const root = url.origin + (version ? path.slice(0, path.lastIndexOf("/")) : path);
  const wanted = login.method === "api-key" ? "2.0" : "version" in login ? login.version : undefined;
  return { root, version: wanted ?? version ?? "3", guessed: version === undefined && wanted === undefined };
}

/** The URL of one of Keystone's APIs. */
export function apiUrl({ root, version }: Pick<KeystoneAddress, "root" | "version">): string {
  return `${root}/v${version}`;
}

/**
 * The login request for a version.
 *
 * @throws {CredentialsError} when that version does not support the login.
 */
export function loginRequest(login: KeystoneLogin, version: Version): { path: string; body: unknown } {
  for (const value of Object.values(login)) if (value instanceof Secret) keepLogin(value.reveal());
  return version === "3"
    ? { path: "/auth/tokens", body: { auth: bodyV3(login) } }
    : { path: "/tokens", body: { auth: bodyV2(login) } };
}

function bodyV3(login: KeystoneLogin): unknown {
  switch (login.method) {
    case "password": {
      const user = { ...owned(login.user), password: login.password.reveal() };
      const second = login.passcode && { user: { ...owned(login.user), passcode: login.passcode.reveal() } };
      return {
        identity: {
          methods: second ? ["password", "totp"] : ["password"],
          password: { user },
          ...(second && { totp: second }),
        },
        ...scoped(login.scope),
      };
    }
    case "token":
      return {
        identity: { methods: ["token"], token: { id: login.token.reveal() } },
        ...scoped(login.scope),
      };
    case "application-credential": {
      const named = login.id !== undefined
        ? { id: login.id }
        : { name: login.name, user: owned(login.user ?? {}) };
      const credential = { ...named, secret: login.secret.reveal() };
      // A scope would be refused, because the credential is bound to its project.
      return { identity: { methods: ["application_credential"], application_credential: credential } };
    }
    case "api-key":
      throw new CredentialsError(
        "Cannot log in with an API key: only Keystone's v2.0 API accepts one. Give an auth URL that ends in /v2.0.",
      );
  }
}

function bodyV2(login: KeystoneLogin): unknown {
  switch (login.method) {
    case "password": {
      if (login.user.name === undefined) {
        throw new CredentialsError(
          "Cannot log in to Keystone v2.0 with a user id: it accepts only names. Give the name.",
        );
      }
      return {
        passwordCredentials: { username: login.user.name, password: login.password.reveal() },
        ...tenant(projectOf(login.scope)),
      };
    }
    case "token":
      return { token: { id: login.token.reveal() }, ...tenant(projectOf(login.scope)) };
    case "api-key":
      return {
        "RAX-KSKEY:apiKeyCredentials": { username: login.username, apiKey: login.apiKey.reveal() },
        ...tenant(login.tenant),
      };
    case "application-credential":
      throw new CredentialsError(
        "Cannot log in with an application credential: Keystone v2.0 does not have them. Give an auth URL that ends in /v3.",
      );
  }
}

/** The project of a scope, if it is one. */
export function projectOf(scope: Scope | undefined): NameRef | undefined {
  return scope && "project" in scope ? scope.project : undefined;
}

function scoped(scope: Scope | undefined): { scope?: unknown } {
  if (!scope) return {};
  if ("project" in scope) return { scope: { project: owned(scope.project) } };
  if ("domain" in scope) return { scope: { domain: domain(scope.domain) } };
  if ("system" in scope) return { scope: { system: { all: true } } };
  return { scope: { "OS-TRUST:trust": { id: scope.trust } } };
}

function tenant(project: NameRef | undefined): { tenantId?: string; tenantName?: string } {
  if (project?.id !== undefined) return { tenantId: project.id };
  return project?.name !== undefined ? { tenantName: project.name } : {};
}

/** By id alone, else by name within a domain, because names are unique only within their domain. */
function owned(ref: NameRef): Record<string, unknown> {
  return ref.id !== undefined ? { id: ref.id } : { name: ref.name, domain: domain(ref.domain ?? {}) };
}

function domain(ref: DomainRef): DomainRef {
  if (ref.id !== undefined) return { id: ref.id };
  return ref.name !== undefined ? { name: ref.name } : { id: "default" };
}
