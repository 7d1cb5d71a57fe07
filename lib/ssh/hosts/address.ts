/**
 * Chooses which of a machine's addresses to connect to.
 *
 * @module
 */
import { SshError } from "../../engine/errors.ts";

/**
 * A record that has addresses, such as a machine.
 *
 * @example
 * ```ts
 * import type { Addressed, AddressChoice } from "@muster/muster";
 *
 * const host: Addressed = { name: "web-00", ips: ["192.0.2.7", "10.0.0.7"] };
 * const first: AddressChoice = (record) => record.ips?.[0];
 * console.log(typeof first === "function" ? first(host) : first);
 * ```
 */
export interface Addressed {
  /** The address that the cloud puts first. */
  primaryIp?: string | undefined;
  /** All its addresses. */
  ips?: readonly string[] | undefined;
  /** For messages. */
  name?: string | undefined;
  /** For messages, if it has no name. */
  id?: string | undefined;
}

/**
 * Which address of a machine to use. `"public"`: a public one, else a private one. `"private"`: only a private one. Or
 * a function that chooses.
 *
 * @example
 * ```ts
 * import { type AddressChoice, dc, type Machine } from "@muster/muster";
 *
 * const last: AddressChoice<Machine> = (machine) => machine.ips.at(-1);
 * console.log(dc("sim").machines({ type: "db" }).ssh("uptime", { address: last }));
 * ```
 */
export type AddressChoice<R extends Addressed = Addressed> =
  | "public"
  | "private"
  | ((record: R) => string | undefined);

/**
 * Whether an address can be reached only from within: RFC 1918, carrier-grade NAT (RFC 6598), loopback, link-local,
 * IPv6 unique local (RFC 4193), and IPv4 ones written as IPv6.
 */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  const four = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(mapped?.[1] ?? address);
  if (four) {
    const a = Number(four[1]);
    const b = Number(four[2]);
    return a === 10 || a === 127 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) ||
      (a === 100 && b >= 64 && b <= 127) || (a === 169 && b === 254);
  }
  return /^(fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}):/i.test(address) || address === "::1";
}

/**
 * Chooses the address to connect to. The primary one comes first among equals, and IPv4 before IPv6.
 *
 * @throws {SshError} when there is none of the requested kind.
 */
export function chooseAddress<R extends Addressed>(record: R, choice: AddressChoice<R> = "public"): string {
  const who = record.name ?? record.id ?? "the machine";
  if (typeof choice === "function") {
    const chosen = choice(record);
    if (chosen) return chosen;
    throw new SshError(`Cannot connect to ${who}: the address function returned no address: ${said(record)}`);
  }
  const all = [...new Set([record.primaryIp ?? "", ...(record.ips ?? [])])].filter((ip) => ip !== "");
  all.sort((a, b) => Number(a.includes(":")) - Number(b.includes(":")));
  const inner = all.find(isPrivateAddress);
  const chosen = choice === "private" ? inner : all.find((ip) => !isPrivateAddress(ip)) ?? inner;
  if (chosen !== undefined) return chosen;
  const wanted = choice === "private" ? "no private address" : "no address yet";
  throw new SshError(`Cannot connect to ${who}: it has ${wanted}: ${said(record)}`);
}

function said(record: Addressed): string {
  return `primaryIp ${record.primaryIp ?? "none"}, ips ${(record.ips ?? []).join(", ") || "none"}`;
}
