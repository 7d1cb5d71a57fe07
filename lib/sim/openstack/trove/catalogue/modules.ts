/**
 * Modules: files that are installed in instances.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../exact_json.ts";
import { md5 } from "../../../md5.ts";
import { fault } from "../../reply.ts";
import { seconds } from "../../times.ts";
import { ACCEPTED, type Call, type Handler } from "../protocol/call.ts";
import type { Instance } from "../records/instance.ts";
import { NAME } from "../instances/instance_create.ts";
import { briefInstance } from "../instances/instance_view.ts";
import { datastoreOf, versionOf } from "../lookups.ts";
import type { Module } from "../records/module.ts";
import type { Schema } from "../protocol/schema.ts";

/** The flags are the numbers 0 and 1. */
const FLAG: Schema = { anyOf: [{ type: "boolean" }, { type: "integer", minimum: 0, maximum: 1 }] };

const FIELDS: Readonly<Record<string, Schema>> = {
  name: NAME,
  module_type: { type: "string", minLength: 1 },
  contents: { type: "string", minLength: 1 },
  description: { anyOf: [{ type: "string" }, { type: "null" }] },
  datastore: { type: "object" },
  auto_apply: FLAG,
  all_tenants: FLAG,
  visible: FLAG,
  live_update: FLAG,
  priority_apply: FLAG,
  full_access: FLAG,
  apply_order: { type: "integer", minimum: 0, maximum: 9 },
};

function view(module: Module, more: JsonObject = {}): JsonObject {
  const { datastore, version, project } = module;
  return {
    id: module.id,
    name: module.name,
    type: module.type,
    description: module.description,
    tenant_id: project?.id ?? null,
    datastore_id: datastore?.id ?? null,
    datastore_version_id: version?.id ?? null,
    auto_apply: module.autoApply,
    priority_apply: module.priorityApply,
    apply_order: module.applyOrder,
    is_admin: module.isAdmin,
    md5: module.md5,
    visible: module.visible,
    created: seconds(module.created),
    updated: seconds(module.updated),
    tenant: project?.id ?? "all",
    datastore: datastore?.name ?? "all",
    datastore_version: version?.name ?? "all",
    ...more,
  };
}

function find(call: Call, id: string): Module {
  const found = call.region.modules.find((one) => one.id === id && mayUse(call, one));
  if (found === undefined) throw call.notFound(id);
  return found;
}

const mayUse = (call: Call, { project, visible }: Module) =>
  call.admin || project === call.project || (project === undefined && visible);

const appliedTo = (call: Call, { id }: Module): Instance[] =>
  call.region.byId().filter((one) => one.modules.has(id));

function digest(contents: Json | undefined): string {
  return [...md5(new TextEncoder().encode(String(contents)))].map((one) => one.toString(16).padStart(2, "0"))
    .join("");
}

/** The fields that a body may change. */
function fill(call: Call, module: Module, said: JsonObject): void {
  const flag = (name: string) => said[name] === true || said[name] === 1;
  if (said.auto_apply !== undefined || said.all_tenants !== undefined || said.priority_apply !== undefined) {
    if (flag("auto_apply") || flag("all_tenants") || flag("priority_apply")) {
      call.policy("module:admin_options");
    }
  }
  if (said.name !== undefined) module.name = String(said.name);
  if (said.module_type !== undefined) module.type = String(said.module_type);
  if (said.description !== undefined) module.description = said.description as string | null;
  if (said.contents !== undefined) module.md5 = digest(said.contents);
  if (said.auto_apply !== undefined) module.autoApply = flag("auto_apply");
  if (said.all_tenants !== undefined) module.project = flag("all_tenants") ? undefined : call.project;
  if (said.priority_apply !== undefined) module.priorityApply = flag("priority_apply");
  if (said.visible !== undefined) module.visible = flag("visible");
  if (said.live_update !== undefined) module.liveUpdate = flag("live_update");
  if (said.apply_order !== undefined) module.applyOrder = Number(said.apply_order);
  if (isObject(said.datastore) && said.datastore.type !== undefined) {
    module.datastore = datastoreOf(call, String(said.datastore.type));
    module.version = said.datastore.version === undefined
      ? undefined
      : versionOf(call, module.datastore, String(said.datastore.version));
  }
}

export const listModules: Handler = (call) => {
  const asked = call.query.get("datastore");
  const mine = call.region.modules.filter((one) =>
    mayUse(call, one) && (asked === null || one.datastore?.id === asked || one.datastore?.name === asked)
  );
  return { status: 200, json: { modules: mine.map((one) => view(one)) } };
};

