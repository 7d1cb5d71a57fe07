/**
 * Makes an endpoint from a login. It puts tokens on requests and sends them.
 *
 * @module
 */
import { USER_AGENT } from "../../../engine/process/version.ts";
import { type ApiRequest, type Endpoint, milliseconds, systemClock } from "../../../engine/mod.ts";
import { sessionRules } from "../../../engine/process/session_rules.ts";
import { makeEndpoint } from "../../../http/endpoint.ts";
import { authorizedBy } from "../keystone/authorize.ts";
import { exactly, parseExact } from "./exact_json.ts";
import { answerShapes } from "./answer_shapes.ts";
import { explain } from "../error_answers.ts";
import type { Tokens } from "../keystone/keystone.ts";
import { notice } from "../../../platform/notice.ts";
import type { DatabaseServiceOptions } from "./options.ts";

/** A server and a login. */
export interface Connection {
  /** The service's name in plans and reports. */
  name: string;
  /** Trove's URL, which usually ends with the project's id. */
  url: string;
  /** The project of the login, if known. */
  projectId?: string | undefined;
  /** Identifies this account on this server. */
  key: string;
  tokens: Tokens;
  insecure?: boolean | undefined;
  caCerts?: readonly string[] | undefined;
}

/** The options for sending requests, for Keystone and for Trove. */
export function transportOf(options: DatabaseServiceOptions) {
  return {
    clock: options.clock ?? systemClock,
    fetch: options.fetch,
    // Only for jitter: these numbers need not be hard to guess.
    random: () => Math.random(),
    timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout, "timeout"),
    userAgent: USER_AGENT,
    debug: sessionRules()?.debug ?? options.debug ? notice : undefined,
  };
}

/**
 * The rate-limit bucket of a request: Trove counts each method separately, and the operator's POSTs too
 * (`[MGMT_]POST`).
 */
export function groupOf({ method, path }: Pick<ApiRequest, "method" | "path">): string {
  return method === "POST" && path.startsWith("/mgmt/") ? "MGMT_POST" : method;
}

/**
 * An endpoint of a project.
 *
 * @example
 * ```ts
 * import { dbaas, type ProjectEndpoint } from "@muster/muster";
 *
 * const endpoint: ProjectEndpoint = await dbaas("sim").endpoint();
 * console.log(endpoint.name, endpoint.projectId);
 * ```
 */
export interface ProjectEndpoint extends Endpoint {
  /** The project's id; undefined for a token that Keystone was not asked about. */
  readonly projectId: string | undefined;
}

/** Makes the endpoint. It opens nothing before the first request. */
export function endpointOf(connection: Connection, options: DatabaseServiceOptions): ProjectEndpoint {
  const { key, name, url, tokens, insecure, caCerts } = connection;
  const { endpoint } = makeEndpoint({
    ...transportOf(options),
    ...authorizedBy(tokens),
    key,
    name,
    baseUrl: url,
    signal: options.signal,
    concurrency: options.concurrency,
    rate: options.rate,
    groupOf,
    // A plan needs the rate of actions, and actions are POSTs.
    plannedGroup: () => "POST",
    prepared: (request) => request.body === undefined ? request : { ...request, body: exactly(request.body) },
    explain,
    answers: answerShapes,
    parse: parseExact,
    requestIdHeader: "x-openstack-request-id",
    insecure,
    caCerts,
  });
  return Object.assign(endpoint, { projectId: connection.projectId });
}
