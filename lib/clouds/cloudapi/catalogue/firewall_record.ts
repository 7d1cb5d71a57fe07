/**
 * What CloudAPI says of a firewall rule.
 *
 * @module
 */

/**
 * A firewall rule.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRule } from "@muster/muster";
 *
 * const rules: FirewallRule[] = await dc("sim").fwrules();
 * console.log(rules.filter(({ enabled }) => enabled).map(({ rule }) => rule));
 * ```
 */
export interface FirewallRule {
  /** UUID. */
  id: string;
  /** `FROM any TO tag "role" = "web" ALLOW tcp PORT 443`. */
  rule: string;
  /** Whether it is active. */
  enabled: boolean;
  /** Whether the connections that it allows are logged. */
  log?: boolean;
  /** Whether the operator set it for all accounts. */
  global?: boolean;
  /** What it is for. */
  description?: string;
}
