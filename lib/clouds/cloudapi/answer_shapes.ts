/**
 * The shapes of CloudAPI's answers for each of its routes (sdc-cloudapi 9.20), and of its refusals.
 *
 * @module
 */
import type { ApiRequest } from "../../engine/resource/endpoint.ts";
import type { AnswerShape } from "../../engine/resource/answer_shape.ts";
import type { ApiAnswers } from "../../http/is_api_answer.ts";

/** The keys of which a record has at least one, by collection. */
const RECORDS: Readonly<Record<string, AnswerShape>> = {
  keys: { has: ["fingerprint"] },
  accesskeys: { has: ["accesskeyid"] },
  users: { has: ["id"] },
  roles: { has: ["id"] },
  policies: { has: ["id"] },
  machines: { has: ["id"] },
  images: { has: ["id"] },
  packages: { has: ["id"] },
  networks: { has: ["id"] },
  volumes: { has: ["id"] },
  fwrules: { has: ["id"] },
  disks: { has: ["id"] },
  nics: { has: ["mac"] },
  snapshots: { has: ["name"] },
  vlans: { has: ["vlan_id"] },
  ips: { has: ["ip"] },
  migrations: { has: ["machine"] },
  // A single text, number or boolean.
  tags: "value",
  metadata: "value",
};
/** Paths that end without a name, and are not lists of records. */
const OTHERS: Readonly<Record<string, AnswerShape>> = {
  "": { has: ["login"] },
  // Its only key is missing if no network is set.
  config: { only: ["default_network"] },
  datacenters: "addresses",
  services: "addresses",
  tags: "record",
  metadata: "record",
  migrate: { has: ["size"] },
};
/** The answers to a POST that ends in an action's name. */
const ACTIONS: Readonly<Record<string, AnswerShape>> = {
  enable: { has: ["id"] },
  disable: { has: ["id"] },
  change_password: { has: ["id"] },
  // Finalizing one is answered without a body, because it no longer exists.
  migrate: { either: ["nothing", { has: ["machine"] }] },
};
/** A disk is only shown if its slot was given. */
const CHANGED_DISK: AnswerShape = { either: ["nothing", { has: ["id"] }] };
const ROLE_TAGS: AnswerShape = { has: ["role-tag"] };
const LISTS = ["limits", "audit", "volumesizes"];

/** The shape of CloudAPI's answer to a request; undefined for an unknown route. */
function expected({ method, path }: Pick<ApiRequest, "method" | "path">): AnswerShape | undefined {
  const parts = path.slice(1).split("/");
  // Collections and names alternate. With an odd number of segments the last one is a collection.
  const named = parts.length % 2 === 0;
  const last = parts.at(-1)!, before = parts.at(-2);
  if (method === "GET" || method === "HEAD") {
    if (named) return RECORDS[before!];
    if (OTHERS[last] !== undefined) return OTHERS[last];
    const one = RECORDS[last];
    if (typeof one === "object" && "has" in one) return { each: one.has };
    return one !== undefined || LISTS.includes(last) ? "list" : undefined;
  }
  if (method === "DELETE") return "nothing";
  if (named) {
    if (method === "PUT") {
      const isRecord = before === "vlans" || before === "ips" || parts[0] === "fabrics";
      return isRecord ? RECORDS[before!] : ROLE_TAGS;
    }
    if (before === "machines" || before === "snapshots" || before === "volumes") return "nothing";
    // An export returns where the image went, any other action the image.
    if (before === "images") return { has: ["id", "manifest_path", "image_path", "manta_url"] };
    if (before === "disks") return CHANGED_DISK;
    return before === "tags" || before === "metadata" ? undefined : RECORDS[before!];
  }
  if (last === "tags" || last === "metadata") return "record";
  if (last === "config") return { has: ["default_network"] };
  if (method === "PUT") return ROLE_TAGS;
  if (ACTIONS[last] !== undefined) return ACTIONS[last];
  if (last === "") return OTHERS[""];
  return last === "disks" ? CHANGED_DISK : RECORDS[last];
}

/** Whether a refusal comes from CloudAPI: `{code, message}`, or the machine itself if it is gone. */
function ownError({ status, body }: { status: number; body: unknown }): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  const { code, message, id, BadHTTPRequest } = body as Record<string, unknown>;
  if (typeof code === "string" && code !== "" && typeof message === "string") return true;
  // The load balancer, which is part of every installation, answers this to an invalid request.
  if (status === 400 && typeof BadHTTPRequest === "string") return true;
  return status === 410 && typeof id === "string" && id !== "";
}

/** CloudAPI's answers. */
export const answerShapes: ApiAnswers = { api: "CloudAPI", expected, ownError };
