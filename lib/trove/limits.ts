/**
 * What a project may have and how often it may ask: limits and quotas.
 *
 * @module
 */
import { type Endpoint, MusterError } from "../chain/mod.ts";

/** What a project may have; -1 is without limit. */
export interface AbsoluteLimits {
  verb: "ABSOLUTE";
  max_instances: number;
  max_ram?: number;
  max_backups: number;
  max_volumes: number;
}

/** How often a project may ask. */
export interface RateLimit {
  verb: string;
  uri: string;
  regex: string;
  /** Requests in a {@linkcode RateLimit.unit}. */
  value: number;
  remaining: number;
  unit: "SECOND" | "MINUTE" | "HOUR" | "DAY";
  nextAvailable: string;
}

/** The limits of a project. */
export interface Limits {
  absolute: AbsoluteLimits | undefined;
  rates: RateLimit[];
}

/** What a project may have of something, and has. */
export interface Quota {
  /** `instances`, `volumes` (GB), `backups`, `ram` (MB). */
  resource: string;
  in_use: number;
  reserved: number;
  /** -1 is without limit. */
  limit: number;
}

/** Reads the limits. */
export async function readLimits(endpoint: Endpoint): Promise<Limits> {
  const { body } = await endpoint.send({ method: "GET", path: "/limits" });
  const { limits } = body as { limits: (AbsoluteLimits | RateLimit)[] };
  return {
    absolute: limits.find((one): one is AbsoluteLimits => one.verb === "ABSOLUTE"),
    rates: limits.filter((one): one is RateLimit => one.verb !== "ABSOLUTE"),
  };
}

const path = (project: string) => `/mgmt/quotas/${encodeURIComponent(project)}`;

/** Reads a project's quotas: a member may read its own. */
export async function readQuotas(endpoint: Endpoint, project: string): Promise<Quota[]> {
  const { body } = await endpoint.send({ method: "GET", path: path(project) });
  return (body as { quotas: Quota[] }).quotas;
}

/** Sets some of a project's quotas; for administrators. Gives what was set. */
export async function writeQuotas(
  endpoint: Endpoint,
  project: string,
  quotas: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  for (const [resource, limit] of Object.entries(quotas)) {
    if (Number.isInteger(limit) && limit >= -1) continue;
    throw new MusterError(
      `Cannot set the quota of ${resource} to ${limit} as it is a whole number, or -1 for none`,
    );
  }
  const { body } = await endpoint.send({
    method: "PUT",
    path: path(project),
    body: { quotas },
    idempotent: true,
  });
  return (body as { quotas: Record<string, number> }).quotas;
}
