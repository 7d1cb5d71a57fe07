/**
 * What can be done to machines and read of them, as people see it. The description in `machine.ts` is held to it by the
 * compiler.
 *
 * @module
 */
import type { Acts, Performance } from "../../../api/mod.ts";
import type { BootScript } from "./boot_script.ts";
import type { Credentials } from "./machine_passwords.ts";
import type { FirewallRule } from "../catalogue/firewall.ts";
import type { PackageRef } from "../catalogue/package.ts";
import type { Machine, MachineState, Nic } from "../machine_record.ts";
import type { AuditEntry, Disk } from "./machine_reads.ts";
import type { Metadata } from "./metadata.ts";
import type { Snapshot, SnapshotName, SnapshotOptions } from "./snapshots.ts";
import type { SshCommand, SshCommandOptions, SshConnecting } from "./ssh_steps.ts";
import type { CommandResult } from "../../../ssh/mod.ts";
import type { Tags } from "./tags.ts";

/**
 * A name, or a function that makes one of the machine's record.
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
 * The actions of machines: each is a method of their selections and chains, gives a chain, and can be called where the
 * member may be in one of the states that come first in {@linkcode Acts}.
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
  /** Shuts the machine down and boots it. A wait after it waits for the reboot to have happened. */
  reboot(): Acts<"running", "ready", "rebooting">;
  /**
   * Gives the machine another name.
   *
   * @param name A text, or a function of its record.
   * @throws {MusterError} for a name that no machine can have.
   */
  rename(name: NewName): Acts<"running" | "stopped">;
  /**
   * Gives the machine another package.
   *
   * @param wanted The package's id, its name, or its record.
   */
  resize(wanted: PackageRef): Acts<"running" | "stopped">;
  /**
   * Sets tags, and leaves the others as they are.
   *
   * @param tags Names and values.
   * @throws {MusterError} for none, and for a name that the server takes for something else.
   */
  tag(tags: Tags): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Sets these tags and removes all others.
   *
   * @param tags Names and values; none removes all.
   * @throws {MusterError} for a name that the server takes for something else.
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
   * Sets metadata, and leaves the rest as it is. No output shows the values.
   *
   * @param metadata Names and texts.
   * @throws {MusterError} for what the server would refuse, drop, or take for something else.
   */
  metadata(metadata: Metadata): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Removes one piece of metadata.
   *
   * @param key Its name.
   * @throws {MusterError} for what the server always keeps.
   */
  unsetMetadata(key: string): Acts<"running" | "stopped" | "stopping" | "ready">;
  /** Removes all metadata but what the server always keeps: `root_authorized_keys` and `administrator_pw`. */
  unsetAllMetadata(): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Sets what the machine runs when it boots.
   *
   * @param script A text, or `{ file }` to read it from.
   * @throws {MusterError} when it is empty or too large.
   */
  script(script: BootScript): Acts<"running" | "stopped" | "stopping" | "ready">;
  /** Removes the boot script. */
  unsetScript(): Acts<"running" | "stopped" | "stopping" | "ready">;
  /**
   * Takes a stopped machine back to a snapshot and boots it; what was written since is lost.
   *
   * @param name The snapshot's name, or a function of the machine's record that makes it.
   */
  startFromSnapshot(name: SnapshotName): Acts<"stopped", "ready", "starting">;
  /** Switches the machine's firewall on. */
  enableFirewall(): Acts<Exclude<MachineState, "deleted">>;
  /** Switches the machine's firewall off. */
  disableFirewall(): Acts<Exclude<MachineState, "deleted">>;
  /** Protects the machine from being deleted. */
  enableDeletionProtection(): Acts<Exclude<MachineState, "deleted">>;
  /** Lets the machine be deleted again. */
  disableDeletionProtection(): Acts<Exclude<MachineState, "deleted">>;
  /** Destroys the machine and all that is on it. */
  delete(): Acts<"stopped" | "failed" | "running" | "offline" | "unknown", "deleted">;
}

