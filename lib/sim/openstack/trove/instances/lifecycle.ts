/**
 * How instances change over time: what begins, how long it takes, how it ends.
 *
 * @module
 */
import type { Transition } from "../../options.ts";
import { type Instance, type InstanceTask, TASKS } from "../records/instance.ts";
import type { Region } from "../region.ts";

/** What a guest reports until it has reported again after a task. */
const LAGS: Partial<Record<InstanceTask, string>> = { REBOOTING: "RESTARTING", UPGRADING: "UPGRADING" };

/**
 * Begins a task. At its end `done` makes the change, and a little later the database reports again. If a test ordered a
 * failure, the instance ends in ERROR. If a test ordered it to hang, it stays busy forever.
 */
export function begin(
  region: Region,
  instance: Instance,
  task: InstanceTask,
  transition: Transition,
  now: number,
  done: (at: number) => void,
): void {
  region.timeline.cancel(instance.id);
  instance.task = task;
  instance.forced = undefined;
  instance.lag = undefined;
  instance.updated = now;
  region.held.delete(instance.id);
  const finish = (at: number) => {
    if (instance.doomed !== undefined) return breakDown(region, instance, instance.doomed, at);
    settle(region, instance, at, LAGS[task] ?? "");
    done(at);
  };
  region.timeline.add(instance.id, now + region.duration(transition), (at) => {
    if (!instance.stuck) return finish(at);
    instance.stuck = false;
    region.held.set(instance.id, finish);
  });
}

/** The task is over: `status` is back, and `operating_status` follows after the lag. */
function settle(region: Region, instance: Instance, at: number, lag: string): void {
  instance.task = "NONE";
  instance.updated = at;
  instance.lag = lag;
  region.timeline.add(instance.id, at + region.duration("lag"), (later) => {
    instance.lag = undefined;
    instance.serviceUpdated = later;
  });
}

/** A transition that a test held ends now. */
export function letGo(region: Region, instance: Instance, now: number): void {
  instance.stuck = false;
  const finish = region.held.get(instance.id);
  region.held.delete(instance.id);
  finish?.(now);
}

/** Breaks the instance, with the reason as its fault. */
export function breakDown(region: Region, instance: Instance, reason: string, at: number): void {
  region.timeline.cancel(instance.id);
  Object.assign(instance, {
    task: "NONE",
    server: "ERROR",
    service: "FAILED",
    lag: undefined,
    doomed: undefined,
  });
  instance.forced = undefined;
  instance.stuck = false;
  instance.updated = instance.serviceUpdated = at;
  region.setFault(instance, reason, at);
}

/** Begins to build a new instance. Names that end in `GUEST_ERROR` or `SERVER_ERROR` fail, as in Trove's tests. */
export function build(region: Region, instance: Instance, now: number): void {
  if (/GUEST_ERROR$/.test(instance.name)) instance.doomed = "Service not active, status: failed to spawn";
  if (/SERVER_ERROR$/.test(instance.name)) instance.doomed = "Server is not ready, status: ERROR";
  begin(region, instance, "BUILDING", "build", now, () => {
    instance.server = "ACTIVE";
    instance.service = "HEALTHY";
  });
}

/** Begins to delete the instance; whatever was in progress is cancelled. */
export function takeDown(region: Region, instance: Instance, now: number): void {
  const again = instance.task === "DELETING";
  if (again && region.timeline.has(instance.id)) return;
  begin(region, instance, "DELETING", "delete", now, (at) => region.bury(instance, at));
}

/** The task for each busy status. */
const TASK_OF: Readonly<Record<string, InstanceTask>> = Object.fromEntries(
  (Object.keys(TASKS) as InstanceTask[]).flatMap((task) =>
    TASKS[task] === undefined ? [] : [[TASKS[task], task]]
  ),
);

/**
 * Puts the instance into a status at once. It stays there: a busy one never ends by itself. An unknown status is shown
 * as it is.
 */
export function force(
  region: Region,
  instance: Instance,
  status: string,
  operating: string | undefined,
): void {
  region.timeline.cancel(instance.id);
  Object.assign(instance, {
    task: "NONE",
    server: "ACTIVE",
    service: "HEALTHY",
    lag: undefined,
    forced: undefined,
  });
  const task = TASK_OF[status];
  if (task !== undefined) instance.task = task;
  else if (status === "ERROR") Object.assign(instance, { server: "ERROR", service: "FAILED" });
  else if (status === "RESTART_REQUIRED") instance.service = "RESTART_REQUIRED";
  else if (status === "ACTIVE") instance.service = operating ?? "HEALTHY";
  else instance.forced = { status, operating: operating ?? (status === "BACKUP" ? "HEALTHY" : status) };
  if (operating !== undefined && status !== "ACTIVE") instance.forced = { status, operating };
}
