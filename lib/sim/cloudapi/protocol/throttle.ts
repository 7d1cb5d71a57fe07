/**
 * The server's rate limit: a token bucket for each account and group of routes.
 *
 * @module
 */
import { Problem } from "./problem.ts";

/** The size of a bucket, and how fast it fills. */
export interface ThrottleOptions {
  /** Requests at once. The server's default: 30. */
  burst: number;
  /** Requests per second after that. The server's default: 10. */
  rate: number;
}

/** The buckets, made when first used. The caller exempts accounts. */
export class Throttle {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  options: ThrottleOptions | false;

  constructor(options: ThrottleOptions | false) {
    this.options = options;
  }

  /**
   * Takes one token.
   *
   * @throws {Problem} 429 without a Retry-After, with the rate in the message, when the bucket is empty.
   */
  take(login: string, group: string, now: number): void {
    if (this.options === false) return;
    const { burst, rate } = this.options;
    const key = `${login} ${group}`;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + rate * Math.max(0, now - bucket.at) / 1000);
    bucket.at = now;
    // A token that was filled in ten steps of a tenth counts as a whole one.
    if (bucket.tokens < 1 - 1e-9) {
      throw new Problem(
        429,
        "TooManyRequestsError",
        `You have exceeded your request rate of ${rate} r/s.`,
      );
    }
    bucket.tokens -= 1;
  }
}
