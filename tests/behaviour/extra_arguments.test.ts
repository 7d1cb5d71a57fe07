/** What a function does not take is refused: a second machine, named by mistake, is not left out in silence. */
import assert from "node:assert/strict";
import { all, type Handle } from "../../lib/engine/mod.ts";
import { parameterCount } from "../../lib/engine/select/extra_arguments.ts";
import { dc } from "../../lib/clouds/cloudapi/datacenter.ts";
import { dbaas } from "../../lib/clouds/openstack/trove/dbaas.ts";
import { fileJournal, resume } from "../../lib/task/journals.ts";
import { task } from "../../lib/task/task.ts";

type Loose = Record<string, (...given: unknown[]) => unknown>;

/** Enough for any method, and each what a method might well take. */
const MANY = ["a", {}, {}, {}, {}];
/** Names that are for the language or take any number of values. */
const ASIDE = new Set(["constructor", "toString", "then", "with", "step", "ask", "isOne"]);

function methodsOf(value: object): string[] {
  const found = new Set<string>();
  for (let at = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (typeof Object.getOwnPropertyDescriptor(at, name)!.value === "function") found.add(name);
    }
  }
  return [...found].filter((name) => !ASIDE.has(name));
}

/** The message of what a call throws or rejects with. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return "it was accepted";
  } catch (error) {
    return (error as Error).message;
  }
}

async function accepted(value: object, more: (name: string) => unknown[] = () => MANY): Promise<string[]> {
  const found: string[] = [];
  for (const name of methodsOf(value)) {
    const said = await refusal(() => (value as Loose)[name]!(...more(name)));
    if (!/^Cannot use \w+\(\) with (a value|\d+ values): it takes /.test(said)) {
      found.push(`${name}: ${said}`);
    }
  }
  return found;
}

for (const handle of [dc("sim"), dbaas("sim")] satisfies Handle[]) {
  Deno.test(`every method of ${handle} refuses more values than it takes, and nothing is sent`, async () => {
    assert.ok(methodsOf(handle).length > 10);
    assert.deepEqual(await accepted(handle), []);
  });
}

Deno.test("every group of a database service refuses more values than its methods take", async () => {
  const db = dbaas("sim");
  const group = db.flavors as unknown as Loose;
  await assert.rejects(
    group.list!("m1.tiny") as Promise<unknown>,
    /^MusterError: Cannot use list\(\) with a value: it takes nothing/,
  );
  await assert.rejects(
    (db.modules as unknown as Loose).list!({}, {}) as Promise<unknown>,
    /list\(\) with 2 values: it takes one value/,
  );
});

Deno.test("every method of selections and chains refuses more values than it takes", async () => {
  const [machines, instance] = [dc("sim").machines({ type: "web" }), dbaas("sim").instance("prod-billing")];
  assert.deepEqual(await accepted(machines.stop()), []);
  assert.deepEqual(await accepted(instance), []);
  assert.deepEqual(await accepted(dc("sim").machine("web-00")), []);
});

Deno.test("the functions that begin everything refuse more values than they take", async () => {
  const own = task({ description: "Counts", run: () => 1 });
  const together = all(dc("sim").machines({ type: "web" }).stop()) as unknown as Loose;
  for (
    const call of [
      () => (dc as unknown as Loose[string])("sim", { account: "me" }),
      () => (dbaas as unknown as Loose[string])("sim", { project: "p" }),
      () => (task as unknown as Loose[string])({}, {}),
      () => (own as unknown as Loose[string])({}, { yes: true }),
      () => (fileJournal as unknown as Loose[string])("a", {}, {}),
      () => (resume as unknown as Loose[string])("a", {}, {}),
      () => together.run!({}, {}),
      () => together.plan!({}, {}),
    ]
  ) assert.match(await refusal(call), /^Cannot use .* with \d values: it takes /);
});

Deno.test("a function's parameters are counted, those that may be left out too", () => {
  const functions: [(...given: never[]) => unknown, number][] = [
    [() => 1, 0],
    [(a: number) => a, 1],
    [(a: number, b = 2) => a + b, 2],
    [({ a, b } = { a: 1, b: 2 } as never, c = [1, 2] as never) => [a, b, c], 2],
    [async function (_a: number, _b: number) {}, 2],
    [(...all: number[]) => all, Infinity],
    [(a = ")") => a, Infinity],
    [Math.max, Infinity],
  ];
  for (const [given, count] of functions) assert.equal(parameterCount(given), count, String(given));
});
