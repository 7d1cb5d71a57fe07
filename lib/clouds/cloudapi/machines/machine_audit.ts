/**
 * CloudAPI's audit of a machine as evidence. It lists the actions that have ended, with their time and success. It has
 * no ids, so only the action and its time identify an entry.
 *
 * @module
 */
import type { Auditing } from "../../../engine/mod.ts";
import type { AuditEntry } from "./machine_reads.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import { machinePath } from "../machine_path.ts";

/** The audit's names for actions that a machine's state does not prove. */
const NAMES: Readonly<Record<string, string>> = {
  reboot: "reboot",
  startFromSnapshot: "rollback_snapshot",
};

/** How to read the audit. */
export const machineAudit: Auditing = {
  of: Object.keys(NAMES),
  async read(endpoint, id, action, options) {
    const path = machinePath(id, "/audit");
    const { body, headers } = await endpoint.send({ method: "GET", path, priority: "poll" }, options);
    const now = Date.parse(headers.get("date") ?? "");
    return {
      now: Number.isNaN(now) ? undefined : now,
      entries: listIn<AuditEntry>("audit", body)
        .filter((one) => one.action === NAMES[action])
        .map(({ time, success }) => ({ at: Date.parse(time), ok: success === "yes" })),
    };
  },
};
