/**
 * The account's firewall rules, described for the chain engine. Wire facts: sdc-cloudapi `lib/rules.js`.
 *
 * @module
 */
import { describe } from "../../../api/describe.ts";
import type { ActionsOf, Acts, AsDocumented, ReadsOf } from "../../../api/documented.ts";
import {
  type Action,
  type ApiRequest,
  type Creation,
  type Definition,
  type Endpoint,
  lazily,
  MusterError,
  type Subject,
} from "../../../engine/mod.ts";
import { checkSize } from "../body_limit.ts";
import type { Machine } from "../machine_record.ts";
import { listIn } from "./find_in_list.ts";
import type { FirewallRule } from "./firewall_record.ts";

export type { FirewallRule } from "./firewall_record.ts";

/**
 * A firewall rule to be made.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRuleSpec } from "@muster/muster";
 *
 * const spec: FirewallRuleSpec = {
 *   rule: 'FROM any TO tag "role" = "web" ALLOW tcp PORT 443',
 *   description: "HTTPS",
 *   enabled: true,
 * };
 * console.log(dc("sim").createFwrule(spec));
 * ```
 */
export interface FirewallRuleSpec {
  /** `FROM any TO tag "role" = "web" ALLOW tcp PORT 443`. */
  readonly rule: string;
  /** What it is for; it is called so. */
  readonly description?: string;
  /** Whether it is in force at once. Default false. */
  readonly enabled?: boolean;
  /** Whether connections that it lets through are logged. Default false. */
  readonly log?: boolean;
}

/**
 * What of a firewall rule may be changed.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRuleChanges } from "@muster/muster";
 *
 * const changes: FirewallRuleChanges = { description: "HTTPS, from everywhere", log: true };
 * console.log(dc("sim").fwrules().where({ description: "HTTPS" }).update(changes));
 * ```
 */
export type FirewallRuleChanges = Partial<FirewallRuleSpec>;

/**
 * A firewall rule, or its id, its description or its text.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRuleRef } from "@muster/muster";
 *
 * const which: FirewallRuleRef = "HTTPS"; // or an id, or a record
 * console.log(dc("sim").fwrule(which).enable());
 * ```
 */
export type FirewallRuleRef = string | { readonly id: string };

/**
 * Where a firewall rule can be. `deleted` is muster's word for one that is no longer there.
 *
 * @example
 * ```ts
 * import type { FirewallRuleState } from "@muster/muster";
 *
 * const there: FirewallRuleState[] = ["enabled", "disabled"];
 * console.log(there);
 * ```
 */
export type FirewallRuleState = "enabled" | "disabled" | "deleted";

const FIELDS = ["rule", "description", "enabled", "log"];

function checkRule(doing: string, spec: FirewallRuleChanges): void {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new MusterError(`Cannot ${doing}: what was given is not an object: ${JSON.stringify(spec)}`);
  }
  for (const [field, value] of Object.entries(spec)) {
    if (!FIELDS.includes(field)) {
      throw new MusterError(
        `Cannot ${doing}: the field ${field} does not exist. The fields are ${FIELDS.join(", ")}.`,
      );
    }
    const isFlag = field === "enabled" || field === "log";
    if (typeof value !== (isFlag ? "boolean" : "string") || (field === "rule" && value === "")) {
      throw new MusterError(
        `Cannot ${doing}: its ${field} is not a ${isFlag ? "boolean" : "text"}: ${typeof value}.`,
      );
    }
  }
  checkSize(doing, spec, "shorten the texts");
}

/**
 * Checks a specification.
 *
 * @throws {MusterError}
 */
export function checkFwruleSpec(spec: FirewallRuleSpec): void {
  checkRule("create a firewall rule", spec);
  if (spec.rule === undefined) throw new MusterError("Cannot create a firewall rule: its rule is missing.");
}

const path = (id: string, rest = "") => `/fwrules/${encodeURIComponent(id)}${rest}`;
const list = async (endpoint: Endpoint) =>
  listIn<FirewallRule>("fwrules", (await endpoint.send({ method: "GET", path: "/fwrules" })).body);

/** A specification, and the rules that were there before. */
interface Prepared extends FirewallRuleSpec {
  readonly before?: readonly string[];
}

const creation: Creation<FirewallRule, Prepared, FirewallRuleState> = {
  enters: "disabled",
  request: ({ before: _, ...spec }) => ({ method: "POST", path: "/fwrules", body: spec }),
  // Any number of rules may read the same: what was there before is not what was made.
  prepare: async (endpoint, spec) => ({ ...spec, before: (await list(endpoint)).map(({ id }) => id) }),
  async find(endpoint, _name, { rule, description, before = [] }) {
    return (await list(endpoint)).filter((one) =>
      one.rule === rule && (one.description ?? "") === (description ?? "") && !before.includes(one.id)
    );
  },
};

/** Global rules are the operator's: the server shows them, and lets nobody else change them. */
const obstacle = ({ record }: { record: FirewallRule }) =>
  record.global ? "it is a global rule, which only the operator changes" : undefined;

