/**
 * The methods of machines: what can be done to them, and read of them. The compiler checks the description in
 * `machine.ts` against this.
 *
 * @module
 */
import type { Acts, Duration, Performance } from "../../../api/mod.ts";
import type { BootScript } from "./boot_script.ts";
import type { Credentials } from "./machine_passwords.ts";
import type { FirewallRule } from "../catalogue/firewall_record.ts";
import type { NetworkRef } from "../catalogue/network.ts";
import type { DiskOptions, DiskRef } from "./parts/disks.ts";
import type { MigrateOptions } from "./parts/migrate.ts";
import type { NewNic, NicRef } from "./parts/nics.ts";
import type { PackageRef } from "../catalogue/package.ts";
import type { Machine, MachineState, Nic } from "../machine_record.ts";
import type { AuditEntry, Disk } from "./machine_reads.ts";
import type { Metadata } from "./metadata.ts";
import type { Snapshot, SnapshotName, SnapshotOptions } from "./snapshots.ts";
import type { SshCommand, SshCommandOptions, SshConnecting } from "./ssh_steps.ts";
import type { CommandResult } from "../../../ssh/mod.ts";
import type { Tags } from "./tags.ts";

/**
 * A name, or a function that makes it from the machine's record.
 *
 * @example
 * ```ts
 * import { dc, type NewName } from "@muster/muster";
 *
 * const retired: NewName = (machine) => `old-${machine.name}`;
 * console.log(dc("sim").machines({ type: "jump" }).rename(retired));
 * ```
 */
export type NewName = string | ((machine: Machine) => string);

/**
 * The actions of machines. Each is a method of their selections and chains, and returns a chain. It can be called if
 * the member may be in one of the states that come first in {@linkcode Acts}.
 *
 * @example
 * ```ts
 * import { dc, type MachineActions } from "@muster/muster";
 *
 * const restarted = dc("sim").machines({ type: "web" }).stop().waitUntil("stopped").start().waitUntil("running");
 * const changed = dc("sim").machine("web-00").rename("front-00").resize("g4-highcpu-1G").tag({ owner: "ops" });
 * const action: keyof MachineActions = "reboot";
 * console.log(restarted, changed, dc("sim").machine("web-01")[action]().waitUntil("running"));
 * ```
 */
export interface MachineActions {
  /** Shuts the machine down. */
  stop(): Acts<"running", "stopping">;
  /** Boots the machine. */
  start(): Acts<"stopped", "ready", "starting">;
  /** Shuts the machine down and boots it. A wait after it waits until the reboot has happened. */
  reboot(): Acts<"running", "ready", "rebooting">;
  /**
   * Renames the machine.
   *
   * @param name A text, or a function of its record.
   * @throws {MusterError} for an invalid name.
   */
  rename(name: NewName): Acts<"running" | "stopped">;
  /**
   * Resizes the machine to another package.
   *
   * @param wanted The package's id, its name, or its record.
   */
  resize(wanted: PackageRef): Acts<"running" | "stopped">;
  /**
   * Sets tags, and keeps the others.
   *
   * @param tags Names and values.
   * @throws {MusterError} when there are none, and for a name that the server would misread.
   */
  tag(tags: Tags): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Sets these tags and removes all others.
   *
   * @param tags Names and values; an empty object removes all tags.
   * @throws {MusterError} for a name that the server would misread.
   */
  replaceTags(tags: Tags): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Removes one tag.
   *
   * @param key Its name.
   */
  untag(key: string): Acts<"running" | "stopped" | "stopping" | "ready">;
  /** Removes all tags. */
  untagAll(): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Sets metadata, and keeps the rest. No output shows the values.
   *
   * @param metadata Names and texts.
   * @throws {MusterError} for a name that the server would refuse, drop or misread.
   */
  metadata(metadata: Metadata): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Removes one piece of metadata.
   *
   * @param key Its name.
   * @throws {MusterError} for what the server always keeps.
   */
  unsetMetadata(key: string): Acts<"running" | "stopped" | "stopping" | "ready">;
  /** Removes all metadata except what the server always keeps: `root_authorized_keys` and `administrator_pw`. */
  unsetAllMetadata(): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Sets the script that the machine runs when it boots.
   *
   * @param script A text, or `{ file }` to read it from.
   * @throws {MusterError} when it is empty or too large.
   */
  script(script: BootScript): Acts<"running" | "stopped" | "stopping" | "ready">;
  /** Removes the boot script. */
  unsetScript(): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Rolls a stopped machine back to a snapshot and boots it. What was written since is lost.
   *
   * @param name The snapshot's name, or a function that makes it from the machine's record.
   */
  startFromSnapshot(name: SnapshotName): Acts<"stopped", "ready", "starting">;
  /** Switches the machine's firewall on. */
  enableFirewall(): Acts<Exclude<MachineState, "deleted">>;
  /** Switches the machine's firewall off. */
  disableFirewall(): Acts<Exclude<MachineState, "deleted">>;
  /** Protects the machine from deletion. */
  enableDeletionProtection(): Acts<Exclude<MachineState, "deleted">>;
  /** Allows the machine to be deleted again. */
  disableDeletionProtection(): Acts<Exclude<MachineState, "deleted">>;
  /** Destroys the machine and all that is on it. */
  delete(): Acts<"stopped" | "failed" | "running" | "offline" | "unknown", "deleted">;
}

