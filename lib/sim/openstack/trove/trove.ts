/**
 * Trove's layers: the token, the project, the rate limit, then the route.
 *
 * @module
 */
import { type Json, parseExact } from "../exact_json.ts";
import { isAdmin, type Project } from "../keystone/identity.ts";
import type { Keystone } from "../keystone/keystone.ts";
import type { Token } from "../keystone/tokens.ts";
import { layerFault, noRoute, page, RefusedRequest, type Reply } from "../reply.ts";
import { Call } from "./protocol/call.ts";
import type { ProjectRateLimits } from "./protocol/rate_limit.ts";
import type { Region } from "./region.ts";
import { type Match, match } from "./router.ts";

/** A request to one region's Trove. */
export interface DatabaseRequest {
  region: Region;
  keystone: Keystone;
  /** The rate limits of a project. */
  limiter(project: Project): ProjectRateLimits;
  /** Whether a project's id is accepted as a token. */
  fakeAuth: boolean;
  method: string;
  /** Below the server's base, as sent. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  host: string;
  /** `http:` or `https:`. */
  protocol: string;
  text: string;
  now: number;
}

/** An answer, and its route: undefined if none was reached. */
export interface RoutedAnswer {
  reply: Reply;
  route: string | undefined;
}

/** Answers a request; never throws a refusal. */
export function serveTrove(request: DatabaseRequest): RoutedAnswer {
  let found: Match | undefined;
  try {
    if (request.path === "/" && request.method === "GET") return { reply: versions(request), route: "GET /" };
    const { token, project, rest } = admit(request);
    request.limiter(project).take(request.method, rest, request.now);
    found = match(request.method, rest, request.region.facts.release >= 26);
    if (found === undefined) throw noRoute();
    return { reply: carryOut(request, token, project, found), route: found.route };
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    return { reply: withChallenge(request, error.reply), route: found?.route };
  }
}

/** Every 401 has the challenge, even those that do not concern the token. */
function withChallenge({ keystone }: DatabaseRequest, reply: Reply): Reply {
  if (reply.status !== 401) return reply;
  return { ...reply, headers: { ...reply.headers, "www-authenticate": `Keystone uri="${keystone.base}/"` } };
}

function admit(request: DatabaseRequest): { token: Caller; project: Project; rest: string } {
  const { keystone, path } = request;
  const [, wanted = "", rest = ""] = /^\/v1\.0\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const value = request.headers.get("x-auth-token");
  const token = keystone.tokens.valid(value, request.now) ?? fakeToken(request, value);
  if (token === undefined) {
    const message = "The request you have made requires authentication.";
    const json = { error: { code: 401, title: "Unauthorized", message } };
    throw new RefusedRequest(message, { status: 401, json });
  }
  const project = token.scope.kind === "project" ? token.scope.project : undefined;
  if (project === undefined || project.id !== wanted) {
    const text = `User with tenant id ${project?.id ?? "None"} cannot access this resource.`;
    throw layerFault(403, `Access was denied to this resource.<br /><br />\n${text}\n\n`);
  }
  return { token, project, rest };
}

type Caller = Pick<Token, "user" | "scope">;

/** The project's id as a token, for the tutorial's FakeAuth. */
function fakeToken({ fakeAuth, keystone }: DatabaseRequest, value: string | null): Caller | undefined {
  if (!fakeAuth) return undefined;
  const project = keystone.identity.projects.find((one) => one.id === value);
  const user = keystone.identity.users.find((one) => one.defaultProject === project);
  return project === undefined || user === undefined
    ? undefined
    : { user, scope: { kind: "project", project } };
}

function carryOut(request: DatabaseRequest, token: Caller, project: Project, found: Match): Reply {
  const { region, now } = request;
  const call = new Call({
    region,
    project,
    user: token.user,
    admin: isAdmin(token.user),
    limiter: request.limiter(project),
    host: request.host,
    path: request.path,
    params: found.params,
    query: request.query,
    body: bodyOf(request),
    now,
  });
  const writes = request.method !== "GET";
  try {
    const reply = found.handler(call);
    if (writes && !call.onlyRead) record(call, found.route);
    return reply;
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    if (writes && error.leavesFault) {
      // The stored message has a line break where the answer has a space.
      const message = error.message.replace(" (task status was", "\n(task status was")
        .replace(" (instance status was", "\n(instance status was");
      for (const instance of call.touched) region.setFault(instance, message, now);
    }
    throw error;
  }
}

function record(call: Call, route: string): void {
  const action = call.action ?? route;
  const { region, now, project } = call;
  const common = { at: now, region: region.name, project: project.name, action };
  const about = call.touched.length === 0 ? [undefined] : new Set(call.touched);
  for (const one of about) region.executions.push({ ...common, instanceId: one?.id, name: one?.name });
}

function bodyOf({ method, headers, text }: DatabaseRequest): Json | undefined {
  if (text === "" || method === "GET" || method === "DELETE") return undefined;
  const type = (headers.get("content-type") ?? "").replace(/;.*/, "").trim();
  if (type !== "application/json") {
    throw page(415, "Unsupported Media Type", "The request media type is not supported by this server.");
  }
  try {
    return parseExact(text);
  } catch {
    throw layerFault(400, "Malformed request body<br /><br />\n\n\n");
  }
}

function versions({ protocol, host }: DatabaseRequest): Reply {
  const links = [{ rel: "self", href: `${protocol}//${host}/v1.0/` }];
  const json = { versions: [{ id: "v1.0", status: "CURRENT", updated: "2012-08-01T00:00:00Z", links }] };
  return { status: 200, json };
}
