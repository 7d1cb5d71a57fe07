/**
 * The logs of an instance. Their contents are not in Trove. After they are published, they are in object storage.
 *
 * @module
 */
import { MusterError, type Performance } from "../../../../../engine/mod.ts";
import { instancePath, unbuilt } from "../../records/guest_path.ts";
import type { Instance } from "../../records/instance_record.ts";
import type { Sender } from "../../list_pages.ts";

/**
 * A log of an instance.
 *
 * @example
 * ```ts
 * import { dbaas, type InstanceLog } from "@muster/muster";
 *
 * const logs: InstanceLog[] = await dbaas("sim").instance("prod-billing").logs();
 * console.log(logs.map(({ name, status, pending }) => `${name}: ${status}, ${pending} bytes to publish`));
 * ```
 */
export interface InstanceLog {
  /** Its name: `error`, `slow_query`. */
  name: string;
  /** `SYS` is always written; `USER` only if it was enabled. */
  type: "SYS" | "USER";
  /** `Disabled`, `Enabled`, `Unavailable`, `Ready`, `Published`, `Partial`, `Rotated`, `Restart_Required`. */
  status: string;
  /** Bytes. */
  published: number;
  /** Bytes. */
  pending: number;
  /** The container in object storage, if it was published. */
  container: string | null;
  /** The prefix of the names of its parts in the container. */
  prefix: string | null;
  /** The name of its description in the container. */
  metafile: string | null;
}

const path = (id: string) => instancePath(id, "/log");

/** All logs of an instance. */
export async function listLogs(sender: Sender, id: string): Promise<InstanceLog[]> {
  const { body } = await sender.send({ method: "GET", path: path(id) });
  return (body as { logs: InstanceLog[] }).logs;
}

/** Shows a log, or changes it. Repeating any of these does no harm. */
async function ask(sender: Sender, id: string, said: Record<string, unknown>): Promise<InstanceLog> {
  const { body } = await sender.send({ method: "POST", path: path(id), body: said, idempotent: true });
  return (body as { log: InstanceLog }).log;
}

/** One log of an instance. */
export function getLog(sender: Sender, id: string, name: string): Promise<InstanceLog> {
  return ask(sender, id, { name });
}

function change(method: string, does: string, name: string, destructive = false): Performance<Instance> {
  if (typeof name !== "string" || name === "") throw new MusterError(`Cannot ${method}: no log is named.`);
  return {
    name: method,
    label: `${method}(${JSON.stringify(name)})`,
    ...(destructive ? { destructive } : {}),
    obstacle: unbuilt,
    perform: (context) => ask(context, context.member.id, { name, [does]: 1 }),
  };
}

/** The steps on logs. The output of each is the log. */
export const logSteps = {
  /** Starts writing a log of the type `USER`. */
  enableLog: (name: string): Performance<Instance> => change("enableLog", "enable", name),
  /** Stops writing a log of the type `USER`. */
  disableLog: (name: string): Performance<Instance> => change("disableLog", "disable", name),
  /** Copies the contents of a log to object storage. */
  publishLog: (name: string): Performance<Instance> => change("publishLog", "publish", name),
  /** Destroys the published contents of a log. */
  discardLog: (name: string): Performance<Instance> => change("discardLog", "discard", name, true),
};
