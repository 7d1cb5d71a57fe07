/**
 * `POST /instances/{id}/action`: restart, resize, promote, eject, reset the status.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import { type Instance, statusOf } from "../records/instance.ts";
import { FLAVOR_REF, mustFit, SIZE } from "./instance_create.ts";
import { begin, force } from "./lifecycle.ts";
import { flavorOf } from "../lookups.ts";
import { reserveQuota } from "../protocol/quota_check.ts";
import type { Schema } from "../protocol/schema.ts";

const OBJECT: Schema = { type: "object" };

const RESIZE: Schema = {
  type: "object",
  minProperties: 1,
  properties: {
    flavorRef: FLAVOR_REF,
    volume: { type: "object", required: ["size"], properties: { size: SIZE } },
  },
};

const ACTIONS: Readonly<Record<string, (call: Call, instance: Instance, said: JsonObject) => void>> = {
  restart,
  resize,
  promote_to_replica_source: promote,
  eject_replica_source: eject,
  reset_status: resetStatus,
};

/** One action. An unknown one, or none, is a crash in the real server too. */
export const actOnInstance: Handler = (call) => {
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : undefined;
  const act = name === undefined ? undefined : ACTIONS[name];
  if (act === undefined || name === undefined) throw call.crash();
  const said = call.body({ properties: { [name]: name === "resize" ? RESIZE : OBJECT } })[name];
  const instance = call.instance();
  call.action = name.replaceAll("_", "-");
  act(call, instance, said as JsonObject);
  return ACCEPTED;
};

function restart(call: Call, instance: Instance): void {
  call.mustBeIdle(instance);
  begin(call.region, instance, "REBOOTING", "restart", call.now, () => {
    instance.service = "HEALTHY";
  });
}

function resize(call: Call, instance: Instance, said: JsonObject): void {
  call.action = isObject(said.volume) ? "resize-volume" : "resize-flavor";
  if (isObject(said.volume)) resizeVolume(call, instance, Number(said.volume.size));
  else resizeFlavor(call, instance, said.flavorRef!);
}

function resizeVolume(call: Call, instance: Instance, size: number): void {
  const { size: old } = instance.volume;
  if (size <= old) {
    throw fault(400, `The new volume 'size' must be larger than the current volume size of '${old}'.`);
  }
  call.mustBeIdle(instance);
  mustFit(call, size);
  reserveQuota(call.region, instance.project, { volumes: size - old });
  begin(call.region, instance, "RESIZING", "resize", call.now, () => {
    instance.volume.size = size;
  });
}

function resizeFlavor(call: Call, instance: Instance, said: Json): void {
  call.mustBeIdle(instance);
  const flavor = flavorOf(said);
  if (flavor === instance.flavor) {
    throw fault(400, `The new flavor id must be different than the current flavor id of '${flavor.id}'.`);
  }
  reserveQuota(call.region, instance.project, { ram: flavor.ram - instance.flavor.ram });
  begin(call.region, instance, "RESIZING", "resize", call.now, () => {
    instance.flavor = flavor;
  });
}

/** The replica becomes the source; the source and its other replicas become replicas of it. */
function promote(call: Call, instance: Instance): void {
  const source = instance.replicaOf;
  if (source === undefined) throw fault(400, `Instance ${instance.id} is not a replica.`);
  call.mustBeIdle(instance);
  call.mustBeIdle(source);
  begin(call.region, instance, "PROMOTING", "promote", call.now, () => handOver(call, source, instance));
  begin(call.region, source, "PROMOTING", "promote", call.now, () => {});
}

function handOver(call: Call, source: Instance, heir: Instance): void {
  for (const other of call.region.replicasOf(source)) other.replicaOf = heir;
  heir.replicaOf = undefined;
  source.replicaOf = heir;
}

/** A source that no longer reports is ejected, and its newest replica takes its place. */
function eject(call: Call, instance: Instance): void {
  const heir = call.region.replicasOf(instance).sort((a, b) => b.order - a.order)[0];
  if (heir === undefined) throw fault(400, `Instance ${instance.id} is not a replica source.`);
  if (instance.server === "ACTIVE" && instance.service === "HEALTHY") {
    throw fault(400, `Replica Source ${instance.id} cannot be ejected as it has a current heartbeat`);
  }
  begin(call.region, instance, "EJECTING", "eject", call.now, () => {
    handOver(call, instance, heir);
    instance.replicaOf = undefined;
  });
  instance.server = "ACTIVE";
}

/** For administrators: cancels whatever is in progress. A healthy and idle instance does not change. */
function resetStatus(call: Call, instance: Instance): void {
  call.policy("instance:reset_status");
  if (statusOf(instance) !== "ACTIVE" || instance.service !== "HEALTHY") {
    force(call.region, instance, "ERROR", undefined);
    instance.updated = call.now;
  }
}
