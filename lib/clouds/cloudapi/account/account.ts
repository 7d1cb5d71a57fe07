/**
 * The account: its owner, its limits, its settings.
 *
 * @module
 */
import { type Endpoint, MusterError } from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import type { NetworkRef } from "../catalogue/network.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import { resolveNetwork } from "../catalogue/resolve.ts";

/**
 * The account.
 *
 * @example
 * ```ts
 * import { type Account, dc } from "@muster/muster";
 *
 * const account: Account = await dc("sim").account();
 * console.log(account.login, account.email, account.triton_cns_enabled);
 * ```
 */
export interface Account {
  /** UUID. */
  id: string;
  /** The login name. */
  login: string;
  /** The owner's email address. */
  email: string;
  /** The company. */
  companyName?: string;
  /** Its owner's first name. */
  firstName?: string;
  /** Its owner's last name. */
  lastName?: string;
  /** Street and number. */
  address?: string;
  /** The postal code. */
  postalCode?: string;
  /** The city. */
  city?: string;
  /** The state or province of the address. */
  state?: string;
  /** The country. */
  country?: string;
  /** The telephone number, as it was entered. */
  phone?: string;
  /** Whether machines get DNS names. */
  triton_cns_enabled?: boolean;
  /** ISO 8601, UTC. */
  created: string;
  /** ISO 8601, UTC. */
  updated: string;
}

/**
 * The fields of an account that can be changed. An empty text, or null, would clear a field. The server cannot do that
 * (it ignores empty texts: sdc-cloudapi `UpdateAccount`), so it is refused if the account has the field.
 *
 * @example
 * ```ts
 * import { type AccountChanges, dc } from "@muster/muster";
 *
 * const changes: AccountChanges = { companyName: "Example", phone: "+47 55 50 10 10" };
 * console.log((await dc("sim").updateAccount(changes)).companyName);
 * ```
 */
export interface AccountChanges {
  /** Where the account is written to. */
  readonly email?: string | null;
  /** The company's name. */
  readonly companyName?: string | null;
  /** The owner's first name. */
  readonly firstName?: string | null;
  /** The owner's last name. */
  readonly lastName?: string | null;
  /** The street. */
  readonly address?: string | null;
  /** The postal code. */
  readonly postalCode?: string | null;
  /** The city. */
  readonly city?: string | null;
  /** The state or province of the address. */
  readonly state?: string | null;
  /** The country. */
  readonly country?: string | null;
  /** The telephone number, as it was entered. */
  readonly phone?: string | null;
  /** Whether machines get names in DNS. */
  readonly triton_cns_enabled?: boolean;
}

const TEXTS = [
  "email",
  "companyName",
  "firstName",
  "lastName",
  "address",
  "postalCode",
  "city",
  "state",
  "country",
  "phone",
] as const satisfies readonly (keyof AccountChanges)[];

/** The account. */
export async function account(endpoint: Endpoint): Promise<Account> {
  return (await endpoint.send({ method: "GET", path: "/" })).body as Account;
}

function bodyOf(changes: AccountChanges): Record<string, string | boolean> {
  if (typeof changes !== "object" || changes === null) {
    throw new MusterError(
      `Cannot update the account: the changes are not an object: ${JSON.stringify(changes)}`,
    );
  }
  const body: Record<string, string | boolean> = {};
  for (const [field, value] of Object.entries(changes)) {
    const isFlag = field === "triton_cns_enabled";
    if (!isFlag && !(TEXTS as readonly string[]).includes(field)) {
      throw new MusterError(
        `Cannot update the account: the field ${field} does not exist. The fields are ${
          TEXTS.join(", ")
        }, triton_cns_enabled`,
      );
    }
    if (isFlag ? typeof value !== "boolean" : value !== null && typeof value !== "string") {
      throw new MusterError(
        `Cannot update the account: ${field} is not a ${isFlag ? "boolean" : "text"}: ${typeof value}.${
          isFlag ? "" : " Give a text."
        }`,
      );
    }
    if (field === "email" && !value) throw new MusterError("Cannot update the account: it needs an email.");
    body[field] = value ?? "";
  }
  if (Object.keys(body).length === 0) {
    throw new MusterError("Cannot update the account: no change is given.");
  }
  checkSize("update the account", body, "shorten the texts");
  return body;
}

