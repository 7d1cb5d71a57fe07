/**
 * The account itself, its limits and its configuration.
 *
 * @module
 */
import type { Account, Person } from "../records/account.ts";
import { type Call, type Params, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

/** The fields of a person that can be set. */
export const PROFILE = [
  "companyName",
  "firstName",
  "lastName",
  "address",
  "postalCode",
  "city",
  "state",
  "country",
  "phone",
] as const;

/** An account or a sub-user, as the API shows it. */
export function showPerson(person: Person): Record<string, unknown> {
  const { id, login, email, profile, created, updated } = person;
  return {
    id,
    login,
    email,
    ...profile,
    updated: new Date(updated).toISOString(),
    created: new Date(created).toISOString(),
  };
}

/**
 * Sets fields of a person from the parameters. An empty text clears a field of a sub-user, and is ignored for an
 * account.
 */
export function updatePerson(person: Person, params: Params, now: number, empties = true): void {
  if (typeof params.email === "string" && params.email !== "") person.email = params.email;
  for (const key of PROFILE) {
    if (params[key] === undefined) continue;
    if (params[key] === "" || params[key] === null) {
      if (empties) delete person.profile[key];
      continue;
    }
    person.profile[key] = String(params[key]);
  }
  person.updated = now;
}

function show(account: Account): Record<string, unknown> {
  const { updated, created, ...rest } = showPerson(account);
  return { ...rest, triton_cns_enabled: account.cns, updated, created };
}

function updateAccount(call: Call): Reply {
  const { account, params } = call;
  const cns = params.triton_cns_enabled === undefined ? undefined : String(params.triton_cns_enabled);
  if (cns !== undefined && cns !== "true" && cns !== "false") {
    throw invalidArgument('triton_cns_enabled must be either "true" or "false"');
  }
  updatePerson(account, params, call.world.agenda.now, false);
  if (cns !== undefined) account.cns = cns === "true";
  return { body: show(account) };
}

function updateConfig(call: Call): Reply {
  const id = textParam(call, "default_network");
  if (id !== undefined && !/^[0-9a-f-]{36}$/.test(id)) {
    throw invalidArgument('property "default_network": must be a UUID');
  }
  if (!call.world.networks.some((net) => net.id === id)) throw invalidArgument("unknown network");
  call.account.config.default_network = id!;
  return { body: call.account.config };
}

export const accountRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account",
    name: "GetAccount",
    group: "account",
    head: true,
    handle: (call) => ({ body: show(call.account) }),
  },
  { method: "POST", path: "/:account", name: "UpdateAccount", group: "account", handle: updateAccount },
  {
    method: "GET",
    path: "/:account/limits",
    name: "GetProvisioningLimits",
    group: "account",
    handle: () => ({ body: [] }),
  },
  {
    method: "GET",
    path: "/:account/config",
    name: "GetConfig",
    group: "config",
    head: true,
    handle: (call) => ({ body: call.account.config }),
  },
  { method: "PUT", path: "/:account/config", name: "UpdateConfig", group: "config", handle: updateConfig },
];