/**
 * What can be done to machines besides the API's actions. Each is a method of their selections and chains, and gives a
 * chain; what comes of it is in the report.
 *
 * @example
 * ```ts
 * import { dc, type MachineSteps } from "@muster/muster";
 *
 * const chain = dc("sim").machines({ type: "db" }).snapshot("before", { timeout: "1h" }).ssh("uptime", { user: "ops" })
 *   .upload("app.conf", "/etc/app.conf", { mode: 0o600 }).download("/var/log/app", (machine) => `${machine.name}.log`)
 *   .deleteSnapshot("before");
 * const step: keyof MachineSteps = "ssh";
 * console.log(chain, step);
 * ```
 */
export interface MachineSteps {
  /**
   * Takes a snapshot of the machine, and waits until it is there.
   *
   * @param name Its name, or a function of the machine's record that makes it.
   * @param options Its time limit.
   * @throws {MusterError} for a name that no snapshot can have.
   */
  snapshot(name: SnapshotName, options?: SnapshotOptions): Performance<Machine>;
  /**
   * Deletes a snapshot of the machine, and waits until it is gone.
   *
   * @param name Its name, or a function of the machine's record that makes it.
   * @param options Its time limit.
   * @throws {MusterError} for a name that no snapshot can have.
   */
  deleteSnapshot(name: SnapshotName, options?: SnapshotOptions): Performance<Machine>;
  /**
   * Runs a command or script on each machine; its output is in the report.
   *
   * The machine fails on an exit code other than 0, unless `check: false`; an `SshError` says what it was.
   *
   * @param command A command line, a script, or a function of the machine's record that makes one.
   * @param options How it is run, and how the machine is connected to.
   */
  ssh<Output = CommandResult>(command: SshCommand, options?: SshCommandOptions<Output>): Performance<Machine>;
  /**
   * Copies a file to each machine.
   *
   * @param from A path here, bytes, or a function of the machine's record that gives either.
   * @param to A path there.
   * @param options How the machine is connected to; `mode` is the file's, such as `0o600`.
   */
  upload(
    from: string | Uint8Array | ((machine: Machine) => string | Uint8Array),
    to: string,
    options?: SshConnecting & { mode?: number },
  ): Performance<Machine>;
  /**
   * Copies a file from each machine.
   *
   * @param from A path there.
   * @param to A function of the machine's record that makes a path here: it must differ from machine to machine.
   * @param options How the machine is connected to.
   * @throws {MusterError} for one path, because the files would overwrite one another.
   */
  download(from: string, to: (machine: Machine) => string, options?: SshConnecting): Performance<Machine>;
}

/**
 * What can be read of one machine besides its record: methods of the selection of one.
 *
 * @example
 * ```ts
 * import { dc, type MachineReads } from "@muster/muster";
 *
 * const web = dc("sim").machine("web-00");
 * console.log(await web.tags(), await web.publicIps(), (await web.audit()).length);
 * const read: keyof MachineReads = "snapshots";
 * console.log(await web[read]());
 * ```
 */
export interface MachineReads {
  /** Its tags. */
  tags(): Promise<Machine["tags"]>;
  /** Its metadata; never its credentials. */
  metadata(): Promise<Machine["metadata"]>;
  /** The script it runs when it boots; undefined where it has none. */
  script(): Promise<string | undefined>;
  /** Its snapshots. One that is being made is not there yet. */
  snapshots(): Promise<Snapshot[]>;
  /** What was done to it, newest first; only what has ended. */
  audit(): Promise<AuditEntry[]>;
  /** Its addresses that are reached from everywhere. */
  publicIps(): Promise<string[]>;
  /** Its addresses that are reached only from within: RFC 1918, CGNAT, link-local, unique local. */
  privateIps(): Promise<string[]>;
  /** Its network interfaces. */
  nics(): Promise<Nic[]>;
  /** Its disks, where it is of brand bhyve. */
  disks(): Promise<Disk[]>;
  /** The firewall rules that are about it. */
  fwrules(): Promise<FirewallRule[]>;
  /** The passwords made for it. They are asked for only here, and show themselves nowhere. */
  credentials(): Promise<Credentials>;
}
