/**
 * Authenticates and authorizes requests.
 *
 * @module
 */
import type { Account, Person, Role } from "../records/account.ts";
import type { Params } from "./call.ts";
import type { Route } from "./call.ts";
import { badCredentials, notAuthorized, notFound } from "./problem.ts";
import { type Claim, parseAuthorization, type SignedRequest } from "./signature_header.ts";
import { atLeast } from "../version.ts";
import type { Verifier } from "./verify.ts";
import type { World } from "../world.ts";

const REFUSED = "Invalid authorization credentials supplied";

/** The authenticated sender of a request. */
export interface Requester {
  signer: Account;
  user: Person | undefined;
  keyId: string;
}

/**
 * Authenticates the sender of a request by its signature header.
 *
 * @throws {Problem} 400 for a malformed header or a date too far off; 401 in all other cases, with the same message for
 * a wrong account, key or signature.
 */
export async function authenticate(
  world: World,
  verifier: Verifier | undefined,
  header: string | null,
  request: SignedRequest,
  version: string,
): Promise<Requester> {
  if (header === null || !/^signature( |$)/i.test(header)) {
    throw badCredentials("You must make authenticated requests to use CloudAPI");
  }
  const claim = parseAuthorization(header, request, world.clock.now());
  return await proveClaim(world, verifier, claim, version);
}

/** Finds the key that a claim names, and verifies the signature. */
export async function proveClaim(
  world: World,
  verifier: Verifier | undefined,
  claim: Claim,
  version: string,
): Promise<Requester> {
  const parts = claim.keyId.split("/");
  const ofUser = parts.length === 6 && parts[4] === "keys" && atLeast(version, "7.2.0");
  if (!ofUser && !(parts.length === 4 && parts[2] === "keys")) {
    throw badCredentials(`Invalid KeyId ${claim.keyId} in authorization header`);
  }
  const signer = world.accounts.get(parts[1]!);
  const user = ofUser ? signer?.users.find(({ login }) => login === parts[3]) : undefined;
  const person = ofUser ? user : signer;
  const name = parts.at(-1)!;
  const keys = person?.keys.filter((key) => key.fingerprint === name || key.name === name) ?? [];
  if (signer === undefined || keys.length === 0) throw badCredentials(REFUSED);
  if (verifier !== undefined) {
    const { algorithm, signingString, signature } = claim;
    if (!await verifier.check(keys[0]!.parsed, algorithm, signingString, signature)) {
      throw badCredentials(REFUSED);
    }
  }
  if (signer.disabled) throw notAuthorized("Account or user is disabled");
  return { signer, user, keyId: claim.keyId };
}

/**
 * The account in a path; `my` is the sender's.
 *
 * @throws {Problem} 404 when no account has that login.
 */
export function accountOf(world: World, params: Params, sender: Requester): Account {
  if (params.account === undefined || params.account === "my") params.account = sender.signer.login;
  if (sender.user !== undefined) return sender.signer;
  const login = String(params.account);
  const account = world.accounts.get(login) ?? [...world.accounts.values()].find(({ id }) => id === login);
  if (account === undefined) throw notFound(`${login} does not exist`);
  return account;
}

/**
 * Allows an account everything on its own resources, an operator everything, and anybody else what the policies of
 * their roles allow. Only policies of the form `CAN <action>[, <action>] …` count; `*` means every action.
 *
 * @returns The active roles.
 * @throws {Problem} 403.
 */
export function authorize(
  sender: Requester,
  account: Account,
  route: Route,
  params: Params,
  path: string,
): Role[] {
  if (sender.user === undefined && (sender.signer === account || sender.signer.operator)) return [];
  const id = (sender.user ?? sender.signer).id;
  const own = account.roles.filter(({ members }) => members.some((member) => member.id === id));
  const asked = typeof params["as-role"] === "string" ? params["as-role"].split(",") : undefined;
  const roles = asked === undefined
    ? own.filter(({ members }) => members.some((member) => member.id === id && member.default))
    : asked.map((name) => own.find((role) => role.name === name));
  if (roles.includes(undefined)) throw notAuthorized(`You do not have permission to access ${account.login}`);
  const action = actionOf(route, params);
  const rules = (roles as Role[]).flatMap(({ policies }) => policies)
    .flatMap((policy) => account.policies.find((each) => each.id === policy)?.rules ?? []);
  if (!rules.some((rule) => allows(rule, action))) {
    throw notAuthorized(`You do not have permission to access ${path} (${action})`);
  }
  return roles as Role[];
}

function actionOf(route: Route, params: Params): string {
  if (route.name !== "UpdateMachine") return route.name.toLowerCase();
  if (params.action === "enable_firewall") return "enablemachinefirewall";
  if (params.action === "disable_firewall") return "disablemachinefirewall";
  return `${params.action}machine`;
}

function allows(rule: string, action: string): boolean {
  const [, actions] = /^\s*CAN\s+(.+?)(?:\s+(?:WHEN|IF|TO)\s+.*)?$/i.exec(rule) ?? [];
  const named = actions?.split(/\s*,\s*|\s+AND\s+/i).map((each) => each.trim().toLowerCase()) ?? [];
  return named.includes("*") || named.includes(action);
}
