/**
 * What Keystone gives for a login: a token, whom it stands for, and what it may be used at.
 *
 * @module
 */
import { type Catalogue, readCatalogueV2, readCatalogueV3 } from "./catalogue.ts";
import { Secret } from "../settings/secret.ts";

/** Somebody or something Keystone knows. */
export interface Named {
  id: string;
  name: string;
  /** Undefined in v2.0, which has no domains. */
  domain?: { id: string; name: string } | undefined;
}

/** A login that succeeded. Printing it shows no secret. */
export interface KeystoneSession {
  /** Sent as `X-Auth-Token`; undefined where requests go without. */
  readonly token: Secret | undefined;
  /** When the token ends, in ms since 1970 on our own clock; infinite where nothing is known of an end. */
  readonly expiresAt: number;
  readonly catalogue: Catalogue;
  /** Undefined for a token of a domain, of the system, or of nothing. */
  readonly project: Named | undefined;
  readonly user: Named | undefined;
  readonly roles: readonly string[];
}

/** An answer to a login. */
export interface LoginAnswer {
  status: number;
  headers: Headers;
  /** The parsed JSON, the text where it was none, undefined where it was empty. */
  body: unknown;
}

/**
 * Reads the answer to a v3 login; undefined when it is none.
 *
 * @param askedAt Our clock when the login was sent.
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

/** Reads the answer to a v2.0 login; undefined when it is none. See {@linkcode readSessionV3}. */
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
 * How long the token lives, by the server's clock alone: ours may be wrong by more than that. Only where the server
 * says neither when it made the token nor what time it has is ours believed.
 */
function life(issued: unknown, expires: unknown, headers: Headers, askedAt: number): number {
  const end = time(expires);
  if (end === undefined) return Infinity;
  const start = time(issued) ?? time(headers.get("date")) ?? askedAt;
  return Math.max(end - start, 0);
}

/** Keystone's times are UTC; old ones do not say so. */
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
