/**
 * Makes an endpoint from a datacenter's options. It signs and sends.
 *
 * @module
 */
import { ApiError, type Endpoint, milliseconds, MusterError, systemClock } from "../../engine/mod.ts";
import type { ChangeListener, FeedEnd, Follow } from "../../engine/resource/endpoint.ts";
import { sessionRules } from "../../engine/process/session_rules.ts";
import { USER_AGENT } from "../../engine/process/version.ts";
import { loadFetch } from "../../http/client.ts";
import { makeEndpoint, numberOf } from "../../http/endpoint.ts";
import { answerShapes } from "./answer_shapes.ts";
import { explain } from "./error_answers.ts";
import type { DatacenterOptions } from "./options.ts";
import { createAuthorizer, skewFrom } from "./sign/sign.ts";
import type { Signer } from "../../platform/keys/signer.ts";
import { notice } from "../../platform/notice.ts";

/** A server and an account. */
export interface Connection {
  /** The datacenter's name in plans and reports. */
  name: string;
  url: string;
  /** The account whose resources are used: its login, or `my` for the signing account. */
  account: string;
  /** Who signs: two accounts on one server must not share polls or a rate limit. */
  login?: string | undefined;
  signer: () => Promise<Signer>;
  roles?: readonly string[] | undefined;
  insecure?: boolean | undefined;
}

/** For each endpoint a function that makes the endpoint of the same account elsewhere. */
const siblings = new WeakMap<Endpoint, (name: string, url: string) => Endpoint>();

/**
 * The endpoint of another datacenter, with the same credentials and options.
 *
 * @throws {MusterError} when the other URL is not encrypted and this one is.
 */
export function siblingOf(endpoint: Endpoint, name: string, url: string): Endpoint {
  return siblings.get(endpoint)!(name, url);
}

/**
 * The rate-limit bucket of a path: the server has one for each of these groups of routes (sdc-cloudapi `mount()`).
 */
export function groupOf(path: string): string {
  const [, first = "", , third] = path.split("/");
  if (first === "fwrules" || first === "migrations" || first === "machines") {
    return third === "nics" ? "nics" : "machines";
  }
  return first === "fabrics" ? "networks" : first === "" ? "account" : first;
}

