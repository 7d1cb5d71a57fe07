/**
 * Instances: list, get, delete.
 *
 * @module
 */
import { fault } from "../../reply.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { type Instance, statusOf } from "../records/instance.ts";
import { briefInstance, detailedInstance, oneInstance } from "./instance_view.ts";
import { takeDown } from "./lifecycle.ts";
import { keyPage } from "../protocol/pages.ts";

/** Pages are by id, but each page is shown newest first. So a page's marker (where the next page begins) is not the last item shown. */
function page(call: Call, view: (call: Call, instance: Instance) => ReturnType<typeof briefInstance>) {
  const clustered = call.query.get("include_clustered")?.toLowerCase() === "true";
  const mine = call.region.instancesOf(call.project).filter((one) =>
    clustered || one.clusterId === undefined
  );
  const { items, links } = keyPage(call, mine, (one) => one.id);
  const shown = items.sort((a, b) => b.created - a.created || b.order - a.order);
  return { status: 200, json: { instances: shown.map((one) => view(call, one)), ...links } };
}

export const listInstances: Handler = (call) => page(call, briefInstance);

export const listInstancesInDetail: Handler = (call) => page(call, detailedInstance);

export const getInstance: Handler = (call) => ({
  status: 200,
  json: { instance: oneInstance(call, call.instance()) },
});

/** Not while it is being built, or has replicas. A second time is accepted. */
export const deleteInstance: Handler = (call) => {
  const instance = call.instance();
  call.action = "delete";
  if (statusOf(instance) === "BUILD") {
    throw fault(422, `Instance ${instance.id} is not ready. (Status is BUILD).`);
  }
  if (call.region.replicasOf(instance).length > 0) {
    throw fault(403, "Detach replicas before deleting replica source.");
  }
  takeDown(call.region, instance, call.now);
  return ACCEPTED;
};