/**
 * Changes the account: only the given fields.
 *
 * @throws {MusterError} when a field that the account has should be cleared, or the server accepts the request and does
 * not change a field.
 */
export async function updateAccount(endpoint: Endpoint, changes: AccountChanges): Promise<Account> {
  const all = bodyOf(changes);
  const empty = Object.keys(all).filter((field) => all[field] === "");
  const body = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  if (empty.length > 0) {
    const before = await account(endpoint);
    const there = empty.filter((field) => (before[field as keyof Account] ?? "") !== "");
    if (there.length > 0) {
      throw new MusterError(
        `Cannot empty ${
          there.join(", ")
        } of the account: the server ignores an empty text and keeps what it has. ` +
          "Nothing was sent. Give another text.",
      );
    }
    if (Object.keys(body).length === 0) return before;
  }
  // Setting the same fields twice has the same result, so it may be sent again.
  const answer = await endpoint.send({ method: "POST", path: "/", body, idempotent: true });
  // An incomplete answer does not show the account, so it is read.
  const now = (answer.body ?? await account(endpoint)) as unknown as Record<string, unknown>;
  const kept = Object.keys(body).filter((field) => String(now[field] ?? "") !== String(body[field]));
  if (kept.length === 0) return now as unknown as Account;
  throw new MusterError(
    `Cannot update the account completely: the server accepted the request, but did not change ${
      kept.join(", ")
    }. Look at it with account().`,
  );
}

/**
 * A limit for the account; only if the operator set limits.
 *
 * @example
 * ```ts
 * import { dc, type ProvisioningLimit } from "@muster/muster";
 *
 * const limits: ProvisioningLimit[] = await dc("sim").limits();
 * for (const { by, value, used = 0 } of limits) console.log(`${used} of ${value} ${by ?? "machines"}`);
 * ```
 */
export interface ProvisioningLimit {
  /** `machines`, `ram` or `quota`. */
  by?: string;
  /** The limit, in the unit of `by`; a number of machines if `by` is missing. */
  value: number;
  /** How much of it is used. */
  used?: number;
  /** What it applies to: `os`, `image` or `brand`. */
  check?: string;
  /** The operating system, if `check` is `os`. */
  os?: string;
  /** The image, if `check` is `image`. */
  image?: string;
  /** The brand, if `check` is `brand`. */
  brand?: string;
}

/** The account's limits; empty if the operator set none. */
export async function limits(endpoint: Endpoint): Promise<ProvisioningLimit[]> {
  return listIn("limits", (await endpoint.send({ method: "GET", path: "/limits", group: "account" })).body);
}

/**
 * The account's settings.
 *
 * @example
 * ```ts
 * import { type AccountConfig, dc } from "@muster/muster";
 *
 * const { default_network }: AccountConfig = await dc("sim").config();
 * console.log(default_network);
 * ```
 */
export interface AccountConfig {
  /** The network for Docker containers, by UUID. */
  default_network?: string;
}

/** The account's settings. */
export async function config(endpoint: Endpoint): Promise<AccountConfig> {
  return (await endpoint.send({ method: "GET", path: "/config" })).body as AccountConfig;
}

/** Sets the network for Docker containers. */
export async function updateConfig(
  endpoint: Endpoint,
  changes: { readonly default_network: NetworkRef },
): Promise<AccountConfig> {
  const body = { default_network: await resolveNetwork(endpoint, changes.default_network) };
  return (await endpoint.send({ method: "PUT", path: "/config", body, idempotent: true }))
    .body as AccountConfig;
}

/** The datacenter's other services: names and URLs. */
export async function services(endpoint: Endpoint): Promise<Record<string, string>> {
  return (await endpoint.send({ method: "GET", path: "/services" })).body as Record<string, string>;
}
