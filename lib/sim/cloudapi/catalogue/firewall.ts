/**
 * Firewall rules, and the machines that they apply to.
 *
 * @module
 */
import type { FirewallRule } from "../records/account.ts";
import {
  type Call,
  machineOfCall,
  readRoutes,
  recordContext,
  type Reply,
  textParam,
} from "../protocol/call.ts";
import { isActive, type Machine, machineJson } from "../records/machine.ts";
import { missingParameter, notFound, Problem } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const RULE = /^\s*FROM\s+(.+?)\s+TO\s+(.+?)\s+(ALLOW|BLOCK)\s+((TCP|UDP|ICMP6?|AH|ESP)\b.*)$/is;

/** The two sides of a rule: FROM and TO. */
function sidesOf(rule: string): [string, string] {
  const match = RULE.exec(rule);
  if (match === null) {
    throw new Problem(409, "InvalidParameters", "Invalid parameters", {
      fields: [{
        field: "rule",
        code: "InvalidParameter",
        message: `Error at character 0: could not parse: ${rule}`,
      }],
    });
  }
  return [match[1]!, match[2]!];
}

/** Whether one side of a rule includes a machine: by id, by tag, or by "all". */
function names(side: string, machine: Machine): boolean {
  return side.replace(/^\(|\)$/g, "").split(/\s+OR\s+/i).some((target) => {
    const [, kind, rest = ""] = /^(\w+)\s*(.*)$/s.exec(target.trim()) ?? [];
    if (/^all$/i.test(kind ?? "") && /^vms$/i.test(rest)) return true;
    const words = [...rest.matchAll(/"([^"]*)"|([^\s="]+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
    if (/^vm$/i.test(kind ?? "")) return words[0] === machine.id;
    if (!/^tag$/i.test(kind ?? "") || words[0] === undefined) return false;
    if (!Object.hasOwn(machine.tags, words[0])) return false;
    return words[1] === undefined || String(machine.tags[words[0]]) === words[1];
  });
}

const about = (rule: FirewallRule, machine: Machine) =>
  sidesOf(rule.rule).some((side) => names(side, machine));

function show(rule: FirewallRule): Record<string, unknown> {
  const { id, rule: text, enabled, log, global, description } = rule;
  return {
    id,
    rule: text,
    enabled,
    log,
    ...(global ? { global } : {}),
    ...(description === undefined ? {} : { description }),
  };
}

const truthy = (value: unknown) => value === true || value === "true";

function createRule(call: Call): Reply {
  const rule = textParam(call, "rule");
  if (rule === undefined) throw missingParameter("rule is a required argument");
  sidesOf(rule);
  const made: FirewallRule = {
    id: call.world.ids.uuid(),
    rule,
    enabled: truthy(call.params.enabled),
    log: truthy(call.params.log),
    global: false,
    description: textParam(call, "description"),
  };
  call.account.rules.push(made);
  return { status: 201, body: show(made) };
}

function ruleOf(call: Call): FirewallRule {
  const rule = call.account.rules.find(({ id }) => id === call.params.id);
  if (rule === undefined) throw notFound("Rule not found");
  return rule;
}

function updateRule(call: Call): Reply {
  const rule = ruleOf(call);
  const text = textParam(call, "rule");
  if (text !== undefined) sidesOf(text);
  rule.rule = text ?? rule.rule;
  if (call.params.enabled !== undefined) rule.enabled = truthy(call.params.enabled);
  if (call.params.log !== undefined) rule.log = truthy(call.params.log);
  rule.description = textParam(call, "description") ?? rule.description;
  return { body: show(rule) };
}

function enable(enabled: boolean): (call: Call) => Reply {
  return (call) => {
    const rule = ruleOf(call);
    rule.enabled = enabled;
    return { body: show(rule) };
  };
}

function deleteRule(call: Call): Reply {
  const rule = ruleOf(call);
  call.account.rules = call.account.rules.filter((each) => each !== rule);
  return { status: 204 };
}

function ruleMachines(call: Call): Reply {
  const rule = ruleOf(call);
  const context = { ...recordContext(call), dnsNames: undefined };
  const found = [...call.account.machines.all()].filter((machine) =>
    isActive(machine) && about(rule, machine)
  );
  return {
    headers: { "x-resource-count": String(found.length) },
    json: `[${found.map((machine) => machineJson(machine, context)).join()}]`,
  };
}

const path = "/:account/fwrules";
const group = "machines";
const head = true;

export const firewallRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreateFirewallRule", group, handle: createRule },
  ...readRoutes(
    { path, param: "id", names: ["ListFirewallRules", "GetFirewallRule"], group },
    (call) => ({ body: call.account.rules.map(show) }),
    (call) => ({ body: show(ruleOf(call)) }),
  ),

  { method: "POST", path: `${path}/:id`, name: "UpdateFirewallRule", group, handle: updateRule },
  { method: "POST", path: `${path}/:id/enable`, name: "EnableFirewallRule", group, handle: enable(true) },
  { method: "POST", path: `${path}/:id/disable`, name: "DisableFirewallRule", group, handle: enable(false) },
  { method: "DELETE", path: `${path}/:id`, name: "DeleteFirewallRule", group, handle: deleteRule },
  {
    method: "GET",
    path: `${path}/:id/machines`,
    name: "ListFirewallRuleMachines",
    group,
    head,
    handle: ruleMachines,
  },
  {
    method: "GET",
    path: "/:account/machines/:machine/fwrules",
    name: "ListMachineFirewallRules",
    group,
    head,
    handle: (call) => ({
      body: call.account.rules.filter((rule) => about(rule, machineOfCall(call))).map(show),
    }),
  },
];
