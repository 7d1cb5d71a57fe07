/**
 * One request on its way through the server.
 *
 * @module
 */
import type { Account, Person, Role } from "../records/account.ts";
import type { Machine, RecordContext } from "../records/machine.ts";
import type { JobCaller } from "../records/job.ts";
import type { World } from "../world.ts";

/** The combined parameters of path, query and body. */
export type Params = Record<string, unknown>;

export interface Call {
  world: World;
  request: Request;
  method: string;
  /** Without the query, as sent. */
  path: string;
  query: Params;
  params: Params;
  /** The newest API version that the client allows. */
  version: string;
  route: Route;
  /** The account whose resources are requested. */
  account: Account;
  /** The account that signed. */
  signer: Account;
  /** The sub-user that signed, if any. */
  user: Person | undefined;
  keyId: string;
  roles: Role[];
  /** The machine in the path, if there is one. */
  machine: Machine | undefined;
  /** The client's address, as the audit shows it. */
  ip: string;
}

/** An answer: a status, and a body that is JSON, serialised JSON, or empty. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** The body, already serialised. */
  json?: string;
  /** How many milliseconds later it is answered. */
  delay?: number;
  /** Never answered: the server has lost the request. */
  never?: boolean;
  /** The account whose changes a WebSocket will receive after the upgrade. */
  feedOf?: string;
}

/** Carries out an operation. */
export type Handler = (call: Call) => Reply | Promise<Reply>;

/** One route of the server. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** May have `:parameters`. */
  path: string;
  /** The name of the operation: `GetMachine`. */
  name: string;
  /** The rate limit's group. */
  group: string;
  /** Whether HEAD is answered too. */
  head?: boolean;
  /** The API versions that have it; default all. */
  versions?: readonly string[];
  handle: Handler;
}

/**
 * The two routes that read things of a kind, all of them and one, which answer HEAD too.
 *
 * @param of Their path, the parameter behind it that names one, and what both are called: `["ListNics", "GetNic"]`.
 */
export function readRoutes(
  of: { path: string; param: string; names: readonly [string, string] } & Pick<Route, "group" | "versions">,
  all: Handler,
  one: Handler,
): Route[] {
  const { path, param, names, ...shared } = of;
  const both = { method: "GET", head: true, ...shared } as const;
  return [
    { ...both, path, name: names[0], handle: all },
    { ...both, path: `${path}/:${param}`, name: names[1], handle: one },
  ];
}

/** The machine in the call; only for routes with a machine in the path. */
export function machineOfCall(call: Call): Machine {
  if (call.machine === undefined) throw new Error(`${call.route.name} has no machine`);
  return call.machine;
}

/** The sender, as jobs record it. */
export const callerOf = (call: Call): JobCaller => ({ type: "signature", ip: call.ip, keyId: call.keyId });

/** What machine records depend on in this call. */
export function recordContext(call: Call): RecordContext {
  const { world, account } = call;
  const { datacenter, dnsSuffix } = world.settings;
  return {
    version: call.version,
    credentials: call.params.credentials,
    memory: world.jsonMemory,
    dnsNames: account.cns
      ? (machine) =>
        [machine.name, machine.id].map((label) => `${label}.inst.${account.id}.${datacenter}.${dnsSuffix}`)
      : undefined,
  };
}

/** A parameter as text; undefined if it is missing or empty. */
export function textParam(call: Call, name: string): string | undefined {
  const value = call.params[name];
  if (value === undefined || value === null || value === "") return undefined;
  return String(value);
}
