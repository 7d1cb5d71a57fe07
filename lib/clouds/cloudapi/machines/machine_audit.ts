/**
 * CloudAPI's audit of a machine as evidence: it lists what has ended, with its time and whether it went well. It has no
 * ids, so only the action and its time tell whose it is.
 *
 * @module
 */
import type { Auditing } from "../../../engine/mod.ts";
import type { AuditEntry } from "./machine_reads.ts";
import { listIn } from "../catalogue/find_in_list.ts";
import { machinePath } from "../machine_path.ts";

/** What the audit calls the actions that a machine's state does not show for certain. */
const NAMES: Readonly<Record<string, string>> = {
  reboot: "reboot",
  startFromSnapshot: "rollback_snapshot",
};

/** How the audit is read. */
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
