/**
 * Disks of machines of brand bhyve, as steps. Wire facts: sdc-cloudapi `lib/endpoints/disks.js`.
 *
 * Of any other brand the server never answers, so nothing is sent to one. The machine has to be stopped.
 *
 * @module
 */
import {
  type Duration,
  milliseconds,
  MusterError,
  type Performance,
  type PerformContext,
  pollUntil,
  sendChecked,
  showDuration,
  WaitTimeoutError,
} from "../../../../engine/mod.ts";
import { listIn } from "../../catalogue/find_in_list.ts";
import { isUuid } from "../../catalogue/resolve.ts";
import { machinePath } from "../../machine_path.ts";
import type { Machine } from "../../machine_record.ts";
import type { Disk } from "../machine_reads.ts";

/**
 * A disk: its id, the slot it is plugged into, or its record.
 *
 * @example
 * ```ts
 * import { dc, type DiskRef } from "@muster/muster";
 *
 * const second: DiskRef = "0:4:1"; // or an id, or a record
 * console.log(dc("sim").machine("db-00").removeDisk(second));
 * ```
 */
export type DiskRef = string | { readonly id: string };

/**
 * How a disk is changed.
 *
 * @example
 * ```ts
 * import { type DiskOptions, dc } from "@muster/muster";
 *
 * const patient: DiskOptions = { timeout: "30m" };
 * console.log(dc("sim").machine("db-00").addDisk(10_240, patient));
 * ```
 */
export interface DiskOptions {
  /** How long the step waits for it. Default 10 minutes. */
  readonly timeout?: Duration;
}

const LIMIT = 600_000;
/** Disks that a machine may have. */
const MOST = 8;

type Context = PerformContext<Machine>;
type Facts = { readonly record: Machine; readonly state?: unknown };

const disksPath = (id: string, disk?: string) =>
  machinePath(id, `/disks${disk === undefined ? "" : `/${encodeURIComponent(disk)}`}`);

async function disksOf({ send, member }: Context): Promise<Disk[]> {
  return listIn<Disk>(
    "disks",
    (await send({ method: "GET", path: disksPath(member.id), priority: "poll" })).body,
  );
}

function obstacle({ record: { brand } }: Facts): string | undefined {
  return brand === "bhyve"
    ? undefined
    : `it is a ${brand} machine, and only those of brand bhyve have disks of their own`;
}

/** The state of a machine when the step comes to it: the server refuses it in any other. */
async function stopped({ refresh, member }: Context, doing: string): Promise<Machine> {
  const machine = await refresh();
  if (machine.brand !== "bhyve") {
    throw new MusterError(`Cannot ${doing} of ${member.name}: ${obstacle({ record: machine })}.`);
  }
  if (machine.state === "stopped") return machine;
  throw new MusterError(
    `Cannot ${doing} of ${member.name}: it is ${machine.state}. Stop it first: .stop().waitUntil("stopped").`,
  );
}

function checkDiskSize(size: unknown, more: readonly string[] = []): void {
  if (more.includes(size as string) || (Number.isInteger(size) && (size as number) > 0)) return;
  throw new MusterError(
    `Cannot use this as a disk's size: it is not a whole number of MiB above zero: ${String(size)}`,
  );
}

function diskText(which: DiskRef): string {
  const text = typeof which === "object" && which !== null ? which.id : which;
  if (typeof text === "string" && (isUuid(text) || /^\d{1,3}:\d{1,2}:[0-7]$/.test(text))) {
    return text.toLowerCase();
  }
  throw new MusterError(
    `Cannot use this as a disk: it is not an id, a slot such as 0:4:1, or a record: ${JSON.stringify(which)}`,
  );
}

const isMeant = (disk: Disk, text: string) => disk.id === text || disk.pci_slot === text;
const isSettled = (disk: Disk) => !/^(creating|resizing|deleting)$/.test(disk.state ?? "");

async function settled(
  context: Context,
  limit: number,
  what: string,
  look: () => Promise<Disk | true | undefined>,
): Promise<Disk | undefined> {
  const { clock, signal, member } = context;
  const seen = await pollUntil({ clock, signal, within: limit }, look);
  if (seen === undefined) {
    throw new WaitTimeoutError(
      `Cannot wait any longer for the disk of ${member.name} to be ${what}: the limit of ${
        showDuration(limit)
      } passed. ` +
        "The machine's audit shows whether it failed.",
      [],
    );
  }
  return seen === true ? undefined : seen;
}

