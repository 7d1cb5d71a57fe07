/**
 * The account's firewall rules.
 *
 * @module
 */
import type { Endpoint } from "../chain/mod.ts";
import { listIn } from "./pick.ts";

/** A firewall rule. */
export interface FirewallRule {
  /** UUID. */
  id: string;
  /** `FROM any TO tag "role" = "web" ALLOW tcp PORT 443`. */
  rule: string;
  enabled: boolean;
  log?: boolean;
  /** Whether it is the operator's, for everybody. */
  global?: boolean;
  description?: string;
}

/** All firewall rules of the account. */
export async function firewallRules(endpoint: Endpoint): Promise<FirewallRule[]> {
  return listIn<FirewallRule>("fwrules", (await endpoint.send({ method: "GET", path: "/fwrules" })).body);
}
