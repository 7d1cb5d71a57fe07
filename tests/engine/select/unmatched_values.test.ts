/**
 * Of a list of names those are told that nobody has.
 */
import assert from "node:assert/strict";
import { unmatched } from "../../../lib/engine/select/unmatched_values.ts";
import { Farm } from "../farm.ts";
import { job } from "../job.ts";

const farm = new Farm(3);
const told = (tags: object, where: object[], records: readonly object[] = [...farm.jobs.values()]) =>
  unmatched(job, { tags, where } as never, farm, records);

Deno.test("each literal of a list that nobody selected has is named, once", async () => {
  assert.deepEqual(await told({ pool: ["blue", "red"] }, [{ title: ["job-0", "jbo-1", "jbo-1", /x/] }]), [
    'none of the selected members has the tag pool "red"',
    'none of the selected members has the title "jbo-1"',
  ]);
  assert.deepEqual(await told({ pool: "red" }, [{ title: "jbo-1" }]), [], "only lists");
});

Deno.test("one member is enough to tell; of none nothing is said, and of a million comparisons neither", async () => {
  const [one] = farm.jobs.values();
  assert.equal((await told({}, [{ title: ["nobody"] }], [one!])).length, 1);
  assert.deepEqual(await told({}, [{ title: ["nobody"] }], []), []);
  const many = Array.from({ length: 400 }, (_, n) => ({ ...one!, id: `j${n}` }));
  const names = Array.from({ length: 400 }, (_, n) => `nobody-${n}`);
  assert.deepEqual(await told({}, [{ title: names }], many), []);
  assert.equal((await told({}, [{ title: names.slice(0, 250) }], many)).length, 250);
});
