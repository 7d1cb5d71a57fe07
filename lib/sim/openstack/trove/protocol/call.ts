/**
 * One request to Trove, for a route's handler.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../../exact_json.ts";
import type { Project, User } from "../../keystone/identity.ts";
import { crash, fault, type Reply } from "../../reply.ts";
import type { Instance } from "../records/instance.ts";
import { statusOf } from "../records/instance.ts";
import type { ProjectRateLimits } from "./rate_limit.ts";
import type { Region } from "../region.ts";
import { check, type Schema } from "./schema.ts";

/** Answers one route. */
export type Handler = (call: Call) => Reply;

/** The parts of a call. */
export interface CallFacts {
  region: Region;
  project: Project;
  user: User;
  admin: boolean;
  /** The rate limits of this project. */
  limiter: ProjectRateLimits;
  /** The `host:port` that the client used. */
  host: string;
  /** The path as sent, below the server's URL. */
  path: string;
  params: readonly string[];
  query: URLSearchParams;
  body: Json | undefined;
  now: number;
}

/** A request, its sender and its region. */
export class Call {
  readonly facts: CallFacts;
  /** The instances that it concerns, for faults and for the record of writes. */
  readonly touched: Instance[] = [];
  /** The name of the change, if the route has several. */
  action: string | undefined;
  /** Set by a handler that changed nothing although it was a POST. */
  onlyRead = false;

  constructor(facts: CallFacts) {
    this.facts = facts;
  }

  get region(): Region {
    return this.facts.region;
  }
  get project(): Project {
    return this.facts.project;
  }
  get admin(): boolean {
    return this.facts.admin;
  }
  get query(): URLSearchParams {
    return this.facts.query;
  }
  get now(): number {
    return this.facts.now;
  }

  /** The `n`th variable part of the path, decoded. */
  param(n: number): string {
    return this.facts.params[n]!;
  }

  /** The body, if it matches the schema. */
  body(schema: Schema): JsonObject {
    const { body } = this.facts;
    if (body === undefined) throw this.crash();
    check(body, { type: "object", ...schema });
    return body as JsonObject;
  }

  /** The object under `key` of a body `{key: {…}}`, if it matches the schema. */
  inner(key: string, schema: Schema): JsonObject {
    const body = this.body({ required: [key], properties: { [key]: { type: "object", ...schema } } });
    return body[key] as JsonObject;
  }

  /** The list under `key` of a body `{key: […]}`, if its items match the schema. */
  list(key: string, items: Schema, minItems = 1): JsonObject[] {
    const body = this.body({ required: [key], properties: { [key]: { type: "array", minItems, items } } });
    return (body[key] as Json[]).filter(isObject);
  }

  crash() {
    return crash(this.region.uuid());
  }

  notFound(id: string) {
    return fault(404, `Resource ${id} cannot be found.`);
  }

  /** Refuses users who are not administrators with a 401, which clients take for an expired token. */
  onlyAdmin(): void {
    if (!this.admin) throw fault(401, "User does not have admin privileges.", false);
  }

  /** Refuses users who are not administrators with a 403, as a policy does. */
  policy(rule: string): void {
    if (!this.admin) throw fault(403, `Policy doesn't allow ${rule} to be performed.`, false);
  }

  /** The instance with that id in this project; an administrator may use another project's. */
  instance(id = this.param(0)): Instance {
    const instance = this.region.instances.get(id);
    if (instance === undefined || (instance.project !== this.project && !this.admin)) throw this.notFound(id);
    this.touched.push(instance);
    return instance;
  }

  /** The instance, if its guest can answer. */
  guest(): Instance {
    const instance = this.instance();
    if (statusOf(instance) === "BUILD") throw fault(422, `Instance ${instance.id} is not ready.`, false);
    return instance;
  }

  /** Refuses an action during another one, and until the database has reported again. */
  mustBeIdle(instance: Instance): void {
    let why: string | undefined;
    if (instance.task !== "NONE") why = `task status was ${instance.task}`;
    else if (instance.server !== "ACTIVE" || instance.lag !== undefined || instance.runningBackups > 0) {
      why = `instance status was ${statusOf(instance)}`;
    } else if (instance.forced !== undefined && !["ACTIVE", "HEALTHY"].includes(instance.forced.status)) {
      why = `instance status was ${instance.forced.status}`;
    }
    if (why === undefined) return;
    throw fault(
      422,
      `Instance ${instance.id} is not currently available for an action to be performed (${why}).`,
    );
  }

  /** `self` and `bookmark`, which are https whatever the request was. */
  links(kind: string, id: string): Json {
    const { host } = this.facts;
    return [
      { href: `https://${host}/v1.0/${this.project.id}/${kind}/${id}`, rel: "self" },
      { href: `https://${host}/${kind}/${id}`, rel: "bookmark" },
    ];
  }
}

/** Carried out, with an empty body. */
export const ACCEPTED: Reply = { status: 202 };