/** Makes the endpoint. It opens nothing before the first request. */
export function endpointOf(connection: Connection, options: DatacenterOptions): Endpoint {
  const { fetch, clock = systemClock } = options;
  const authorizer = createAuthorizer({
    signer: connection.signer,
    clock,
    meanwhile: fetch ? undefined : loadFetch,
  });
  let told = false;
  const baseUrl = `${connection.url.replace(/\/+$/, "")}/${encodeURIComponent(connection.account)}`;
  const headers = { "accept": "application/json", "accept-version": "~9||~8" };
  const debug = sessionRules()?.debug ?? options.debug ? notice : undefined;
  const follow: Follow | undefined = hasChangefeed(connection, options) ? followed : undefined;
  const made = makeEndpoint({
    key: `cloudapi ${numberOf(fetch)} ${connection.url} ${connection.login ?? ""} ${connection.account} ${
      connection.roles ?? ""
    }`,
    name: connection.name,
    baseUrl,
    clock,
    signal: options.signal,
    concurrency: options.concurrency,
    rate: options.rate,
    groupOf: ({ path }) => groupOf(path),
    prepared: (request) => withRoles(request, connection.roles),
    changes: (kind) => kind === "machine" ? follow : undefined,
    fetch,
    timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout, "timeout"),
    userAgent: USER_AGENT,
    headers,
    authorize({ method, target, headers, write }) {
      const signed = authorizer(method, target, write);
      return signed instanceof Promise
        ? signed.then((made) => void Object.assign(headers, made))
        : void Object.assign(headers, signed);
    },
    refused(response) {
      const skew = skewFrom(response, clock.now());
      if (skew === undefined) return Promise.resolve(undefined);
      authorizer.skew = skew;
      if (!told) {
        told = true;
        notice(
          `this machine's clock is ${Math.abs(Math.round(skew / 1000))} s ${
            skew > 0 ? "behind" : "ahead of"
          } that of ` +
            `${connection.name}; its time is used for signing. Correct the clock of this machine`,
        );
      }
      return Promise.resolve("resend");
    },
    explain,
    answers: answerShapes,
    requestIdHeader: "request-id",
    debug,
    insecure: connection.insecure,
  });
  const { limiter } = made;
  const endpoint = connection.roles?.length ? withoutRolesSaid(made.endpoint) : made.endpoint;
  async function followed(listener: ChangeListener): Promise<FeedEnd> {
    // Loaded when the first wait begins, so that nothing else pays for it.
    const [{ followChanges }, { openSocket }, { proxyFor }] = await Promise.all([
      import("./feed/changefeed.ts"),
      import("../../http/websocket.ts"),
      import("../../platform/proxy.ts"),
    ]);
    const opener = typeof options.changefeed === "function" ? options.changefeed : undefined;
    if (!opener && proxyFor(new URL(connection.url))) return "refused";
    return await followChanges({
      open: opener ?? openSocket,
      baseUrl,
      roles: connection.roles,
      async headers(target) {
        return { ...headers, "user-agent": USER_AGENT, ...await authorizer("GET", target, false) };
      },
      limiter: limiter(groupOf("/machines")), // the server does not count it there, but here it lets actions pass, as polls do
      clock,
      debug,
    }, listener);
  }
  siblings.set(endpoint, (name, url) => {
    if (connection.url.startsWith("https:") && !url.startsWith("https:")) {
      throw new MusterError(
        `Cannot go on to ${name}: its address is not https, but the address of this datacenter is: ${url}`,
      );
    }
    return endpointOf({ ...connection, name, url }, options);
  });
  return endpoint;
}

/**
 * Whether the changefeed may be used. Not if requests go through the user's own fetch, which the changefeed would
 * bypass. And not if the certificate is not checked, because a WebSocket always checks it.
 */
function hasChangefeed({ url, insecure }: Connection, { changefeed, fetch }: DatacenterOptions): boolean {
  if (typeof changefeed === "function") return true;
  return changefeed !== false && fetch === undefined && !(insecure && url.startsWith("https:"));
}

/**
 * Adds the roles to use. Not to writes of tags and metadata, because the server turns every unknown parameter into a
 * tag, `as-role` included.
 */
function withRoles(request: Parameters<Endpoint["send"]>[0], roles: readonly string[] | undefined) {
  if (!roles?.length) return request;
  if (isWithoutRoles(request)) return request;
  return { ...request, query: { ...request.query, "as-role": roles.join(",") } };
}

/** Whether a request cannot have roles. */
function isWithoutRoles({ method, path }: Parameters<Endpoint["send"]>[0]): boolean {
  const reads = method === "GET" || method === "HEAD";
  // Of volumes the server refuses every parameter that it does not know (sdc-cloudapi `checkInvalidParams`).
  if (path === "/volumes") return reads;
  if (path.startsWith("/volumes/")) return method === "POST";
  return !reads && /^\/machines\/[^/]+\/(tags|metadata)(\/|$)/.test(path);
}

/** If a write that cannot have roles is refused for lack of permission, adds that reason to the error. */
function withoutRolesSaid(endpoint: Endpoint): Endpoint {
  return {
    ...endpoint,
    async send(request, options) {
      try {
        return await endpoint.send(request, options);
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 403 && isWithoutRoles(request))) throw error;
        const why = request.path.startsWith("/volumes")
          ? "refuse them as an unknown parameter"
          : "make a tag of them";
        throw new ApiError(
          `${
            error.message.replace(/\.$/, "")
          }. The roles of this handle are not sent with it, because the server would ${why}: ` +
            "only the user's default roles count. Make the role a default one.",
          error,
          { cause: error },
        );
      }
    },
  };
}