export const createModule: Handler = (call) => {
  const said = call.inner("module", { required: ["name", "module_type", "contents"], properties: FIELDS });
  const { region, now } = call;
  const module: Module = {
    id: region.uuid(),
    name: "",
    type: "",
    description: null,
    project: call.project,
    datastore: undefined,
    version: undefined,
    autoApply: false,
    priorityApply: false,
    applyOrder: 5,
    isAdmin: false,
    visible: true,
    liveUpdate: false,
    md5: "",
    created: now,
    updated: now,
  };
  fill(call, module, said);
  if (region.modules.some((one) => one.name === module.name && one.project === module.project)) {
    throw fault(400, `A module with the name '${module.name}' already exists for the datastore and project.`);
  }
  region.modules.push(module);
  call.action = "create-module";
  return { status: 200, json: { module: view(module, { live_update: module.liveUpdate }) } };
};

export const getModule: Handler = (call) => {
  const module = find(call, call.param(0));
  const more = { live_update: module.liveUpdate, instance_count: appliedTo(call, module).length };
  return { status: 200, json: { module: view(module, more) } };
};

export const updateModule: Handler = (call) => {
  const said = call.inner("module", { properties: FIELDS });
  const module = find(call, call.param(0));
  if (said.contents !== undefined) mustBeUnused(call, module);
  fill(call, module, said);
  module.updated = call.now;
  call.action = "update-module";
  return { status: 200, json: { module: view(module, { live_update: module.liveUpdate }) } };
};

function mustBeUnused(call: Call, module: Module): void {
  if (module.liveUpdate || appliedTo(call, module).length === 0) return;
  throw fault(
    403,
    "A module cannot be deleted or its contents modified if it has been applied to a non-terminated instance, " +
      "unless the module has been marked as 'live_update.' Please remove the module from all non-terminated " +
      "instances and try again.",
  );
}

export const deleteModule: Handler = (call) => {
  const module = find(call, call.param(0));
  mustBeUnused(call, module);
  const { modules } = call.region;
  modules.splice(modules.indexOf(module), 1);
  call.action = "delete-module";
  return { status: 200 };
};

export const listModuleInstances: Handler = (call) => {
  const module = find(call, call.param(0));
  const users = appliedTo(call, module);
  if (call.query.get("count_only")?.toLowerCase() !== "true") {
    return { status: 200, json: { instances: users.map((one) => briefInstance(call, one)) } };
  }
  const counts = Map.groupBy(users, (one) => one.modules.get(module.id)!.md5);
  const instances = [...counts].map(([md5, all]) => {
    const dates = all.map((one) => one.modules.get(module.id)!.at);
    return {
      module_id: module.id,
      module_name: module.name,
      current: md5 === module.md5,
      module_md5: md5,
      instance_count: all.length,
      min_date_applied: seconds(Math.min(...dates)),
      max_date_applied: seconds(Math.max(...dates)),
    };
  });
  return { status: 200, json: { instances } };
};

/** Updates every instance that has the module to its current contents. */
export const reapplyModule: Handler = (call) => {
  call.policy("module:reapply");
  const said = call.inner("reapply", { properties: { md5: { type: "string" } } });
  const module = find(call, call.param(0));
  for (const instance of appliedTo(call, module)) {
    const applied = instance.modules.get(module.id)!;
    const force = said.force === true || said.force === 1;
    if (said.md5 !== undefined && applied.md5 !== said.md5) continue;
    if (applied.md5 === module.md5 && !force) continue;
    instance.modules.set(module.id, { md5: module.md5, at: call.now });
    call.touched.push(instance);
  }
  call.action = "reapply-module";
  return ACCEPTED;
};

function applied(module: Module, md5: string): JsonObject {
  return {
    id: module.id,
    name: module.name,
    type: module.type,
    datastore: module.datastore?.name ?? "all",
    datastore_version: module.version?.name ?? "all",
    tenant: module.project?.id ?? "all",
    md5,
    auto_apply: module.autoApply,
    visible: module.visible,
    admin_only: module.isAdmin,
    status: "OK",
    message: "Applied by the simulator",
    created: null,
    updated: null,
    removed: null,
  };
}

export const listInstanceModules: Handler = (call) => {
  const instance = call.guest();
  const all = call.region.modules.filter((one) => instance.modules.has(one.id));
  return {
    status: 200,
    json: { modules: all.map((one) => applied(one, instance.modules.get(one.id)!.md5)) },
  };
};

export const applyModules: Handler = (call) => {
  const said = call.list("modules", { type: "object", required: ["id"] });
  const instance = call.guest();
  const modules = said.map(({ id }) => find(call, String(id)));
  for (const module of modules) instance.modules.set(module.id, { md5: module.md5, at: call.now });
  call.action = "apply-modules";
  return { status: 200, json: { modules: modules.map((one) => applied(one, one.md5)) } };
};

export const removeModule: Handler = (call) => {
  const instance = call.guest();
  const module = find(call, call.param(1));
  if (!instance.modules.delete(module.id)) throw call.notFound(module.id);
  call.action = "remove-module";
  return { status: 200 };
};
