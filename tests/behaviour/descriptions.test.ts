/**
 * What a resource's description must hold, and its types cannot say.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../lib/engine/mod.ts";
import { image } from "../../lib/clouds/cloudapi/catalogue/image.ts";
import { machine } from "../../lib/clouds/cloudapi/machines/machine.ts";
import { backup } from "../../lib/clouds/openstack/trove/backups/backup.ts";
import { cluster } from "../../lib/clouds/openstack/trove/clusters/cluster.ts";
import { instance } from "../../lib/clouds/openstack/trove/instances/instance.ts";
import { job } from "../engine/job.ts";

/** The mistakes in a description. */
function mistakes({ states, drift, opaque = [], gone, actions, sets = {}, create }: AnyResource): string[] {
  const wrong: string[] = [];
  const check = (where: string, named: readonly (string | undefined)[]) => {
    for (const one of named) {
      if (one !== undefined && !states.includes(one)) wrong.push(`${where}: unknown state ${one}`);
    }
  };
  if (new Set(states).size !== states.length) wrong.push("states: one is there twice");
  for (const [state, next = []] of Object.entries(drift)) check("drift", [state, ...next]);
  check("opaque", opaque);
  check("gone", [gone.state]);
  for (const [name, action] of Object.entries(actions)) {
    check(name, [...action.from, ...action.via ?? [], action.enters]);
    if (action.inverse && !Object.hasOwn(actions, action.inverse)) wrong.push(`${name}: unknown inverse`);
    if (action.leavesMark && action.happened) wrong.push(`${name}: two kinds of evidence`);
  }
  for (const [name, set] of Object.entries(sets)) {
    check(name, [...set.states, ...set.fails ?? []]);
    if (states.includes(name)) wrong.push(`${name}: a set and a state`);
  }
  check("create", [create?.enters]);
  return wrong;
}

for (const described of [job, machine, image(), instance(), cluster(), backup()]) {
  Deno.test(`the description of a ${described.kind} names only what there is`, () => {
    assert.deepEqual(mistakes(described), []);
  });
}

Deno.test("a description that names what there is not is found out", () => {
  const { pause } = job.actions;
  const broken: AnyResource = {
    ...job,
    drift: { queued: ["asleep"] },
    actions: { pause: { ...pause, enters: "off", inverse: "unpause" } },
    sets: { working: { states: ["busy"] } },
  };
  assert.deepEqual(mistakes(broken), [
    "drift: unknown state asleep",
    "pause: unknown state off",
    "pause: unknown inverse",
    "working: unknown state busy",
    "working: a set and a state",
  ]);
});
