/**
 * What can be read of one machine besides its record.
 *
 * @module
 */
import type { Subject } from "../../../engine/mod.ts";
import { Credentials } from "./machine_passwords.ts";
import type { FirewallRule } from "../catalogue/firewall_record.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine, Nic } from "../machine_record.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import { type Snapshot, snapshotsPath } from "./snapshots.ts";

/**
 * An entry of a machine's audit.
 *
 * @example
 * ```ts
 * import { type AuditEntry, dc } from "@muster/muster";
 *
 * await dc("sim").machine("bastion").reboot().waitUntil("running");
 * const entries: AuditEntry[] = await dc("sim").machine("bastion").audit();
 * console.log(entries.map(({ action, success, time }) => `${time} ${action}: ${success}`));
 * ```
 */
export interface AuditEntry {
  /** `provision`, `start`, `stop`, `reboot`, `resize`, `set_tags`, `create_snapshot`, … */
  action: string;
  /** Whether it succeeded. */
  success: "yes" | "no";
  /** When it ended; ISO 8601, UTC. */
  time: string;
  /** Who requested it. */
  caller?: { type?: string; user?: string; ip?: string; keyId?: string };
}

/**
 * A disk of a bhyve machine.
 *
 * @example
 * ```ts
 * import { dc, type Disk } from "@muster/muster";
 *
 * const disks: Disk[] = await dc("sim").machine("db-00").disks();
 * console.log(disks.map(({ size, boot }) => `${size} MiB${boot ? ", boots" : ""}`));
 * ```
 */
export interface Disk {
  /** UUID. */
  id: string;
  /** Its slot: `0:4:0`. */
  pci_slot?: string;
  /** MiB. */
  size: number;
  /** Bytes. */
  block_size?: number;
  /** Whether the machine boots from it. */
  boot?: boolean;
  /** `creating`, `running`, `resizing`, `failed` or `deleted`. */
  state?: string;
}

type Of = Subject<Machine>;

async function list<T>({ endpoint, id }: Of, what: string): Promise<T[]> {
  const path = machinePath(id, `/${what}`);
  return listIn<T>(what, (await endpoint.send({ method: "GET", path })).body);
}

/** The machine's public or private addresses. `.ssh()` uses the same list of private ranges. */
async function addresses(subject: Of, inner: boolean): Promise<string[]> {
  const { isPrivateAddress } = await import("../../../ssh/hosts/address.ts");
  return ((await subject.record()).ips ?? []).filter((ip) => isPrivateAddress(ip) === inner);
}

/** What can be read of one machine. */
export const machineReads = {
  /** Its tags. */
  tags: async (subject: Of): Promise<Machine["tags"]> => (await subject.record()).tags,
  /** Its metadata; never its credentials. */
  metadata: async (subject: Of): Promise<Machine["metadata"]> => (await subject.record()).metadata,
  /** The script that it runs when it boots; undefined if it has none. */
  script: async (subject: Of): Promise<string | undefined> =>
    (await subject.record()).metadata["user-script"] as string | undefined,
  /** Its snapshots. One that is still being created is not listed. */
  async snapshots({ endpoint, id }: Of): Promise<Snapshot[]> {
    return listIn<Snapshot>(
      "snapshots",
      (await endpoint.send({ method: "GET", path: snapshotsPath(id) })).body,
    );
  },
  /** Its audit, newest first. Only actions that have ended are in it. */
  audit: (subject: Of): Promise<AuditEntry[]> => list(subject, "audit"),
  /** Its public addresses. */
  publicIps: (subject: Of): Promise<string[]> => addresses(subject, false),
  /** Its private addresses: RFC 1918, CGNAT, link-local, unique local. */
  privateIps: (subject: Of): Promise<string[]> => addresses(subject, true),
  /** Its network interfaces. */
  nics: (subject: Of): Promise<Nic[]> => list(subject, "nics"),
  /** One of its network interfaces, by its MAC address. */
  async nic({ endpoint, id }: Of, mac: string): Promise<Nic> {
    const path = machinePath(id, `/nics/${encodeURIComponent(String(mac).replaceAll(":", ""))}`);
    return (await endpoint.send({ method: "GET", path })).body as Nic;
  },
  /** One of its disks, by its id. */
  async disk({ endpoint, id }: Of, disk: string): Promise<Disk> {
    const path = machinePath(id, `/disks/${encodeURIComponent(disk)}`);
    return (await endpoint.send({ method: "GET", path })).body as Disk;
  },
  /** How much a migration to another server would have to copy, in bytes. */
  async migrationEstimate({ endpoint, id }: Of): Promise<{ size: number }> {
    return (await endpoint.send({ method: "GET", path: machinePath(id, "/migrate") })).body as {
      size: number;
    };
  },
  /** Its disks, if it is a bhyve machine. */
  disks: (subject: Of): Promise<Disk[]> => list(subject, "disks"),
  /** The firewall rules that apply to it. */
  fwrules: (subject: Of): Promise<FirewallRule[]> => list(subject, "fwrules"),
  /** The passwords that were made for it. They are requested only here, and never printed. */
  async credentials({ endpoint, id }: Of): Promise<Credentials> {
    const { body } = await endpoint.send({
      method: "GET",
      path: machinePath(id),
      query: { credentials: true },
    });
    const { metadata } = body as { metadata?: { credentials?: Record<string, string> } };
    return new Credentials(metadata?.credentials ?? {});
  },
};
