/**
 * Which fields of a record a description looks at.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import { markFields, stateFields } from "../../../lib/engine/plan/expected_record.ts";
import { job } from "../job.ts";

interface Nested {
  readonly title: string;
  readonly status: { readonly phase: string; readonly reason: string };
  readonly at: Date;
}
const resource = {
  ...job,
  name: (one: Nested) => one.title,
  tags: () => ({}),
  state: (one: Nested) => one.status.phase,
  mark: (one: Nested) => `${one.title} ${one.at.getTime()} ${one.status.reason}`,
} as unknown as AnyResource;

Deno.test("fields inside others are found, also of a record that nobody may change", () => {
  const status = Object.freeze({ phase: "working", reason: "none" });
  const record: Nested = Object.freeze({ title: "a", status, at: { getTime: () => 7 } as Date });
  assert.deepEqual(stateFields(resource, record), ["status.phase"]);
  assert.deepEqual(markFields(resource, record), ["at.getTime", "status.reason"]);
});
