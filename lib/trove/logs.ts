/**
 * The logs of an instance. Their contents are not in Trove, but in object storage once they were published.
 *
 * @module
 */
import { MusterError, type Performance } from "../chain/mod.ts";
import { instancePath } from "./guest_path.ts";
import type { Instance } from "./instance_record.ts";
import type { Sender } from "./list_pages.ts";

/** A log of an instance. */
export interface InstanceLog {
  name: string;
  type: "SYS" | "USER";
  /** `Disabled`, `Enabled`, `Unavailable`, `Ready`, `Published`, `Partial`, `Rotated`, `Restart_Required`. */
  status: string;
  /** Bytes. */
  published: number;
  /** Bytes. */
  pending: number;
  /** Where in object storage it was published, if it was. */
  container: string | null;
  prefix: string | null;
  metafile: string | null;
}

const path = (id: string) => instancePath(id, "/log");

/** All logs of an instance. */
export async function listLogs(sender: Sender, id: string): Promise<InstanceLog[]> {
  const { body } = await sender.send({ method: "GET", path: path(id) });
  return (body as { logs: InstanceLog[] }).logs;
}

/** Shows a log, or does something to it: none of it does harm when done again. */
async function ask(sender: Sender, id: string, said: Record<string, unknown>): Promise<InstanceLog> {
  const { body } = await sender.send({ method: "POST", path: path(id), body: said, idempotent: true });
  return (body as { log: InstanceLog }).log;
}

/** One log of an instance. */
export function getLog(sender: Sender, id: string, name: string): Promise<InstanceLog> {
  return ask(sender, id, { name });
}

function step(method: string, does: string, destructive = false) {
  return (name: string): Performance<Instance> => {
    if (typeof name !== "string" || name === "") throw new MusterError(`Cannot ${method} as no log is named`);
    return {
      name: method,
      label: `${method}(${JSON.stringify(name)})`,
      ...(destructive ? { destructive } : {}),
      perform: (context) => ask(context, context.member.id, { name, [does]: 1 }),
    };
  };
}

/** The steps on logs; each one's output is the log. */
export const logSteps = {
  /** Begins to write a log of the type `USER`. */
  enableLog: step("enableLog", "enable"),
  /** Ends writing a log of the type `USER`. */
  disableLog: step("disableLog", "disable"),
  /** Puts what a log holds into object storage. */
  publishLog: step("publishLog", "publish"),
  /** Destroys what was published of a log. */
  discardLog: step("discardLog", "discard", true),
};
