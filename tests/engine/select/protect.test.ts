/**
 * Names in a protection mean something only where a record has them.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import { asProtection, Unproven } from "../../../lib/engine/select/protect.ts";
import { Farm } from "../farm.ts";
import { job } from "../job.ts";

const record = { id: "j0", title: "a", phase: "working", pool: "blue", priority: 1, touched: 0, changed: 0 };

Deno.test("a record stands for itself by its id; what is none is a condition", () => {
  assert.deepEqual(asProtection(job, record), { id: "j0" });
  for (
    const given of [{ id: 7 }, { id: "" }, { id: ["j0"], phase: "x", title: "y" }, { title: "a" }, {
      id: "j0",
    }]
  ) {
    assert.equal(asProtection(job, given), given, JSON.stringify(given));
  }
});

/** What becomes of a protection of this name, where these records were read of a farm of three. */
async function proven(name: string, seen: readonly object[], resource: AnyResource = job) {
  const farm = new Farm(3);
  const unproven = new Unproven(resource, [{ given: { [name]: "x" }, resolved: {} }]);
  const before = unproven.any;
  for (const one of seen) unproven.see(one);
  const error = await unproven.refuse(farm, {}).then(() => undefined, (error: Error) => error.message);
  return { before, after: unproven.any, lists: farm.requests.length, error };
}

Deno.test("a tag that a record has is meant, and nothing else is read; where nobody was read nobody is asked", async () => {
  const { error: _, ...tag } = await proven(
    "pool",
    [record],
    { ...job, fields: {} } as unknown as AnyResource,
  );
  assert.deepEqual(tag, { before: true, after: false, lists: 0 });
  assert.deepEqual(await proven("keep", []), { before: true, after: true, lists: 0, error: undefined });
});

Deno.test("a name that nothing has is refused, after all the others were read, with what may have been meant", async () => {
  const missing = await proven("poool", [record]);
  assert.deepEqual([missing.after, missing.lists], [true, 1]);
  assert.match(missing.error!, /Cannot use protect\(\) with "poool": .* Did you mean pool\? /);
  const { fields: _, ...bare } = job;
  const tag = { ...bare, tags: () => ({ keep: true }) } as unknown as AnyResource;
  assert.match((await proven("kepe", [record], tag)).error!, /Did you mean keep\? /);
});
