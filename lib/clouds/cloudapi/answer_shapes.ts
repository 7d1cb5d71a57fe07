/**
 * How CloudAPI answers: what to each of its routes (sdc-cloudapi 9.20), and how it refuses.
 *
 * @module
 */
import type { ApiRequest } from "../../engine/resource/endpoint.ts";
import type { AnswerShape } from "../../engine/resource/answer_shape.ts";
import type { ApiAnswers } from "../../http/is_api_answer.ts";

/** What a record has at the least, by the collection that it is in. */
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
  // A bare text, number or yes/no.
  tags: "value",
  metadata: "value",
};
/** What is at the end of a path with no name after it, and is no list of records. */
const OTHERS: Readonly<Record<string, AnswerShape>> = {
  "": { has: ["login"] },
  // The one key it has is missing where no network is set.
  config: { only: ["default_network"] },
  datacenters: "addresses",
  services: "addresses",
  tags: "record",
  metadata: "record",
  migrate: "record",
};
/** What a POST answers that ends in an action's name. */
const ACTIONS: Readonly<Record<string, AnswerShape>> = {
  enable: { has: ["id"] },
  disable: { has: ["id"] },
  change_password: { has: ["id"] },
  // To finalize one is answered with nothing, as it is there no longer.
  migrate: { either: ["nothing", { has: ["machine"] }] },
};
/** A disk is only shown where its place was said. */
const CHANGED_DISK: AnswerShape = { either: ["nothing", { has: ["id"] }] };
const ROLE_TAGS: AnswerShape = { has: ["role-tag"] };
const LISTS = ["limits", "audit", "volumesizes"];

/** What CloudAPI answers to a request; undefined for a route that is not known. */
function expected({ method, path }: Pick<ApiRequest, "method" | "path">): AnswerShape | undefined {
  const parts = path.slice(1).split("/");
  // Collections and names take turns; a collection comes last where they are odd in number.
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
    // An export gives where the image went, anything else the image.
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

/** Whether a refusal is CloudAPI's own: `{code, message}`, or the machine itself where it is gone. */
function ownError({ status, body }: { status: number; body: unknown }): boolean {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return false;
  const { code, message, id, BadHTTPRequest } = body as Record<string, unknown>;
  if (typeof code === "string" && code !== "" && typeof message === "string") return true;
  // The load balancer that is part of every installation, of what never was a request.
  if (status === 400 && typeof BadHTTPRequest === "string") return true;
  return status === 410 && typeof id === "string" && id !== "";
}

/** How CloudAPI answers. */
export const answerShapes: ApiAnswers = { api: "CloudAPI", expected, ownError };
