/**
 * Policies: sentences such as `CAN getmachine`. Roles consist of them.
 *
 * @module
 */
import type { Policy } from "../records/account.ts";
import { type Call, readRoutes, type Reply, textParam } from "../protocol/call.ts";
import { invalidArgument, missingParameter, notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

const show = ({ id, name, rules, description }: Policy) => ({
  name,
  id,
  rules,
  ...(description === undefined ? {} : { description }),
});

function readRules(call: Call): string[] | undefined {
  let { rules } = call.params;
  if (rules === undefined || rules === "") return undefined;
  if (typeof rules === "string") {
    try {
      rules = JSON.parse(rules);
    } catch { /* one sentence */ }
  }
  const sentences = (Array.isArray(rules) ? rules : [rules]).map(String);
  const wrong = sentences.find((rule) => !/\bCAN\b/i.test(rule));
  if (wrong !== undefined) throw invalidArgument(`Parse error: expected CAN in "${wrong}"`);
  return sentences;
}

function createPolicy(call: Call): Reply {
  const name = textParam(call, "name");
  const rules = readRules(call);
  const missing = [...(name ? [] : ["name is required"]), ...(rules ? [] : ["rules is required"])];
  if (missing.length > 0) {
    throw missingParameter(`Request is missing required parameters: ${missing.join(", ")}`);
  }
  if (call.account.policies.some((policy) => policy.name === name)) {
    throw invalidArgument("policy is invalid");
  }
  const policy: Policy = {
    id: call.world.ids.uuid(),
    name: name!,
    rules: rules!,
    description: textParam(call, "description"),
  };
  call.account.policies.push(policy);
  return {
    status: 201,
    headers: { location: `/${call.account.login}/policies/${policy.id}` },
    body: show(policy),
  };
}

function policyOf(call: Call): Policy {
  const asked = textParam(call, "policy")!;
  const policy = call.account.policies.find(({ id, name }) => id === asked || name === asked);
  if (policy === undefined) throw notFound(`${asked} does not exist`);
  return policy;
}

function updatePolicy(call: Call): Reply {
  const policy = policyOf(call);
  policy.rules = readRules(call) ?? policy.rules;
  policy.name = textParam(call, "name") ?? policy.name;
  policy.description = textParam(call, "description") ?? policy.description;
  return { body: show(policy) };
}

function deletePolicy(call: Call): Reply {
  const policy = policyOf(call);
  call.account.policies = call.account.policies.filter((each) => each !== policy);
  for (const role of call.account.roles) role.policies = role.policies.filter((id) => id !== policy.id);
  return { status: 204 };
}

const path = "/:account/policies";
const group = "policies";

export const policyRoutes: readonly Route[] = [
  { method: "POST", path, name: "CreatePolicy", group, handle: createPolicy },
  ...readRoutes(
    { path, param: "policy", names: ["ListPolicies", "GetPolicy"], group },
    (call) => ({ body: call.account.policies.map(show) }),
    (call) => ({ body: show(policyOf(call)) }),
  ),

  { method: "POST", path: `${path}/:policy`, name: "UpdatePolicy", group, handle: updatePolicy },
  { method: "DELETE", path: `${path}/:policy`, name: "DeletePolicy", group, handle: deletePolicy },
];
