import assert from "node:assert/strict";
import { defaults } from "../../lib/engine/run/defaults.ts";
import { JournalError } from "../../lib/engine/errors.ts";
import type { Journal } from "../../lib/engine/run/journal.ts";
import { doWork, type Rules } from "../../lib/command/runs/do_work.ts";
import { EXIT } from "../../lib/command/exit_codes.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";

const RULES: Rules = { plan: false, json: false, quiet: true, journal: false, about: { task: "test" } };

/** The exit code of some work, and its output. */
async function exitOf(work: () => unknown, rules: Partial<Rules> = {}) {
  let err = "";
  const { exit } = await doWork(work, { ...RULES, ...rules }, {
    out: () => {},
    err: (text) => void (err += text),
  });
  return { exit, err };
}

Deno.test("6 when the journal can no longer be written, as members then fail for that alone", async () => {
  const full: Journal = {
    planned: () => Promise.resolve(),
    before: () => Promise.reject(new JournalError("Cannot write the journal: the disk is full: x")),
    after: () => Promise.resolve(),
    ended: () => Promise.resolve(),
  };
  const chain = jobs(new Farm(3).handle).all().pause();
  const { exit } = await exitOf(() => chain.run({ journal: full, throwOnError: false, view: false }));
  assert.equal(exit, EXIT.journal);
});

Deno.test("who cannot be asked is told how to say it beforehand: a command in options, a script in methods", async () => {
  const chain = jobs(new Farm(30).handle).all().pause().waitUntil("paused").remove();
  const { exit, err } = await exitOf(() => chain.run({ view: false }));
  assert.equal(exit, EXIT.refused);
  assert.match(err, /Nothing was sent\. To allow it, add --max=30, --expect=30 or --yes\.$/m);
  await assert.rejects(
    chain.run({ again: true, view: false }),
    /Nothing was sent\. To allow it, add \.max\(30\) or \.expect\(30\), or \.run\(\{ yes: true \}\)\.$/,
  );
});

Deno.test("130 for Ctrl-C at the question, 4 for a no", async () => {
  const before = defaults.confirm;
  try {
    for (const pressed of [true, false]) {
      const stop = new AbortController();
      defaults.confirm = () => {
        if (pressed) stop.abort(new DOMException("Ctrl-C", "AbortError"));
        return Promise.resolve(false);
      };
      const chain = jobs(new Farm(30).handle).all().pause().waitUntil("paused").remove();
      const { exit, err } = await exitOf(() => chain.run({ signal: stop.signal, view: false }));
      assert.equal(exit, pressed ? EXIT.interrupted : EXIT.refused, err);
    }
  } finally {
    defaults.confirm = before;
  }
});

Deno.test("what was resumed and is not done is said to be resumable again", async () => {
  const farm = new Farm(2);
  farm.add({ id: "j9", phase: "broken" });
  const chain = jobs(farm.handle).all().pause();
  const about = { task: "resume", resumed: "/somewhere/run.jsonl" };
  const { exit, err } = await exitOf(() => chain.run({ throwOnError: false, view: false }), {
    about,
    quiet: false,
  });
  assert.equal(exit, EXIT.failed);
  assert.match(err, /muster resume \/somewhere\/run\.jsonl\n$/);
});
