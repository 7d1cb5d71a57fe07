/**
 * From a login to an endpoint that puts tokens on requests and sends them.
 *
 * @module
 */
import {
  type ApiRequest,
  type Endpoint,
  milliseconds,
  MusterError,
  systemClock,
} from "../../../engine/mod.ts";
import { createLimiter, type Limiter, limiterFor } from "../../../engine/rate/limiter.ts";
import { checkSending, sessionRules, underWay } from "../../../engine/process/session_rules.ts";
import { createSend } from "../../../http/send.ts";
import { authorizedBy } from "../keystone/authorize.ts";
import { exactly, parseExact } from "./bigjson.ts";
import { answers } from "./answers.ts";
import { explain } from "./error_answers.ts";
import type { Tokens } from "../keystone/keystone.ts";
import { notice } from "./notice.ts";
import type { DatabaseServiceOptions } from "./options.ts";

/** Requests under way at most, where nothing is said. */
const CONCURRENCY = 32;

/** Who is asked as whom. */
export interface Connection {
  /** How the service is called in plans and reports. */
  name: string;
  /** Trove's address, which usually ends in the project's id. */
  url: string;
  /** The project logged in to, where it is known. */
  projectId?: string | undefined;
  /** Tells this account of this server from others. */
  key: string;
  tokens: Tokens;
  insecure?: boolean | undefined;
  caCerts?: readonly string[] | undefined;
}

/** The transport's part of the options, for Keystone as for Trove. */
export function transportOf(options: DatabaseServiceOptions) {
  return {
    clock: options.clock ?? systemClock,
    fetch: options.fetch,
    // Jitter only: nothing depends on these numbers being hard to guess.
    random: () => Math.random(),
    timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout, "timeout"),
    userAgent: "muster/0.1.0 (https://github.com/muster/muster)",
    debug: sessionRules()?.debug ?? options.debug ? notice : undefined,
  };
}

/** The rate-limit bucket of a request: Trove counts each verb apart, and the operator's POSTs (`[MGMT_]POST`). */
export function groupOf({ method, path }: Pick<ApiRequest, "method" | "path">): string {
  return method === "POST" && path.startsWith("/mgmt/") ? "MGMT_POST" : method;
}

/** An endpoint of a project. */
export interface ProjectEndpoint extends Endpoint {
  /** The project's id; undefined where requests go with a token nobody knows anything of. */
  readonly projectId: string | undefined;
}

/** Opens nothing: the endpoint is only what requests are sent with. */
export function endpointOf(connection: Connection, options: DatabaseServiceOptions): ProjectEndpoint {
  const { rate } = options;
  const concurrency = sessionRules()?.concurrency ?? options.concurrency ?? CONCURRENCY;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new MusterError(`Cannot use ${concurrency} as concurrency as it is no whole number above zero`);
  }
  if (rate !== undefined && !(rate > 0 && Number.isFinite(rate))) {
    throw new MusterError(`Cannot use ${rate} as rate as it is no number of requests per second above zero`);
  }
  const { key, name, url, tokens, insecure, caCerts } = connection;
  const transport = transportOf(options);
  const { clock, random } = transport;
  const limiter = (group: string): Limiter =>
    limiterFor(
      `${key} ${group} ${concurrency} ${rate ?? ""}`,
      () => createLimiter({ clock, concurrency, random, perSecond: rate }),
    );
  const send = createSend({
    ...transport,
    ...authorizedBy(tokens),
    baseUrl: url,
    limiter,
    explain,
    answers,
    parse: parseExact,
    requestIdHeader: "x-openstack-request-id",
    insecure,
    caCerts,
  });
  return {
    key,
    name,
    projectId: connection.projectId,
    clock,
    signal: options.signal,
    concurrency,
    // What a plan wants to know is how fast it may act, and actions are POSTs.
    rate: ({ group }) => limiter(group ?? "POST").facts(),
    async send(request, sending) {
      checkSending(request);
      const sent = { ...request, group: request.group ?? groupOf(request) };
      if (request.body !== undefined) sent.body = exactly(request.body);
      return await underWay(send(sent, { ...sending, signal: sending?.signal ?? options.signal }));
    },
  };
}
