/**
 * Quotas of a project, for administrators; members can read their own.
 *
 * @module
 */
import type { JsonObject } from "../../exact_json.ts";
import type { Quota } from "../../options.ts";
import { fault } from "../../reply.ts";
import type { Call, Handler } from "./call.ts";
import { usage } from "./quota_check.ts";

const RESOURCES: readonly (keyof Quota)[] = ["backups", "instances", "ram", "volumes"];

export const showQuotas: Handler = (call) => {
  const id = call.param(0);
  if (id !== call.project.id) call.policy("quota:show");
  const project = call.region.facts.identity.projects.find((one) => one.id === id);
  const used = project === undefined ? undefined : usage(call.region, project);
  const limits = call.region.quotaOf(id);
  const quotas = RESOURCES.map((resource) => ({
    resource,
    in_use: used?.[resource] ?? 0,
    reserved: 0,
    limit: limits[resource],
  }));
  return { status: 200, json: { quotas } };
};

export const updateQuotas: Handler = (call: Call) => {
  call.onlyAdmin();
  const said: JsonObject = call.inner("quotas", { minProperties: 1 });
  for (const [resource, limit] of Object.entries(said)) {
    if (!RESOURCES.includes(resource as keyof Quota)) {
      throw fault(404, `Quota could not be found: ${resource}.`);
    }
    if (!Number.isInteger(Number(limit)) || limit === null) {
      throw fault(400, `Quota limit is no whole number: ${limit}.`);
    }
    if (Number(limit) < -1) throw fault(400, `Quota limit cannot be below -1: ${limit}.`);
  }
  const quota = call.region.quotaOf(call.param(0));
  for (const [resource, limit] of Object.entries(said)) quota[resource as keyof Quota] = Number(limit);
  call.action = "update-quotas";
  return { status: 200, json: { quotas: said } };
};
