/**
 * The networks in every simulated datacenter, and their addresses.
 *
 * @module
 */
import { stableId } from "../stable_id.ts";

/** A network in the backend. */
export interface Net {
  id: string;
  name: string;
  public: boolean;
  fabric: boolean;
  description?: string | undefined;
  subnet: string;
  netmask: string;
  gateway: string;
  provisionStart: string;
  provisionEnd: string;
  resolvers: string[];
  routes?: Record<string, string> | undefined;
  vlan?: number;
  nat: boolean;
  /** Addresses in use, and their machines. */
  holders: Map<number, string>;
  /** Addresses that are only given on request. */
  reserved: Set<number>;
  /** Addresses that were given back: the backend keeps their records. */
  freed: Set<number>;
  /** The range of addresses, as numbers. */
  first: number;
  last: number;
  /** Where the search for a free address continues. */
  next: number;
}

/** An IPv4 address as a number, and back. */
export const ipNumber = (ip: string): number =>
  ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
export const ipText = (n: number): string => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;

/** Whether some text is an IPv4 address. */
export function isIp(text: unknown): text is string {
  return typeof text === "string" && /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && ipText(ipNumber(text)) === text;
}

/** The range of a CIDR; undefined if it is not one. */
export function range(cidr: string): { first: number; last: number; netmask: string } | undefined {
  const [ip, bits, ...rest] = cidr.split("/");
  if (!isIp(ip) || bits === undefined || !/^\d+$/.test(bits) || Number(bits) > 30 || rest.length > 0) {
    return undefined;
  }
  const size = 2 ** (32 - Number(bits));
  const first = ipNumber(ip);
  if (first % size !== 0) return undefined;
  return { first, last: first + size - 1, netmask: ipText(2 ** 32 - size) };
}

/** A network with a subnet, with the usual defaults. */
export function network(facts: Partial<Net> & { name: string; subnet: string }): Net {
  const { first, last, netmask } = range(facts.subnet)!;
  const start = facts.provisionStart ?? ipText(first + 10);
  const end = facts.provisionEnd ?? ipText(last - 1);
  return {
    id: stableId(`network ${facts.name}`),
    public: false,
    fabric: false,
    gateway: ipText(first + 1),
    provisionStart: start,
    provisionEnd: end,
    resolvers: ["8.8.8.8", "8.8.4.4"],
    nat: true,
    netmask,
    holders: new Map(),
    reserved: new Set(),
    freed: new Set(),
    first: ipNumber(start),
    last: ipNumber(end),
    next: ipNumber(start),
    ...facts,
  };
}

/** All networks. The public one has 130,000 addresses, enough for large worlds. */
export function networkCatalog(): Net[] {
  return [
    network({ name: "external", subnet: "198.18.0.0/15", public: true, description: "Public addresses" }),
    network({ name: "My-Fabric-Network", subnet: "10.64.0.0/14", fabric: true, vlan: 2 }),
    network({ name: "backend", subnet: "192.168.128.0/22", fabric: true, vlan: 3, nat: false }),
    network({ name: "internal", subnet: "172.20.0.0/16", description: "Machines of this account" }),
  ];
}

/** Takes the next free address of a network, or a given one; undefined if there is none. */
export function takeAddress(net: Net, machine: string, wanted?: number): string | undefined {
  if (wanted !== undefined) {
    if (net.holders.has(wanted)) return undefined;
    net.holders.set(wanted, machine);
    return ipText(wanted);
  }
  for (let tries = 0; tries <= net.last - net.first; tries++) {
    if (net.next > net.last) net.next = net.first;
    const n = net.next++;
    if (net.holders.has(n) || net.reserved.has(n)) continue;
    net.holders.set(n, machine);
    return ipText(n);
  }
  return undefined;
}

/** Returns an address. */
export function releaseAddress(net: Net, ip: string): void {
  net.holders.delete(ipNumber(ip));
  net.freed.add(ipNumber(ip));
}
