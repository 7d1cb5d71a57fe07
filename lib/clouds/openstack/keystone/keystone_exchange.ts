/**
 * Sends one request to Keystone. All of Keystone's requests go through here.
 *
 * @module
 */
import type { Clock } from "../../../engine/time/clock.ts";
import { TransportError } from "../../../engine/errors.ts";
import { createLimiter } from "../../../engine/rate/limiter.ts";
import type { ApiAnswers } from "../../../http/is_api_answer.ts";
import { createSend, type SendConfig } from "../../../http/send.ts";
import { explain } from "../error_answers.ts";
import type { LoginAnswer } from "./token.ts";

/** A request to Keystone. */
export interface KeystoneRequest {
  method: "GET" | "POST";
  /** The URL of this Keystone, without a version. */
  root: string;
  /** The path below the root, with the version. */
  path: string;
  headers?: Record<string, string> | undefined;
  body?: unknown;
  /** How long Keystone may be away in milliseconds, if less than usual. */
  patience?: number | undefined;
}

/**
 * Sends one request and returns its answer, also for 300 to 417, because the login explains those errors.
 *
 * @throws {ApiError} when the server keeps failing.
 * @throws {TransportError} when it cannot be reached.
 */
export type KeystoneSend = (request: KeystoneRequest, signal?: AbortSignal) => Promise<LoginAnswer>;

/** How to send requests to Keystone; see {@linkcode SendConfig}. */
export interface KeystoneTransport {
  clock: Clock;
  random: () => number;
  fetch?: typeof globalThis.fetch | undefined;
  /** The time limit of one attempt, in milliseconds. Default 30,000. */
  timeout?: number | undefined;
  /** Default `"muster"`. */
  userAgent?: string | undefined;
  insecure?: boolean | undefined;
  caCerts?: readonly string[] | undefined;
  debug?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Without 413, because that is a rate limit. */
const ANSWERS = [300, 301, 302, 303, 305, 307, 308, 400, 401, 403, 404, 405, 406, 409, 410, 411, 415];

/**
 * Keystone's answers. The login reads refusals: one in another form means that Keystone is elsewhere, or has another
 * version.
 */
const KEYSTONE: ApiAnswers = {
  api: "Keystone",
  expected: ({ method, path }) =>
    method === "GET" ? "record" : { record: path.startsWith("/v3") ? "token" : "access" },
  ownError: () => true,
};

/**
 * Makes the function that sends requests to Keystone, with their own rate. A login may be repeated, because it changes
 * nothing.
 */
export function keystoneSend(transport: KeystoneTransport): KeystoneSend {
  const { clock, random, userAgent = "muster" } = transport;
  const limiter = createLimiter({ clock, random, concurrency: 4 });
  const config: Omit<SendConfig, "baseUrl"> = {
    ...transport,
    limiter: () => limiter,
    retries: 2,
    userAgent,
    explain,
    answers: KEYSTONE,
    requestIdHeader: "x-openstack-request-id",
  };
  return async ({ method, root, path, headers, body, patience }, signal) => {
    try {
      return await createSend({ ...config, baseUrl: root, outagePatience: patience })(
        { method, path, body, idempotent: true, accept: ANSWERS, ...(headers && { headers }) },
        { signal },
      );
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      // A login changes nothing, so there is nothing to check before the next.
      const reason = error.message.replace(/^Cannot .*?(?: as |: )/, "").replace(
        " Check before you send it again.",
        "",
      );
      const message = reason.includes(`does not answer as ${KEYSTONE.api} does`)
        ? `Cannot log in: no Keystone answers at ${root}${/^\/v[\d.]+/.exec(path)?.[0] ?? ""}: ${reason} ` +
          `Check the auth URL (OS_AUTH_URL or authUrl).`
        : `Cannot reach Keystone at ${root}: ${reason} The auth URL is OS_AUTH_URL or authUrl.`;
      throw new TransportError(message, error.sent, { cause: error });
    }
  };
}
