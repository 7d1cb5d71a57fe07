/**
 * Flavors, and the limits of a project.
 *
 * @module
 */
import type { Json } from "../../exact_json.ts";
import type { Call, Handler } from "../protocol/call.ts";
import { type Flavor, FLAVORS } from "../records/instance_choices.ts";

/** The `id` is a number, or null if it is not one; `str_id` is always right. */
export function flavorView(call: Call, flavor: Flavor): Json {
  const { id, name, ram, vcpus, disk, ephemeral } = flavor;
  return {
    id: /^\d+$/.test(id) ? Number(id) : null,
    links: call.links("flavors", id),
    name,
    ram,
    vcpus,
    disk,
    ephemeral,
    str_id: id,
  };
}

export const listFlavors: Handler = (call) => ({
  status: 200,
  json: { flavors: FLAVORS.map((one) => flavorView(call, one)) },
});

export const getFlavor: Handler = (call) => {
  const flavor = FLAVORS.find((one) => one.id === call.param(0));
  if (flavor === undefined) throw call.notFound(call.param(0));
  return { status: 200, json: { flavor: flavorView(call, flavor) } };
};

export const listLimits: Handler = (call) => {
  const quota = call.region.quotaOf(call.project.id);
  const absolute = {
    verb: "ABSOLUTE",
    max_instances: quota.instances,
    max_ram: quota.ram,
    max_backups: quota.backups,
    max_volumes: quota.volumes,
  };
  return { status: 200, json: { limits: [absolute, ...call.facts.limiter.view()] } };
};
