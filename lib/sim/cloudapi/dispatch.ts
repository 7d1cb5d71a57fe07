/**
 * Handles a request, in the order in which the real server decides: route and version, what the client accepts, the
 * form of its signature, the body, the sender, the account, the machine, permission, maintenance, rate, and then the
 * operation.
 *
 * @module
 */
import { accountOf, authenticate, authorize, type Requester } from "./protocol/auth.ts";
import type { Call, Reply } from "./protocol/call.ts";
import { loadMachine } from "./machines/machine_routes.ts";
import { mergeParams, parseQuery, readParams } from "./protocol/params.ts";
import { presignedSender } from "./protocol/presigned.ts";
import { Problem } from "./protocol/problem.ts";
import { roleTagsOf, tagCreated } from "./account/role_tags.ts";
import type { Route } from "./protocol/call.ts";
import type { Router } from "./protocol/router.ts";
import type { Throttle } from "./protocol/throttle.ts";
import type { Verifier } from "./protocol/verify.ts";
import type { World } from "./world.ts";

const ACCEPTED = ["application/json", "text/plain", "application/octet-stream", "application/javascript"];

/** The parts of a server that requests need. */
export interface ServerParts {
  world: World;
  router: Router;
  throttle: Throttle;
  /** Undefined if signatures are not verified. */
  verifier: Verifier | undefined;
  /** Set while the datacenter is closed for writing. */
  readOnly: { eta?: string | Date } | false;
}

/** Answers one request. `found` is called with the route as soon as it is known. */
export async function dispatch(
  server: ServerParts,
  request: Request,
  ip: string,
  found: (route: Route) => void,
): Promise<Reply> {
  const { world } = server;
  const { method, headers } = request;
  const url = new URL(request.url);
  const range = headers.get("accept-version") ?? headers.get("x-api-version") ?? "*";
  const { route, params: pathParams, version } = server.router.find(method, url.pathname, range);
  found(route);
  checkAccept(headers.get("accept"));

  const query = parseQuery(url.search);
  const body = method === "GET" || method === "HEAD" ? undefined : await readParams(request);
  const call: Call = {
    world,
    request,
    method,
    path: url.pathname,
    query,
    params: mergeParams(pathParams, query, body),
    version,
    route,
    ip,
    roles: [],
    machine: undefined,
    // The next four are known after authentication; ping does not need them.
    account: undefined!,
    signer: undefined!,
    user: undefined,
    keyId: "",
  };
  if (route.name === "Ping") return await route.handle(call);

  const sender: Requester = await presignedSender(server, request, url, query, version) ??
    await authenticate(world, server.verifier, headers.get("authorization"), {
      method,
      target: url.pathname + url.search,
      header: (name) => headers.get(name) ?? (name === "host" ? url.host : null),
    }, version);
  call.signer = sender.signer;
  call.user = sender.user;
  call.keyId = sender.keyId;
  call.account = accountOf(world, call.params, sender);
  loadMachine(call);
  call.roles = authorize(sender, call.account, route, call.params, url.pathname);
  if (server.readOnly && method !== "GET" && method !== "HEAD") {
    const eta = server.readOnly.eta;
    throw new Problem(503, "ServiceUnavailableError", "This Triton data center is being upgraded", {
      headers: eta === undefined ? {} : { "retry-after": new Date(eta).toUTCString() },
    });
  }
  if (!call.signer.operator) server.throttle.take(call.account.login, route.group, world.clock.now());
  const reply = await route.handle(call);
  if (reply.status === 201 && reply.headers?.location !== undefined) tagCreated(call, reply.headers.location);
  if (method === "GET" || method === "HEAD") {
    const roles = roleTagsOf(call);
    if (roles.length > 0) reply.headers = { ...reply.headers, "role-tag": roles.join() };
  }
  return reply;
}

function checkAccept(accept: string | null): void {
  if (accept === null) return;
  const wanted = accept.split(",").map((part) => part.split(";")[0]!.trim().toLowerCase());
  const fine = wanted.some((type) =>
    type === "" || type === "*/*" || ACCEPTED.includes(type) || type === "text/*" || type === "application/*"
  );
  if (!fine) throw new Problem(406, "NotAcceptableError", `Server accepts: ${ACCEPTED.join()}`);
}
