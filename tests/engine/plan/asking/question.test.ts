/**
 * When a person has to type the count to go on.
 */
import assert from "node:assert/strict";
import type { Question } from "../../../../lib/engine/mod.ts";
import { Farm } from "../../farm.ts";
import { jobs } from "../../job.ts";

for (const [count, typed] of [[21, false], [99, false], [100, true], [101, true]] as const) {
  Deno.test(`to remove ${count} members a person has to ${typed ? "type the count" : "say yes"}`, async () => {
    const farm = new Farm(count, { takes: () => 0 });
    let asked: Question | undefined;
    await jobs(farm.handle).all().remove().run({
      throwOnError: false,
      confirm: (question: Question) => {
        asked = question;
        return Promise.resolve(false);
      },
    }).catch(() => {});
    assert.deepEqual([asked?.count, asked?.typeCount], [count, typed]);
    assert.equal(farm.count("DELETE"), 0);
  });
}
