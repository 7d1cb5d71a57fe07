/**
 * The result of a login at Keystone: a token, its owner, and the services that accept it.
 *
 * @module
 */
import { type Catalogue, readCatalogueV2, readCatalogueV3 } from "./catalogue.ts";
import { Secret } from "../settings/secret.ts";

/** A user, project or other thing that Keystone knows. */
export interface Named {
  id: string;
  name: string;
  /** Undefined in v2.0, which has no domains. */
  domain?: { id: string; name: string } | undefined;
}

/** A successful login. Printing it shows no secret. */
export interface KeystoneSession {
  /** Sent as `X-Auth-Token`; undefined if requests go without a token. */
  readonly token: Secret | undefined;
  /** When the token ends, in milliseconds since 1970 of our own clock; infinite if unknown. */
  readonly expiresAt: number;
  readonly catalogue: Catalogue;
  /** Undefined for a token of a domain, of the system, or without a scope. */
  readonly project: Named | undefined;
  readonly user: Named | undefined;
  readonly roles: readonly string[];
}

/** An answer to a login. */
export interface LoginAnswer {
  status: number;
  headers: Headers;
  /** The parsed JSON, the text if it was not JSON, undefined if it was empty. */
  body: unknown;
}

/**
 * Reads the answer to a v3 login; undefined if it is not one.
 *
 * @param askedAt Our time when the login was sent.
 */
export function readSessionV3(answer: LoginAnswer, askedAt: number): KeystoneSession | undefined {
  const id = answer.headers.get("x-subject-token");
  const token = record(record(answer.body)?.token);
  if (!id || !token) return undefined;
  return {
    token: new Secret(id),
    expiresAt: askedAt + life(token.issued_at, token.expires_at, answer.headers, askedAt),
    catalogue: readCatalogueV3(token.catalog),
    project: readNamed(token.project),
    user: readNamed(token.user),
    roles: roleNames(token.roles),
  };
}

/** Reads the answer to a v2.0 login; undefined if it is not one. See {@linkcode readSessionV3}. */
export function readSessionV2(answer: LoginAnswer, askedAt: number): KeystoneSession | undefined {
  const access = record(record(answer.body)?.access);
  const token = record(access?.token);
  if (!access || !token || typeof token.id !== "string" || token.id === "") return undefined;
  return {
    token: new Secret(token.id),
    expiresAt: askedAt + life(token.issued_at, token.expires, answer.headers, askedAt),
    catalogue: readCatalogueV2(access.serviceCatalog),
    project: readNamed(token.tenant),
    user: readNamed(access.user),
    roles: roleNames(record(access.user)?.roles),
  };
}

/**
 * The token's lifetime, by the server's clock only, because ours may be wrong by more than that. Our clock is used only
 * if the server says neither when it made the token nor its time.
 */
function life(issued: unknown, expires: unknown, headers: Headers, askedAt: number): number {
  const end = time(expires);
  if (end === undefined) return Infinity;
  const start = time(issued) ?? time(headers.get("date")) ?? askedAt;
  return Math.max(end - start, 0);
}

/** Keystone's times are UTC; old versions do not say so. */
function time(value: unknown): number | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const bare = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value);
  const ms = Date.parse(bare ? `${value}Z` : value);
  return Number.isNaN(ms) ? undefined : ms;
}

function readNamed(value: unknown): Named | undefined {
  const one = record(value);
  if (!one || typeof one.id !== "string") return undefined;
  const domain = record(one.domain);
  return {
    id: one.id,
    name: typeof one.name === "string" ? one.name : "",
    domain: typeof domain?.id === "string" ? { id: domain.id, name: String(domain.name ?? "") } : undefined,
  };
}

function roleNames(value: unknown): string[] {
  return Array.isArray(value)
    ? value.map((role) => record(role)?.name).filter((name) => typeof name === "string")
    : [];
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : undefined;
}
