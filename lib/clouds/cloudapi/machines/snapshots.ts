/**
 * Snapshots of machines, as steps.
 *
 * No machine record shows a snapshot, so these steps check for themselves. While a snapshot is being created it is not
 * listed, and a GET of it says `deleted`. So only the list proves that it exists.
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
} from "../../../engine/mod.ts";
import { machinePath } from "../machine_path.ts";
import type { Machine } from "../machine_record.ts";
import { listIn } from "../catalogue/find_in_list.ts";

/**
 * A snapshot.
 *
 * @example
 * ```ts
 * import { dc, type Snapshot } from "@muster/muster";
 *
 * await dc("sim").machine("bastion").snapshot("before");
 * const snapshots: Snapshot[] = await dc("sim").machine("bastion").snapshots();
 * console.log(snapshots.map(({ name, state }) => `${name} ${state}`));
 * ```
 */
export interface Snapshot {
  /** Its name; unique for its machine. */
  name: string;
  /** `created` once it exists; before that the state of its job. Missing for very old snapshots. */
  state?: string;
  /** Its size in bytes, if the server shows it. */
  size?: number;
  /** ISO 8601, UTC. */
  created?: string;
  /** ISO 8601, UTC. */
  updated?: string;
}

/**
 * A snapshot's name, or a function that makes it from the machine's record.
 *
 * @example
 * ```ts
 * import { dc, type SnapshotName } from "@muster/muster";
 *
 * const today: SnapshotName = (machine) => `${machine.name}-2026-11-22`;
 * console.log(dc("sim").machines({ type: "db" }).snapshot(today));
 * ```
 */
export type SnapshotName = string | ((machine: Machine) => string);

/**
 * How long a step waits until the snapshot exists, or is gone.
 *
 * @example
 * ```ts
 * import { dc, type SnapshotOptions } from "@muster/muster";
 *
 * const patient: SnapshotOptions = { timeout: "1h" };
 * console.log(dc("sim").machine("bastion").snapshot("large", patient));
 * ```
 */
export interface SnapshotOptions {
  /** Time limit. Default 10 minutes. */
  timeout?: Duration;
}

const LIMIT = 600_000;
/**
 * How long to wait for a deletion whose answer was lost before it is sent again, in milliseconds. Jobs may wait for
 * each other.
 */
const PATIENCE = 120_000;
/** The same for a creation, because the server knows about its job at once. */
const SHORTLY = 10_000;

/** @throws {MusterError} for an invalid name. */
export function checkSnapshotName(name: unknown): asserts name is string {
  if (typeof name === "string" && /^[a-zA-Z0-9_.:%-]{1,64}$/.test(name) && !/^\.{1,2}$/.test(name)) return;
  throw new MusterError(
    `Cannot use ${
      JSON.stringify(name) ?? name
    } as a snapshot's name: a name has 1 to 64 letters, digits, dots, ` +
      `dashes, underscores or colons.`,
  );
}

/** The name for one machine. */
export function snapshotName(machine: Machine, name: SnapshotName): string {
  const made = typeof name === "function" ? name(machine) : name;
  checkSnapshotName(made);
  return made;
}

/** The path of a machine's snapshots. */
export const snapshotsPath = (id: string, name?: string) =>
  machinePath(id, `/snapshots${name === undefined ? "" : `/${encodeURIComponent(name)}`}`);

type Context = PerformContext<Machine>;

async function find({ send, member }: Context, name: string): Promise<Snapshot | undefined> {
  const { body } = await send({ method: "GET", path: snapshotsPath(member.id), priority: "poll" });
  return listIn<Snapshot>("snapshots", body).find((one) => one.name === name);
}

/** Brands without snapshots: for one the backend has none, for the other the API does not allow them. */
const WITHOUT = ["kvm", "bhyve"];

/** A step's name and label. */
function said(method: string, name: SnapshotName) {
  if (typeof name !== "function") checkSnapshotName(name);
  return { name: method, label: `${method}(${typeof name === "function" ? "…" : JSON.stringify(name)})` };
}

/** The steps on snapshots. */
export const snapshotSteps = {
  /** Takes a snapshot of the machine, and waits until it exists. */
  snapshot(name: SnapshotName, options: SnapshotOptions = {}): Performance<Machine> {
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      ...said("snapshot", name),
      obstacle: ({ record: { brand } }) =>
        WITHOUT.includes(brand) ? `it is a ${brand} machine, and those have no snapshots` : undefined,
      async perform(context) {
        const { record, member, send, doubt, clock, signal } = context;
        const wanted = snapshotName(record, name);
        const there = await find(context, wanted);
        if (there && !doubt) {
          throw new MusterError(
            `Cannot snapshot ${member.name}: it already has a snapshot with this name, of ${
              there.created ?? "unknown age"
            }: ${wanted}. Give another name, or delete that one first.`,
          );
        }
        // The server answers 404 for a name that was never requested. Once there is a job, it answers something else.
        const asked = async () => {
          const { status } = await send({
            method: "GET",
            path: snapshotsPath(member.id, wanted),
            accept: [404],
          });
          return status === 404 ? undefined : true;
        };
        const body = { name: wanted };
        if (!there && !(doubt && await asked())) {
          // A machine cannot have two snapshots with the same name.
          await sendChecked(context, { method: "POST", path: snapshotsPath(member.id), body }, {
            what: `snapshot ${member.name} as ${wanted}`,
            took: asked,
            repeatable: true,
            patience: SHORTLY,
          });
        }
        const made = await pollUntil({ clock, signal, within: limit }, async () => {
          const seen = await find(context, wanted);
          if (seen?.state === "failed" || seen?.state === "canceled") {
            throw new MusterError(
              `Cannot snapshot ${member.name}: the server says that it ${seen.state}: ${wanted}`,
            );
          }
          return seen && (seen.state ?? "created") === "created" ? seen : undefined;
        });
        if (made) return made;
        throw new WaitTimeoutError(
          `Cannot wait for the snapshot of ${member.name} any longer: the limit of ${
            showDuration(limit)
          } passed: ${wanted}. The machine's audit shows whether it failed.`,
          [],
        );
      },
    };
  },
  /** Deletes a snapshot of the machine, and waits until it is gone. */
  deleteSnapshot(name: SnapshotName, options: SnapshotOptions = {}): Performance<Machine> {
    const limit = milliseconds(options.timeout ?? LIMIT, "timeout");
    return {
      ...said("deleteSnapshot", name),
      destructive: true,
      async perform(context) {
        const { record, member, skip, clock, signal } = context;
        const wanted = snapshotName(record, name);
        const gone = async () => await find(context, wanted) ? undefined : true;
        if (await gone()) return skip(`it has no snapshot ${wanted}`);
        await sendChecked(context, { method: "DELETE", path: snapshotsPath(member.id, wanted) }, {
          what: `delete snapshot ${wanted} of ${member.name}`,
          took: gone,
          repeatable: true,
          patience: PATIENCE,
        });
        if (await pollUntil({ clock, signal, within: limit }, gone)) return undefined;
        throw new WaitTimeoutError(
          `Cannot wait any longer for the snapshot of ${member.name} to be gone: the limit of ${
            showDuration(limit)
          } passed: ${wanted}`,
          [],
        );
      },
    };
  },
};
