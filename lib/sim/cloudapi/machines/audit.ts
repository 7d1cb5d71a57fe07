/**
 * The audit of a machine: only finished jobs, newest first.
 *
 * @module
 */
import { type Call, machineOfCall, type Reply } from "../protocol/call.ts";
import type { Route } from "../protocol/call.ts";

function machineAudit(call: Call): Reply {
  const machine = machineOfCall(call);
  const done = machine.jobs.filter((job) => job.finished !== undefined).map((job) => ({
    success: job.execution === "succeeded" ? "yes" : "no",
    time: new Date(job.finished!).toISOString(),
    action: job.action,
    caller: job.caller,
  }));
  done.sort((a, b) => a.time < b.time ? 1 : a.time > b.time ? -1 : 0);
  // Seeded machines get an entry for their creation.
  if (!machine.jobs.some(({ action }) => action === "provision")) {
    done.push({
      success: machine.state === "failed" && done.length === 0 ? "no" : "yes",
      time: new Date(machine.created + 45_000).toISOString(),
      action: "provision",
      caller: {
        type: "signature",
        ip: "127.0.0.1",
        keyId: `/${call.account.login}/keys/${call.account.keys[0]?.fingerprint ?? "unknown"}`,
      },
    });
  }
  return { body: done };
}

export const auditRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/machines/:machine/audit",
    name: "MachineAudit",
    group: "machines",
    head: true,
    handle: machineAudit,
  },
];
