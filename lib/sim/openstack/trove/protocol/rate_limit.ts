/**
 * The rate limits: a leaky bucket for each project and method.
 *
 * @module
 */
import type { Json } from "../../exact_json.ts";
import { RefusedRequest } from "../../reply.ts";

const MINUTE = 60;

/** One limit of one project. */
interface Bucket {
  verb: string;
  uri: string;
  regex: string;
  perMinute: number;
  /** How many seconds of the minute are used. */
  level: number;
  last: number;
  remaining: number;
  nextAvailable: number;
}

/** All limits of one project. */
export class ProjectRateLimits {
  readonly #buckets: Bucket[];

  constructor(perMinute: Readonly<Record<"POST" | "PUT" | "DELETE" | "GET", number>>, now: number) {
    const bucket = (verb: keyof typeof perMinute, uri: string, regex: string): Bucket => ({
      verb,
      uri,
      regex,
      perMinute: perMinute[verb],
      level: 0,
      last: now,
      remaining: perMinute[verb],
      nextAvailable: now,
    });
    this.#buckets = [
      ...(["POST", "PUT", "DELETE", "GET"] as const).map((verb) => bucket(verb, "*", ".*")),
      bucket("POST", "*/mgmt", "^/mgmt"),
    ];
  }

  /**
   * Counts a request.
   *
   * @param path The path below the project.
   * @throws {RefusedRequest} 413 with `retryAfter` when there are too many.
   */
  take(verb: string, path: string, now: number): void {
    let refusal: { bucket: Bucket; wait: number } | undefined;
    for (const bucket of this.#buckets) {
      if (bucket.verb !== verb || !new RegExp(bucket.regex).test(path)) continue;
      const cost = MINUTE / bucket.perMinute;
      const level = Math.max(0, bucket.level - (now - bucket.last) / 1000);
      bucket.last = now;
      const over = level + cost - MINUTE;
      // A small tolerance, because sixty seconds in tenths do not add up to sixty.
      if (over > 1e-6) {
        bucket.level = level;
        bucket.nextAvailable = now + over * 1000;
        if (refusal === undefined || over > refusal.wait) refusal = { bucket, wait: over };
        continue;
      }
      bucket.level = level + cost;
      bucket.remaining = Math.floor((1 - bucket.level / MINUTE) * bucket.perMinute + 1e-6);
      bucket.nextAvailable = now;
    }
    if (refusal !== undefined) throw overLimit(refusal.bucket, refusal.wait);
  }

  /** In the form of `GET /limits`. */
  view(): Json[] {
    return this.#buckets.map((one) => ({
      nextAvailable: `${new Date(one.nextAvailable).toISOString().slice(0, 19)}Z`,
      remaining: one.remaining,
      unit: "MINUTE",
      value: one.perMinute,
      verb: one.verb,
      uri: one.uri,
      regex: one.regex,
    }));
  }
}

function overLimit({ perMinute, verb, uri }: Bucket, wait: number): RefusedRequest {
  const retryAfter = String(Math.ceil(wait));
  const message = "This request was rate-limited.";
  const details = `Only ${perMinute} ${verb} request(s) can be made to ${uri} every minute.`;
  const json = { overLimit: { code: 413, message, details, retryAfter } };
  return new RefusedRequest(message, { status: 413, json, headers: { "retry-after": retryAfter } }, false);
}