/**
 * The steps on machines besides the API's actions. Each is a method of their selections and chains, and returns a
 * chain. The results are in the report.
 *
 * @example
 * ```ts
 * import { dc, type MachineSteps } from "@muster/muster";
 *
 * const chain = dc("sim").machines({ type: "db" }).snapshot("before", { timeout: "1h" }).ssh("uptime", { user: "ops" })
 *   .upload("app.conf", "/etc/app.conf", { mode: 0o600 }).download("/var/log/app", (machine) => `${machine.name}.log`)
 *   .deleteSnapshot("before").addNic("backend").removeNic({ network: "backend" });
 * const disks = dc("sim").machine("db-00").addDisk(1024).resizeDisk("0:4:1", 2048).removeDisk("0:4:1");
 * const step: keyof MachineSteps = "ssh";
 * const moved = dc("sim").machine("web-02").migrate(), begun = dc("sim").machine("web-03").beginMigration();
 * console.log(chain, disks, moved, begun, step);
 * ```
 */
export interface MachineSteps {
  /**
   * Takes a snapshot of the machine, and waits until it exists.
   *
   * @param name Its name, or a function that makes it from the machine's record.
   * @param options The time limit.
   * @throws {MusterError} for an invalid name.
   */
  snapshot(name: SnapshotName, options?: SnapshotOptions): Performance<Machine>;
  /**
   * Deletes a snapshot of the machine, and waits until it is gone.
   *
   * @param name Its name, or a function that makes it from the machine's record.
   * @param options The time limit.
   * @throws {MusterError} for an invalid name.
   */
  deleteSnapshot(name: SnapshotName, options?: SnapshotOptions): Performance<Machine>;
  /**
   * Puts the machine on another network, and waits until the interface is there. A machine that runs is rebooted.
   *
   * @param network The network's id, its name, or its record.
   * @param options Its address, whether it becomes the primary one, and a time limit.
   */
  addNic(network: NetworkRef, options?: NewNic): Performance<Machine>;
  /**
   * Takes the machine off a network, and waits until the interface is gone. A machine that runs is rebooted.
   *
   * @param which The interface's MAC address, its record, or `{ network }`.
   * @param options A time limit. Default 10 minutes.
   */
  removeNic(which: NicRef, options?: { readonly timeout?: Duration }): Performance<Machine>;
  /**
   * Adds a disk to a stopped machine of brand bhyve, and waits until it is there.
   *
   * @param size MiB, or `"remaining"` for all that is left.
   * @param options A time limit.
   */
  addDisk(size: number | "remaining", options?: DiskOptions): Performance<Machine>;
  /**
   * Gives a disk of a stopped machine of brand bhyve another size, and waits until it has it.
   *
   * @param which The disk's id, its slot, or its record.
   * @param size MiB.
   * @param options A time limit; `shrink`: whether it may become smaller, which loses what is on its end.
   */
  resizeDisk(
    which: DiskRef,
    size: number,
    options?: DiskOptions & { readonly shrink?: boolean },
  ): Performance<Machine>;
  /**
   * Destroys a disk of a stopped machine of brand bhyve and all that is on it, and waits until it is gone.
   *
   * @param which The disk's id, its slot, or its record.
   * @param options A time limit.
   */
  removeDisk(which: DiskRef, options?: DiskOptions): Performance<Machine>;
  /**
   * Moves the machine to another server, and waits until it is there. It is stopped only for the last part. What is left on
   * the old server stays until `dc(…).migrations().finalize()`.
   *
   * @param options A time limit.
   */
  migrate(options?: MigrateOptions): Performance<Machine>;
  /**
   * Prepares a migration step by step: reserves room on another server, and waits until it is there.
   *
   * @param options A time limit.
   */
  beginMigration(options?: MigrateOptions): Performance<Machine>;
  /**
   * Runs a command or script on each machine. Its output is in the report.
   *
   * If the exit code is not 0, the machine fails with an `SshError`, unless `check: false`.
   *
   * @param command A command line, a script, or a function that makes one from the machine's record.
   * @param options How to run it, and how to connect to the machine.
   */
  ssh<Output = CommandResult>(command: SshCommand, options?: SshCommandOptions<Output>): Performance<Machine>;
  /**
   * Copies a file to each machine.
   *
   * @param from A local path, bytes, or a function that makes either from the machine's record.
   * @param to A path on the machine.
   * @param options How to connect to the machine; `mode` is the file's mode, such as `0o600`.
   */
  upload(
    from: string | Uint8Array | ((machine: Machine) => string | Uint8Array),
    to: string,
    options?: SshConnecting & { mode?: number },
  ): Performance<Machine>;
  /**
   * Copies a file from each machine.
   *
   * @param from A path on the machine.
   * @param to A function that makes a local path from the machine's record. The paths must differ from machine to
   * machine.
   * @param options How to connect to the machine.
   * @throws {MusterError} for a single path, because the files would overwrite one another.
   */
  download(from: string, to: (machine: Machine) => string, options?: SshConnecting): Performance<Machine>;
}

