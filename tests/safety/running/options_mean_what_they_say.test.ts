import assert from "node:assert/strict";
import { all, dc, resume } from "../../../lib/muster.ts";
import { beginSession } from "../../../lib/engine/run/session.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

const paused = (count: number) => {
  const farm = new Farm(0);
  for (let n = 0; n < count; n++) farm.add({ id: `j${n}`, phase: "paused" });
  return farm;
};

const WRONG: Record<string, readonly unknown[]> = {
  yes: ["no", "yes", "", [], {}, 1, null],
  max: ["1000", [1000], NaN, -1, 0, 1.5, Infinity, null, undefined, true],
  expect: ["3", [3], NaN, -1, 1.5, null, undefined],
  again: ["true", 1],
  throwOnError: ["false", 0],
  view: ["no", 0],
  timeout: ["soon", -1, 0, NaN, {}, "", null, undefined],
  signal: [{}, "stop", true, new AbortController()],
  on: ["all", {}],
  confirm: [true, {}],
  journal: ["a.jsonl", {}, { planned() {} }],
};

Deno.test("every option of a run is of its type, or nothing is sent", async () => {
  const farm = paused(30);
  const chain: Loose = jobs(farm.handle).all().remove();
  for (const [name, values] of Object.entries(WRONG)) {
    for (const value of values) {
      const said = { view: false, [name]: value };
      for (const run of [() => chain.run(said), () => (all(chain) as Loose).run(said)]) {
        await assert.rejects(
          run(),
          new RegExp(`Cannot use .* as ${name} of run\\(\\): it is not `),
          `${name}: ${value}`,
        );
      }
      if (name === "again" || name === "journal") continue;
      await assert.rejects(resume("none.jsonl", said as Loose), new RegExp(`as ${name} of resume`));
    }
  }
  assert.equal(farm.requests.length, 0);
});

Deno.test("an unknown option is an error that names the nearest, also of a run that was done before", async () => {
  const farm = paused(3);
  const chain: Loose = jobs(farm.handle).all().remove();
  await assert.rejects(
    chain.run({ yess: true }),
    /Cannot use yess as an option of run\(\): .*did you mean yes\?/,
  );
  await assert.rejects(chain.run({ thowOnError: false }), /did you mean throwOnError\?/);
  for (const options of [true, null, "yes", [], 3, new AbortController().signal]) {
    await assert.rejects(chain.run(options), /as the options of run\(\): it is not an object/);
  }
  await assert.rejects(chain.plan({ yes: true }), /yes as an option of plan\(\)/);
  await assert.rejects((all(chain) as Loose).plan({ timeout: "x" }), /as timeout of plan\(\)/);
  assert.equal(farm.requests.length, 0);
  await chain.run({ view: false });
  await assert.rejects(chain.run({ agian: true }), /did you mean again\?/);
  assert.equal(farm.count("DELETE"), 3);
});

Deno.test("methods refuse what they would not heed", () => {
  const chain: Loose = jobs(new Farm(0).handle);
  for (
    const [call, said] of [
      [() => chain.max("1000"), /for max\(\)/],
      [() => chain.max([1000]), /for max\(\)/],
      [() => chain.max(NaN), /NaN for max\(\)/],
      [() => chain.max(-1), /for max\(\)/],
      [() => chain.max(5, { yes: true }), /max\(\) with 2 values: it takes one value/],
      [() => chain.expect("3"), /"3" for expect\(\): it is not a whole number/],
      [() => chain.expect(-1), /for expect\(\)/],
      [() => chain.expect(undefined), /for expect\(\)/],
      [() => chain.expect(3, 4), /expect\(\) with 2 values: it takes one value/],
      [() => chain.all("x"), /Cannot use all\(\) with a value: it takes nothing/],
      [() => chain.all({ type: "test" }), /all\(\) with a value: it takes nothing/],
      [() => chain.remove({ yes: true }), /Cannot use remove\(\) with a value: it takes nothing/],
      [() => chain.pause("now"), /pause\(\) with a value: it takes nothing/],
      [() => chain.promote(3, 4), /promote\(\) with 2 values: it takes/],
      [() => chain.waitUntil("paused", "5m"), /"5m" as the options of waitUntil\(\)/],
      [() => chain.waitUntil("paused", { timout: "5m" }), /did you mean timeout\?/],
      [() => chain.waitUntil("paused", { timeout: "5" }), /"5" as timeout of waitUntil\(\)/],
      [() => chain.waitWhile("working", { every: 0 }), /0 as every of waitWhile\(\)/],
      [() => chain.barrier({ ifFailed: "go" }), /"go" as ifFailed of barrier\(\)/],
      [() => chain.barrier({ iffailed: "hold" }), /did you mean ifFailed\?/],
      [() => chain.barrier("continue"), /as the options of barrier\(\)/],
    ] as [() => unknown, RegExp][]
  ) assert.throws(call, said, String(call));
  const machine: Loose = dc("sim").machine("web-00");
  assert.throws(() => machine.delete({ max: 500 }), /delete\(\) with a value: it takes nothing/);
  assert.throws(() => machine.stop(true), /stop\(\) with a value: it takes nothing/);
});

Deno.test("an argument that may be left out is not taken for one too many", () => {
  const machines: Loose = dc("sim").machines({ type: "test" });
  const text = machines.rename("x").tag({ a: 1 }).snapshot("before", { timeout: "90s" });
  assert.match(String(text), /snapshot\("before"/);
  assert.match(String(machines.ssh("uptime", { timeout: "2m" })), /ssh/);
});

Deno.test("what the command says for all runs is of its type", () => {
  for (
    const rules of [{ yes: "no" }, { max: "1000" }, { max: NaN }, { expect: -1 }, { timeout: "soon" }, {
      concurrency: 0,
    }]
  ) {
    assert.throws(() => beginSession(rules as Loose), /of the command: it is not/);
  }
  beginSession({ yes: undefined, max: undefined, timeout: 5 })();
});
