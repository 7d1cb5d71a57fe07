/**
 * From a login to an endpoint that puts tokens on requests and sends them.
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
    userAgent: USER_AGENT,
    debug: sessionRules()?.debug ?? options.debug ? notice : undefined,
  };
}

/** The rate-limit bucket of a request: Trove counts each verb apart, and the operator's POSTs (`[MGMT_]POST`). */
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
  /** The project's id; undefined where requests go with a token nobody knows anything of. */
  readonly projectId: string | undefined;
}

/** Opens nothing: the endpoint is only what requests are sent with. */
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
    // What a plan wants to know is how fast it may act, and actions are POSTs.
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
