/**
 * The logs of an instance. Their contents would be in Swift, which is not simulated.
 *
 * @module
 */
import type { Json } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import type { Handler } from "../protocol/call.ts";
import type { GuestLog, Instance } from "../records/instance.ts";

const FLAG = { anyOf: [{ type: "boolean" }, { type: "integer", minimum: 0, maximum: 1 }] } as const;

function view(instance: Instance, log: GuestLog): Json {
  const { name, type, status, published, pending } = log;
  const path = `${instance.id}/${instance.version.datastore.name}-${name}`;
  const there = published > 0;
  return {
    name,
    type,
    status,
    published,
    pending,
    container: there ? "database_logs" : null,
    prefix: there ? `${path}/` : null,
    metafile: there ? `${path}_metafile` : null,
  };
}

export const listLogs: Handler = (call) => {
  const instance = call.guest();
  return { status: 200, json: { logs: instance.logs.map((log) => view(instance, log)) } };
};

/** Enables, disables, publishes or discards. With only the name it shows the log. */
export const actOnLog: Handler = (call) => {
  const said = call.body({
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1 },
      enable: FLAG,
      disable: FLAG,
      publish: FLAG,
      discard: FLAG,
    },
  });
  const instance = call.guest();
  const log = instance.logs.find((one) => one.name === said.name);
  const wants = (what: string) => said[what] === 1 || said[what] === true;
  if (wants("enable") && wants("disable")) throw fault(400, "Cannot enable and disable log.", false);
  if (log === undefined) throw call.notFound(String(said.name));
  if ((wants("enable") || wants("disable")) && log.type === "SYS") {
    throw fault(400, `${log.name} is a system log, and can not be enabled or disabled.`, false);
  }
  if (wants("enable") && log.status === "Disabled") Object.assign(log, { status: "Ready", pending: 311 });
  if (wants("disable")) log.status = "Disabled";
  if (wants("discard")) {
    Object.assign(log, { published: 0, status: log.status === "Disabled" ? "Disabled" : "Ready" });
  }
  if (wants("publish")) {
    if (log.status === "Disabled" && log.pending === 0) {
      throw fault(400, `Log file ${log.name} is disabled.`, false);
    }
    Object.assign(log, { status: "Published", published: log.published + log.pending, pending: 0 });
  }
  const done = ["enable", "disable", "discard", "publish"].find(wants);
  if (done === undefined) call.onlyRead = true;
  call.action = `${done}-log`;
  return { status: 200, json: { log: view(instance, log) } };
};