const description = lazily(() =>
  describe({
    kind: "fwrule",
    states: ["enabled", "disabled", "deleted"],
    drift: {},
    fields: { id: "text", rule: "text", enabled: "flag", log: "flag", global: "flag", description: "text" },
    columns: ["id", "enabled", "rule", "description"],
    state: (rule: FirewallRule) => rule.enabled ? "enabled" : "disabled",
    id: (rule) => rule.id,
    name: (rule) => rule.description ?? rule.rule,
    gone: { state: "deleted", statuses: [404], codes: ["ResourceNotFound"] },
    list: {
      pageSize: Infinity,
      async *pages(endpoint, _query, { priority, signal, on }) {
        const request: ApiRequest = { method: "GET", path: "/fwrules", priority };
        yield listIn<FirewallRule>("fwrules", (await endpoint.send(request, { signal, on })).body);
      },
    },
    get: (id) => ({ method: "GET", path: path(id) }),
    read: (body) => body as FirewallRule,
    create: creation,
    reads: {
      /** The machines that the rule is about. */
      async machines({ endpoint, id }: Subject<FirewallRule>): Promise<Machine[]> {
        return listIn<Machine>(
          "machines",
          (await endpoint.send({ method: "GET", path: path(id, "/machines") })).body,
        );
      },
    },
    actions: {
      /** Puts the rule in force. */
      enable: {
        from: ["disabled"],
        enters: "enabled",
        inverse: "disable",
        changes: ["enabled"],
        repeatable: true,
        obstacle,
        request: ({ id }) => ({ method: "POST", path: path(id, "/enable") }),
      },
      /** Takes the rule out of force. */
      disable: {
        from: ["enabled"],
        enters: "disabled",
        inverse: "enable",
        changes: ["enabled"],
        repeatable: true,
        obstacle,
        request: ({ id }) => ({ method: "POST", path: path(id, "/disable") }),
      },
      /** Changes the rule: the fields given and no others. */
      update: {
        from: ["enabled", "disabled"],
        changes: ["rule", "description", "enabled", "log"],
        check(changes: FirewallRuleChanges) {
          checkRule("update firewall rules", changes);
          if (Object.keys(changes).length > 0) return;
          throw new MusterError("Cannot update firewall rules: no change is given.");
        },
        obstacle,
        done: (rule, changes: FirewallRuleChanges) =>
          Object.entries(changes).every(([field, value]) =>
            (rule[field as keyof FirewallRule] ?? (typeof value === "boolean" ? false : "")) === value
          ),
        request: ({ id }, changes: FirewallRuleChanges) => ({
          method: "POST",
          path: path(id),
          body: changes,
        }),
      } satisfies Action<FirewallRule, FirewallRuleState>,
      /** Deletes the rule, also where machines are still protected by it. */
      delete: {
        from: ["enabled", "disabled"],
        enters: "deleted",
        destructive: true,
        repeatable: true,
        obstacle,
        request: ({ id }) => ({ method: "DELETE", path: path(id) }),
      },
    },
  }, { checked: true })
);

/**
 * The actions of firewall rules: each is a method of their selections and chains.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRuleActions } from "@muster/muster";
 *
 * const rules = dc("sim").fwrules().where({ description: "HTTPS" });
 * console.log(rules.enable(), rules.disable().update({ log: true }), rules.delete());
 * const action: keyof FirewallRuleActions = "enable";
 * console.log(action);
 * ```
 */
export interface FirewallRuleActions {
  /** Puts the rule in force. */
  enable(): Acts<"disabled", "enabled">;
  /** Takes the rule out of force. */
  disable(): Acts<"enabled", "disabled">;
  /**
   * Changes the rule: the fields given and no others.
   *
   * @param changes At least one field.
   * @throws {MusterError} for none, and for a field that does not exist.
   */
  update(changes: FirewallRuleChanges): Acts<"enabled" | "disabled">;
  /** Deletes the rule, also where machines are still protected by it. */
  delete(): Acts<"enabled" | "disabled", "deleted">;
}

/**
 * What can be read of one firewall rule besides its record.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRuleReads } from "@muster/muster";
 *
 * const rule = 'FROM any TO tag "role" = "web" ALLOW tcp PORT 80';
 * await dc("sim").createFwrule({ rule });
 * const read: keyof FirewallRuleReads = "machines";
 * console.log((await dc("sim").fwrule(rule)[read]()).length, (await dc("sim").fwrule(rule).machines()).length);
 * ```
 */
export interface FirewallRuleReads {
  /** The machines that the rule is about. */
  machines(): Promise<Machine[]>;
}

/**
 * The firewall rule resource.
 *
 * @example
 * ```ts
 * import { dc, type FirewallRules, type Selection } from "@muster/muster";
 *
 * const off: Selection<FirewallRules> = dc("sim").fwrules().where({ enabled: false });
 * console.log(off.enable());
 * ```
 */
export interface FirewallRules extends
  Definition<
    "fwrule",
    FirewallRule,
    readonly ["enabled", "disabled", "deleted"],
    Record<never, never>,
    ActionsOf<FirewallRule, FirewallRuleState, FirewallRuleActions>,
    Record<never, never>,
    Record<never, never>,
    never,
    ReadsOf<FirewallRule, FirewallRuleReads>
  > {}
/** Firewall rules, described. */
export const fwrule: () => FirewallRules = description satisfies () => AsDocumented<
  ReturnType<typeof description>,
  FirewallRules
>;
