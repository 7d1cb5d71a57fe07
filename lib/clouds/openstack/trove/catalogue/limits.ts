/**
 * Limits and quotas of a project: what it may have, and how many requests it may send.
 *
 * @module
 */
import { type Endpoint, MusterError } from "../../../../engine/mod.ts";

/**
 * What a project may have; -1 means unlimited.
 *
 * @example
 * ```ts
 * import type { AbsoluteLimits } from "@muster/muster";
 *
 * const fits = ({ max_instances: max }: AbsoluteLimits, wanted: number) => max < 0 || wanted <= max;
 * console.log(fits({ verb: "ABSOLUTE", max_instances: 10, max_backups: 50, max_volumes: 40 }, 12));
 * ```
 */
export interface AbsoluteLimits {
  /** Distinguishes it from the others in the server's list. */
  verb: "ABSOLUTE";
  /** Instances. */
  max_instances: number;
  /** Total memory, in MB. */
  max_ram?: number;
  /** Backups. */
  max_backups: number;
  /** Total size of volumes, in GB. */
  max_volumes: number;
}

/**
 * How many requests a project may send.
 *
 * @example
 * ```ts
 * import { dbaas, type RateLimit } from "@muster/muster";
 *
 * const spent = ({ value, remaining }: RateLimit) => 1 - remaining / value;
 * for (const limit of (await dbaas("sim").limits()).rates) console.log(limit.verb, spent(limit));
 * ```
 */
export interface RateLimit {
  /** The HTTP method. */
  verb: string;
  /** The paths that it applies to, for people: `*`. */
  uri: string;
  /** The paths that it applies to, as a pattern. */
  regex: string;
  /** Requests per {@linkcode RateLimit.unit}. */
  value: number;
  /** Requests left now. */
  remaining: number;
  /** The time in which they are counted. */
  unit: "SECOND" | "MINUTE" | "HOUR" | "DAY";
  /** When the next request will be allowed; ISO 8601, UTC. */
  nextAvailable: string;
}

/**
 * The limits of a project.
 *
 * @example
 * ```ts
 * import { dbaas, type Limits } from "@muster/muster";
 *
 * const limits: Limits = await dbaas("sim").limits();
 * console.log(limits.absolute?.max_instances, limits.rates.length);
 * ```
 */
export interface Limits {
  /** What it may have; undefined if the server does not say. */
  absolute: AbsoluteLimits | undefined;
  /** How many requests it may send, by method. */
  rates: RateLimit[];
}

/**
 * How much of something a project may have, and has.
 *
 * @example
 * ```ts
 * import { dbaas, type Quota } from "@muster/muster";
 *
 * const quotas: Quota[] = await dbaas("sim").quotas();
 * console.log(quotas.map(({ resource, in_use, limit }) => `${resource}: ${in_use} of ${limit}`));
 * ```
 */
export interface Quota {
  /** `instances`, `volumes` (GB), `backups`, `ram` (MB). */
  resource: string;
  /** How much is used. */
  in_use: number;
  /** How much is reserved for what is being created. */
  reserved: number;
  /** -1 means unlimited. */
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

/** Reads a project's quotas. A member may read those of its own project. */
export async function readQuotas(endpoint: Endpoint, project: string): Promise<Quota[]> {
  const { body } = await endpoint.send({ method: "GET", path: path(project) });
  return (body as { quotas: Quota[] }).quotas;
}

/** Sets some of a project's quotas. Only for administrators. Returns what was set. */
export async function writeQuotas(
  endpoint: Endpoint,
  project: string,
  quotas: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  for (const [resource, limit] of Object.entries(quotas)) {
    if (Number.isInteger(limit) && limit >= -1) continue;
    throw new MusterError(
      `Cannot set the quota of ${resource} to ${limit}: a quota is a whole number, or -1 for no limit.`,
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
