/**
 * The record of a machine.
 *
 * @module
 */

/**
 * A network interface of a machine.
 *
 * @example
 * ```ts
 * import { dc, type Nic } from "@muster/muster";
 *
 * const nics: Nic[] = await dc("sim").machine("web-00").nics();
 * console.log(nics.map(({ ip, mac, primary }) => `${ip} ${mac}${primary ? " *" : ""}`));
 * ```
 */
export interface Nic {
  /** Its address. */
  ip: string;
  /** Its MAC address, with colons. */
  mac: string;
  /** Whether the machine uses the default route and the resolvers of this network. */
  primary: boolean;
  /** Dotted, as in `255.255.255.0`. */
  netmask?: string;
  /** The router's address. */
  gateway?: string;
  /** The network it is on, by UUID. */
  network?: string;
  /** `provisioning`, `running` or `stopped`. */
  state?: string;
}

/**
 * A machine, as CloudAPI describes it.
 *
 * @example
 * ```ts
 * import { dc, type Machine } from "@muster/muster";
 *
 * const machine: Machine = await dc("sim").machine("web-00");
 * console.log(machine.state, `${machine.memory} MiB`, machine.tags, machine.ips, machine.compute_node);
 * ```
 */
export interface Machine {
  /** UUID. */
  id: string;
  /** Its name; unique among the account's machines that are not deleted. */
  name: string;
  /** `smartmachine` or `virtualmachine`. */
  type: string;
  /** `joyent`, `joyent-minimal`, `lx`, `kvm`, `bhyve`. */
  brand: string;
  /** Its state. */
  state: MachineState;
  /** The image's UUID. */
  image: string;
  /** MiB. */
  memory: number;
  /** MiB. */
  disk: number;
  /** Its metadata: texts by name. Never credentials. */
  metadata: Record<string, unknown>;
  /** Its tags. */
  tags: Record<string, string | number | boolean>;
  /** ISO 8601, UTC. */
  created: string;
  /** ISO 8601, UTC. */
  updated: string;
  /** Its addresses; none while it is provisioned. */
  ips: string[];
  /** The networks it is on, by UUID. */
  networks?: string[];
  /** Its network interfaces. */
  nics?: Nic[];
  /** Its disks, if it is a bhyve machine: ids and sizes in MiB. Its `disks()` has more. */
  disks?: { id: string; size: number; boot?: boolean; image?: string; block_size?: number }[];
  /** The address by which it can be reached from outside, if it has one (CloudAPI: `primaryIp`). */
  primaryIp?: string;
  /** Whether its firewall is on. Default false. */
  firewall_enabled?: boolean;
  /** Whether it is protected from deletion. Default false. */
  deletion_protection?: boolean;
  /** UUID of the server it runs on (CloudAPI: `compute_node`). */
  compute_node?: string;
  /** The package's name. */
  package: string;
  /** Whether it is a Docker container. */
  docker?: boolean;
  /** Its DNS names, if CNS is on. The server shows them only for a machine that is read by its id, not in lists. */
  dns_names?: string[];
}

/**
 * The state of a machine. `ready` is seen only while it boots; `offline` if its server cannot be reached.
 *
 * @example
 * ```ts
 * import { dc, type MachineState } from "@muster/muster";
 *
 * const up: MachineState[] = ["running", "ready"];
 * console.log(dc("sim").machines().where({ state: up }));
 * ```
 */
export type MachineState =
  | "provisioning"
  | "ready"
  | "running"
  | "stopping"
  | "stopped"
  | "offline"
  | "deleted"
  | "failed"
  | "unknown";

/**
 * A machine, or its id or name.
 *
 * @example
 * ```ts
 * import { dc, type MachineRef } from "@muster/muster";
 *
 * const bastion: MachineRef = "bastion"; // or an id, or a record
 * console.log((await dc("sim").machine(bastion)).state);
 * ```
 */
export type MachineRef = string | { readonly id: string; readonly name?: string | undefined };
