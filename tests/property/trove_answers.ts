/**
 * The small datacenter as a database service: Trove's routes and words over the same machines. A list can be filtered
 * only by name, there are no tags and no audit, and times are whole seconds.
 */
import type { Cloud, Vm } from "./cloud.ts";
import type { Reply, Request } from "./fake_server.ts";

/** Trove's names of where the cloud's machines are. */
export const STATUS: Readonly<Record<string, string>> = {
  provisioning: "BUILD",
  running: "ACTIVE",
  stopping: "REBOOT",
  ready: "REBOOT",
  deleting: "SHUTDOWN",
  failed: "ERROR",
  deleted: "DELETED",
};

const fault = (status: number, name: string, message: string): Reply => ({
  status,
  body: { [name]: { code: status, message } },
});
export const noInstance = () => fault(404, "itemNotFound", "Instance cannot be found.");

export function instanceOf(cloud: Cloud, vm: Vm): Record<string, unknown> {
  // Whole seconds, without a zone.
  const time = (ms: number) => cloud.time(ms).slice(0, 19);
  const well = vm.state === "running";
  return {
    id: vm.id,
    name: vm.name,
    status: STATUS[vm.state],
    operating_status: well ? "HEALTHY" : vm.state === "failed" ? "FAILED" : "",
    flavor: { id: "1", links: [] },
    datastore: { type: "mysql", version: "8.0" },
    region: "RegionOne",
    access: { is_public: false, allowed_cidrs: [] },
    volume: { size: 1 },
    created: time(vm.created),
    updated: time(vm.updated),
    ...(vm.state === "failed" ? { fault: { message: "it failed", created: time(vm.updated) } } : {}),
  };
}

export function answerAsTrove(cloud: Cloud, { method, path, body }: Request): Reply {
  const [what, id, more] = path;
  if (what !== "instances") return noInstance();
  if (id === undefined || id === "detail") {
    const all = [...cloud.vms.values()].filter(({ state }) => state !== "deleted");
    return { status: 200, body: { instances: all.map((one) => instanceOf(cloud, one)), links: [] } };
  }
  const vm = cloud.vms.get(id);
  const action = method === "DELETE"
    ? "delete"
    : more === "action"
    ? "reboot"
    : method === "GET"
    ? ""
    : "rename";
  if (method !== "GET") cloud.written.push({ at: cloud.now, sentAt: cloud.sentAt, id, action });
  if (!vm || vm.state === "deleted") return noInstance();
  if (method === "GET") return { status: 200, body: { instance: instanceOf(cloud, vm) } };
  const named = (body.instance as { name?: string } | undefined)?.name;
  const busy = action === "delete"
    ? vm.state === "provisioning"
    : action === "reboot" && vm.state !== "running";
  if (busy || (action === "reboot" && vm.busy > cloud.now)) {
    return fault(
      422,
      "unprocessableEntity",
      `Instance ${id} is not currently available for an action to be performed.`,
    );
  }
  const refused = cloud.ask("us", vm, action, named);
  return refused ? fault(422, "unprocessableEntity", refused.refused) : { status: 202 };
}
