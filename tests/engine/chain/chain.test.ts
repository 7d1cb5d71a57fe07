/**
 * A chain's methods accept what the description uses.
 */
import assert from "node:assert/strict";
import { select } from "../../../lib/engine/mod.ts";
import { Farm } from "../farm.ts";
import { job, type Jobs } from "../job.ts";

const { pause } = job.actions;

/** The text of a chain whose `pause` has this description and gets a value. */
const given = (action: object) => {
  const resource = { ...job, actions: { ...job.actions, pause: { ...pause, ...action } } };
  const selection = select(resource as unknown as Jobs, {
    endpoint: new Farm(0).handle,
    handle: `farm("test")`,
    source: { kind: "list" },
  });
  return String((selection as unknown as { pause(value: number): object }).pause(7));
};

Deno.test("a value is accepted where only the action's check, or only its label, looks at it", () => {
  const taken = /\.pause\(7\)/;
  assert.throws(() => given({}), /Cannot use pause\(\) with a value: it takes nothing/);
  assert.match(given({ check: (_value: number) => {} }), taken);
  assert.match(given({ label: (value: number) => `pause(${value})` }), taken);
  assert.match(given({ request: (_one: object, _value: number) => ({ method: "POST", path: "/" }) }), taken);
});