/** The first slot that no disk is plugged into: so a disk has a name before it is made, and none is made twice. */
function freeSlot(disks: readonly Disk[]): string {
  for (let n = 0; n < MOST; n++) {
    const slot = `0:4:${n}`;
    if (!disks.some((disk) => disk.pci_slot === slot)) return slot;
  }
  throw new MusterError(`Cannot add a disk: the machine has ${disks.length}, and ${MOST} are the most.`);
}

/** The steps on disks. */
export const diskSteps = {
  /** Adds a disk of a size in MiB, or of all that is left, to a stopped machine, and waits until it is there. */
  addDisk(size: number | "remaining", options: DiskOptions = {}): Performance<Machine> {
    checkDiskSize(size, ["remaining"]);
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      name: "addDisk",
      label: `addDisk(${JSON.stringify(size)})`,
      obstacle,
      changes: ["disks"],
      async perform(context) {
        const { member, doubt } = context;
        if (doubt) {
          throw new MusterError(
            `Cannot tell whether a disk was added to ${member.name}: the previous run ended in the middle of it. ` +
              "Look at its disks, and add one if it is not there.",
          );
        }
        await stopped(context, "add a disk");
        const slot = freeSlot(await disksOf(context));
        const there = async () => (await disksOf(context)).find((disk) => disk.pci_slot === slot);
        const request = {
          method: "POST",
          path: disksPath(member.id),
          body: { size, pci_slot: slot },
        } as const;
        // What shows up in the slot is this one; what does not may yet come.
        await sendChecked(context, request, {
          what: `add a disk to ${member.name}`,
          took: there,
          repeatable: false,
        });
        return await settled(context, limit, "there", async () => {
          const disk = await there();
          return disk && isSettled(disk) ? disk : undefined;
        });
      },
    };
  },
  /** Gives a disk of a stopped machine another size, in MiB, and waits until it has it. To make it smaller loses what is on its end, and has to be said: `{ shrink: true }`. */
  resizeDisk(
    which: DiskRef,
    size: number,
    options: DiskOptions & { readonly shrink?: boolean } = {},
  ): Performance<Machine> {
    const text = diskText(which);
    checkDiskSize(size);
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    const shrink = options.shrink === true;
    return {
      name: "resizeDisk",
      label: `resizeDisk(${JSON.stringify(text)}, ${size}${shrink ? ", { shrink: true }" : ""})`,
      destructive: shrink,
      obstacle,
      changes: ["disks", "disk"],
      async perform(context) {
        const { member, skip } = context;
        await stopped(context, "resize a disk");
        const find = async () => (await disksOf(context)).find((disk) => isMeant(disk, text));
        const disk = await find();
        if (disk === undefined) {
          throw new MusterError(`Cannot resize a disk of ${member.name}: it has no such disk: ${text}`);
        }
        const done = async () => {
          const now = await find();
          return now && now.size === size && isSettled(now) ? now : undefined;
        };
        if (disk.size === size && isSettled(disk)) return skip("the disk has this size already");
        if (size < disk.size && !shrink) {
          throw new MusterError(
            `Cannot resize a disk of ${member.name}: it has ${disk.size} MiB, and what is behind ${size} MiB would be lost. ` +
              "Give { shrink: true } if that is meant.",
          );
        }
        const body = { size, ...shrink ? { dangerous_allow_shrink: true } : {} };
        await sendChecked(context, { method: "POST", path: disksPath(member.id, disk.id), body }, {
          what: `resize disk ${disk.id} of ${member.name}`,
          took: done,
          repeatable: true,
        });
        return await settled(context, limit, "resized", done);
      },
    };
  },
  /** Destroys a disk of a stopped machine and all that is on it, and waits until it is gone. */
  removeDisk(which: DiskRef, options: DiskOptions = {}): Performance<Machine> {
    const text = diskText(which);
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      name: "removeDisk",
      label: `removeDisk(${JSON.stringify(text)})`,
      destructive: true,
      obstacle,
      changes: ["disks", "disk"],
      async perform(context) {
        const { member, skip } = context;
        await stopped(context, "remove a disk");
        const disk = (await disksOf(context)).find((one) => isMeant(one, text));
        if (disk === undefined) return skip("it has no such disk");
        const gone = async () =>
          (await disksOf(context)).some((one) => one.id === disk.id) ? undefined : true as const;
        await sendChecked(context, { method: "DELETE", path: disksPath(member.id, disk.id) }, {
          what: `remove disk ${disk.id} of ${member.name}`,
          took: gone,
          repeatable: true,
        });
        return await settled(context, limit, "gone", gone);
      },
    };
  },
};
