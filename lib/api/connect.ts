/**
 * Makes an endpoint from an API's options.
 *
 * @module
 */
import { MusterError } from "../engine/errors.ts";
import type { AnyResource } from "../engine/resource/describe.ts";
import type { ApiRequest, Endpoint, Follow } from "../engine/resource/endpoint.ts";
import { keepLogin } from "../engine/text/secrets.ts";
import { systemClock } from "../engine/time/clock.ts";
import { milliseconds } from "../engine/time/duration.ts";
import { sessionRules } from "../engine/process/session_rules.ts";
import { USER_AGENT } from "../engine/process/version.ts";
import { notice } from "../engine/run/notice.ts";
import type { Draft } from "../http/attempt.ts";
import { makeEndpoint, numberOf } from "../http/endpoint.ts";
import type { RawResponse } from "../http/send.ts";
import { targetOf } from "../http/request_target.ts";
import { explainCommon } from "./error_answers.ts";
import { negotiateVersion } from "./negotiate_version.ts";
import type { ApiOptions } from "./options.ts";
import type { PushedChanges } from "./pushed_options.ts";

/** How the server's certificate is judged. */
interface Trust {
  readonly caCerts: readonly string[] | undefined;
  readonly insecure: boolean;
}

/**
 * Finds out how the server is trusted, and which version it is spoken to in. What can be answered without asking is.
 *
 * @throws {MusterError} where the server speaks none of the versions.
 */
export async function connect(
  handle: string,
  name: string,
  baseUrl: string,
  options: ApiOptions,
  resources: ReadonlyMap<string, AnyResource>,
): Promise<Endpoint> {
  const { caCerts, insecure = false, version } = options;
  const trust = {
    caCerts: typeof caCerts === "function" ? await caCerts() : caCerts,
    insecure: typeof insecure === "function" ? await insecure() : insecure,
  };
  const plain = endpointOf(name, baseUrl, options, trust, resources);
  if (version === undefined) return plain;
  const headers = await negotiateVersion(handle, version, plain);
  return endpointOf(
    name,
    baseUrl,
    { ...options, headers: { ...options.headers, ...headers } },
    trust,
    resources,
  );
}

/** Opens nothing: the endpoint is only what requests are sent with. */
function endpointOf(
  name: string,
  baseUrl: string,
  options: ApiOptions,
  trust: Trust,
  resources: ReadonlyMap<string, AnyResource>,
): Endpoint {
  const { fetch, clock, account = "", authorize, idempotencyKey, group } = options;
  const headers = lowerCase(options.headers ?? {});
  const login = authorize && loginBy(authorize);
  const follows = new Map<string, Follow | undefined>();
  const debug = options.debug ?? (sessionRules()?.debug ? notice : undefined);
  return makeEndpoint({
    key: `api ${name} ${numberOf(fetch)} ${numberOf(clock)} ${baseUrl} ${account}`,
    name,
    baseUrl,
    clock,
    fetch,
    concurrency: options.concurrency,
    rate: options.rate,
    hint: options.hint,
    signal: options.signal,
    timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout, "timeout"),
    retries: options.retries,
    caCerts: trust.caCerts,
    insecure: trust.insecure,
    parse: options.parse,
    debug,
    userAgent: USER_AGENT,
    headers,
    ...login,
    explain: options.explain ?? explainCommon,
    answers: { api: name, expected: options.expected, ownError: options.ownError },
    requestIdHeader: options.requestIdHeader ?? "x-request-id",
    ...group && { groupOf: group },
    ...idempotencyKey === undefined ? {} : { prepared: (request) => keyed(request, idempotencyKey) },
    changes(kind) {
      if (!follows.has(kind)) follows.set(kind, followOf(kind));
      return follows.get(kind);
    },
  }).endpoint;

  /** How changes of members of a kind are pushed. */
  function followOf(kind: string): Follow | undefined {
    const resource = resources.get(kind);
    const { pushed } = resource as { pushed?: PushedChanges } ?? {};
    if (!pushed) return undefined;
    const follow = pushed({
      baseUrl,
      fetch,
      clock: clock ?? systemClock,
      async headers(request) {
        const draft: Draft = {
          ...targetOf(baseUrl, request),
          method: request.method,
          headers: { "user-agent": USER_AGENT, ...headers },
          write: false,
        };
        await login?.authorize(draft);
        return draft.headers;
      },
    });
    return (listener) =>
      follow({
        ...listener,
        changed: (change) =>
          listener.changed(isWhole(resource!, change) ? change : { ...change, record: undefined }),
      });
  }
}

/** Whether a pushed record may replace a poll: only a mark shows how old it is. */
function isWhole(resource: AnyResource, { id, record }: { id: string; record: object | undefined }): boolean {
  try {
    return record !== undefined && resource.mark?.(record) !== undefined && resource.id(record) === id &&
      resource.states.includes(resource.state(record));
  } catch {
    return false;
  }
}

/** Headers whose values are not secret. */
const OPEN = /^(accept(-.*)?|content-.*|user-agent|date|digest|host|.*-version)$/;
/** How many values are kept secret. Signatures differ for each request, and an old one is useless to a reader. */
const KEPT = 50;

/** Adds credentials to requests, and renews them when the API refuses them. */
function loginBy(authorize: NonNullable<ApiOptions["authorize"]>) {
  let renewing: Promise<Record<string, string>> | undefined;
  const kept = new Set<string>();
  const headersFor = async (draft: Draft, refused: boolean): Promise<Record<string, string>> => {
    const before = new Headers(draft.headers);
    const headers = new Headers(before);
    await authorize({ method: draft.method, url: draft.href, headers, refused });
    const added: Record<string, string> = {};
    for (const [header, value] of headers) {
      if (before.get(header) === value) continue;
      added[header] = value;
      if (OPEN.test(header) || kept.size >= KEPT || kept.has(value)) continue;
      kept.add(value);
      // In `Bearer abc` the scheme is not secret, so the rest is kept secret by itself as well.
      keepLogin(value, value.replace(/^\S+\s+/, ""));
    }
    return added;
  };
  return {
    async authorize(draft: Draft): Promise<void> {
      Object.assign(draft.headers, await headersFor(draft, false));
    },
    async refused({ status }: RawResponse, draft: Draft): Promise<"resend" | undefined> {
      if (status !== 401) return undefined;
      const sent = { ...draft.headers };
      const differs = (headers: Record<string, string>) =>
        Object.entries(headers).some(([header, value]) => sent[header] !== value);
      // Another request may have renewed them meanwhile. Of several refused requests one renews them for all.
      if (differs(await headersFor(draft, false))) return "resend";
      renewing ??= headersFor(draft, true).finally(() => renewing = undefined);
      return differs(await renewing) ? "resend" : undefined;
    },
  };
}

/** A write with an idempotency key of its own, which is the same for all its attempts. */
function keyed(request: ApiRequest, header: string): ApiRequest {
  if (request.method !== "POST" && request.method !== "PATCH") return request;
  if (request.idempotent === false) return request;
  return {
    ...request,
    idempotent: true,
    headers: { ...request.headers, [header]: crypto.randomUUID() },
  };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => {
      if (typeof value === "string" && /^[\w!#$%&'*+.^`|~-]+$/.test(header)) {
        return [header.toLowerCase(), value];
      }
      throw new MusterError(
        `Cannot use the header ${
          JSON.stringify(header)
        }: its name or its value is not a text that may be sent.`,
      );
    }),
  );
}
