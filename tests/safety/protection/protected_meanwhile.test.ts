/** A resumed run, and a plan that is applied later, check again whether a member is now protected. */
import assert from "node:assert/strict";
import { planAgain } from "../../../lib/engine/journal/apply_saved.ts";
import { fileJournal } from "../../../lib/engine/journal/file_journal.ts";
import { resumeJournal } from "../../../lib/engine/journal/resume.ts";
import { savePlan } from "../../../lib/engine/plan/saved/saved_plan.ts";
import { plansShape } from "../../../lib/engine/plan/saved/saved_shape.ts";
import { Farm } from "../../engine/farm.ts";
import { job, jobs } from "../../engine/job.ts";
import { cutAfter } from "../../command/runs/crash.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const removed = (farm: Farm) =>
  [...farm.executed].filter(([, actions]) => actions.some((one) => /remove|DELETE/i.test(one))).map(([id]) =>
    id
  );

/** A run of three that broke off while they were paused; then one is called something else. */
async function takenUp(protect: Loose, title = "keep-me") {
  const farm = new Farm(3);
  const dir = await Deno.makeTempDir();
  try {
    const path = `${dir}/a.jsonl`;
    await jobs(farm.handle, { pool: "blue" }).protect(protect).pause().waitUntil("paused").remove()
      .run({ journal: fileJournal(path, { open: cutAfter(9) }), view: false, throwOnError: false });
    assert.deepEqual(removed(farm), []);
    farm.jobs.get("j1")!.title = title;
    const report = await resumeJournal(path, () => Promise.resolve({ endpoint: farm, resource: job }), {
      view: false,
      throwOnError: false,
      yes: true,
    });
    return { gone: removed(farm).sort(), report };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a member that came to be protected since is left alone when the run is taken up", async () => {
  for (const protect of [{ title: "keep-me" }, { title: /^keep/ }, { title: ["x", /KEEP/i] }]) {
    const { gone, report } = await takenUp(protect);
    assert.deepEqual(gone, ["j0", "j2"], Deno.inspect(protect));
    assert.match(report.failed[0]!.why, /it is protected now, by protect\(\{ title: .* \}\)/);
  }
  assert.deepEqual((await takenUp({ title: "keep-me" }, "other")).gone, ["j0", "j1", "j2"]);
});

Deno.test("where the run itself has led a member to a state, that state does not protect it", async () => {
  assert.deepEqual((await takenUp({ phase: "paused" })).gone, ["j0", "j1", "j2"]);
});

Deno.test("a test cannot be kept: whoever is called otherwise since may be protected by it, and is left alone", async () => {
  const { gone, report } = await takenUp({ title: (title: string) => title.startsWith("keep") });
  assert.deepEqual(gone, ["j0", "j2"]);
  assert.match(report.failed[0]!.why, /protect\(\{ title: … \}\) has a test that was not kept/);
});

Deno.test("a saved plan carries what protects, and asks it of the members as they are", async () => {
  const farm = new Farm(3);
  const find = () => Promise.resolve({ endpoint: farm, resource: job });
  const plan = await jobs(farm.handle, { pool: "blue" }).protect({ priority: 7 }).protect({ title: /^keep/i })
    .pause().plan();
  const saved = JSON.parse(JSON.stringify(savePlan(plan)));
  assert.equal(plansShape([saved], "plans"), undefined);
  farm.jobs.get("j1")!.priority = 7; // its mark is unchanged
  const { plan: again, drifted } = await planAgain(saved, find);
  assert.deepEqual(again.members.map(({ id }) => id), ["j0", "j2"]);
  assert.match(drifted[0]!.why, /it is protected now, by protect\(\{ priority: 7 \}\)/);
  for (
    const junk of [null, {}, { given: {} }, { given: { a: { pattern: "(" } }, resolved: {} }, {
      given: { a: {} },
      resolved: {},
    }]
  ) {
    assert.match(
      String(plansShape([{ ...saved, protect: [junk] }], "plans")),
      /protect/,
      JSON.stringify(junk),
    );
  }
});