/**
 * What can be read of one machine besides its record. Each is a method of the selection of one.
 *
 * @example
 * ```ts
 * import { dc, type MachineReads } from "@muster/muster";
 *
 * const web = dc("sim").machine("web-00");
 * console.log(await web.tags(), await web.publicIps(), (await web.audit()).length);
 * const [nic] = await web.nics();
 * const db = dc("sim").machine("db-00");
 * console.log((await web.migrationEstimate()).size, (await web.nic(nic!.mac)).ip, (await db.disk((await db.disks())[0]!.id)).size);
 * const read: keyof MachineReads = "snapshots";
 * console.log(await web[read]());
 * ```
 */
export interface MachineReads {
  /** Its tags. */
  tags(): Promise<Machine["tags"]>;
  /** Its metadata; never its credentials. */
  metadata(): Promise<Machine["metadata"]>;
  /** The script that it runs when it boots; undefined if it has none. */
  script(): Promise<string | undefined>;
  /** Its snapshots. One that is still being created is not listed. */
  snapshots(): Promise<Snapshot[]>;
  /** Its audit, newest first. Only actions that have ended are in it. */
  audit(): Promise<AuditEntry[]>;
  /** Its public addresses. */
  publicIps(): Promise<string[]>;
  /** Its private addresses: RFC 1918, CGNAT, link-local, unique local. */
  privateIps(): Promise<string[]>;
  /** Its network interfaces. */
  nics(): Promise<Nic[]>;
  /**
   * One of its network interfaces.
   *
   * @param mac Its MAC address.
   */
  nic(mac: string): Promise<Nic>;
  /** Its disks, if it is a bhyve machine. */
  disks(): Promise<Disk[]>;
  /**
   * One of its disks, if it is a bhyve machine.
   *
   * @param disk The disk's id.
   */
  disk(disk: string): Promise<Disk>;
  /** How much a migration to another server would have to copy, in bytes. */
  migrationEstimate(): Promise<{ size: number }>;
  /** The firewall rules that apply to it. */
  fwrules(): Promise<FirewallRule[]>;
  /** The passwords that were made for it. They are requested only here, and never printed. */
  credentials(): Promise<Credentials>;
}
