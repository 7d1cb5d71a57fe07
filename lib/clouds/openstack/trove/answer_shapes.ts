/**
 * The shapes of Trove's answers for each of its routes, and of its refusals. Its empty answers claim to be JSON.
 *
 * @module
 */
import type { ApiRequest } from "../../../engine/resource/endpoint.ts";
import type { AnswerShape } from "../../../engine/resource/answer_shape.ts";
import type { ApiAnswers } from "../../../http/is_api_answer.ts";
import { isOpenStackFault } from "../openstack_fault.ts";

/** Each collection: the key of its list, and the shape of one record. */
const COLLECTIONS: Readonly<Record<string, readonly [list: string, one: AnswerShape]>> = {
  instances: ["instances", { record: "instance" }],
  backups: ["backups", { record: "backup" }],
  backup_strategies: ["backup_strategies", { record: "backup_strategy" }],
  configurations: ["configurations", { record: "configuration" }],
  datastores: ["datastores", { record: "datastore" }],
  versions: ["versions", { record: "version" }],
  "datastore-versions": ["versions", { record: "version" }],
  parameters: ["configuration-parameters", { has: ["name"] }],
  flavors: ["flavors", { record: "flavor" }],
  "volume-types": ["volume_types", { record: "volume_type" }],
  modules: ["modules", { record: "module" }],
  clusters: ["clusters", { record: "cluster" }],
  users: ["users", { record: "user" }],
  databases: ["databases", { record: "database" }],
  limits: ["limits", "record"],
  log: ["logs", "record"],
  quotas: ["quotas", { list: "quotas" }],
};
/** The keys of records without an id. Strategies and limits have none. */
const KNOWN_BY: Readonly<Record<string, readonly string[] | undefined>> = {
  backup_strategies: undefined,
  limits: undefined,
  quotas: ["resource"],
  log: ["name"],
  users: ["name"],
  databases: ["name"],
  parameters: ["name"],
  flavors: ["str_id", "id"],
};
/** Paths below one member that are not collections. */
const LEAVES: Readonly<Record<string, AnswerShape>> = {
  root: { has: ["rootEnabled", "root_history"] },
  configuration: { record: "instance" },
  diagnostics: { record: "diagnostics" },
  hwinfo: { record: "hwinfo" },
  ssl: { record: "ssl" },
  rpc_ping: { nothing: [200, 202, 204] },
};
/** Writes that create something and return it. */
const MADE = ["instances", "backups", "backup_strategies", "configurations", "modules", "clusters"];

/** The shape of Trove's answer to a request; undefined for an unknown route. */
function expected({ method, path }: Pick<ApiRequest, "method" | "path">): AnswerShape | undefined {
  let parts = path.slice(1).split("/");
  const operator = parts[0] === "mgmt";
  if (operator) parts = parts.slice(1);
  // Versions can be found below their datastore, and directly.
  if (parts[0] === "datastores" && parts[1] === "versions" && parts.length > 2) parts = parts.slice(1);
  const named = parts.length % 2 === 0;
  const last = parts.at(-1)!, before = parts.at(-2);
  if (method === "GET" || method === "HEAD") {
    if (path === "/") return { list: "versions" };
    if (named) {
      return before === "instances" && last === "detail" ? { list: "instances" } : COLLECTIONS[before!]?.[1];
    }
    const list = COLLECTIONS[last]?.[0];
    if (list === undefined) return LEAVES[last];
    // Below a module are its uses, or their counts, not the instances' own records.
    if (before !== undefined && parts[0] === "modules" && parts.length === 3) return { list };
    const each = last in KNOWN_BY ? KNOWN_BY[last] : ["id"];
    return each === undefined ? { list } : { list, each };
  }
  if (method === "DELETE") {
    return named && before === "modules" ? { nothing: [200, 202, 204] } : { nothing: [202, 204] };
  }
  if (method === "PATCH") return { nothing: [200, 202, 204] };
  if (method === "PUT") {
    if (named && before === "modules") return COLLECTIONS.modules![1];
    if (named && before === "quotas") return { record: "quotas" };
    return named && before === "parameters" ? COLLECTIONS.parameters![1] : { nothing: [202, 204] };
  }
  if (last === "root") return { record: "user" };
  if (last === "ssl") return { record: "ssl" };
  if (last === "log") return { record: "log" };
  if (last === "modules" && parts.length === 3) return { list: "modules" };
  if (last === "action" || last === "upgrade") return named ? undefined : { nothing: [202, 204] };
  if (last === "parameters") return COLLECTIONS.parameters![1];
  if (named && before === "clusters") return { either: [{ nothing: [202, 204] }, COLLECTIONS.clusters![1]] };
  if (last === "users" || last === "databases" || last === "datastore-versions") {
    return { nothing: [202, 204] };
  }
  return !operator && parts.length === 1 && MADE.includes(last) ? COLLECTIONS[last]![1] : undefined;
}

/** Trove's answers. */
export const answerShapes: ApiAnswers = { api: "Trove", expected, ownError: isOpenStackFault };
