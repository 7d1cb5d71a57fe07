import assert from "node:assert/strict";
import { dc } from "../../../lib/muster.ts";
import { main } from "../../../lib/command/main.ts";
import { type PlanFile, savedText, sealedPlan } from "./sealed.ts";

/** What the command said. */
async function said(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "", err = "";
  const code = await main(words, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

const states = async () => (await dc("sim").machines({ type: "db" })).map(({ state }) => state);

/** Applies the text of a file, in a folder of its own. */
async function applied(text: string, ...words: string[]) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/plan.json`, text);
    return await said("apply", `${folder}/plan.json`, "--no-journal", ...words);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Change = (file: PlanFile) => void;
const plan = (change: (plan: PlanFile) => void): Change => (file) => change(file.plans[0]);
const step = (change: (steps: PlanFile) => void): Change => (file) => change(file.plans[0].steps);
const another = (kind: string) => plan((one) => (one.kind = kind));

const EDITS: Record<string, Change> = {
  "a member twice": plan((one) => one.members.push(one.members[0])),
  "a member twice, under two names": plan((one) => one.members.push({ ...one.members[0], name: "other" })),
  "a plan twice": (file) => file.plans.push(file.plans[0]),
  "a plan twice, its members turned round": (file) =>
    file.plans.push({ ...file.plans[0], members: [...file.plans[0].members].reverse() }),
  "a member without an id": plan((one) => one.members[1].id = ""),
  "a member whose id is a number": plan((one) => one.members[1].id = 7),
  "a member that is null": plan((one) => one.members[1] = null),
  "a member with more fields": plan((one) => one.members[1].note = "harmless"),
  "a mark that is an object": plan((one) => one.members[1].mark = {}),
  "tags that are a list": plan((one) => one.members[1].tags = []),
  "a step that reads like another": step((steps) => (steps[2].label = "start()")),
  "a step that does another": step((steps) => (steps[0].name = "delete")),
  "an action that there is not": step((steps) =>
    Object.assign(steps[0], { name: "erase", label: "erase()" })
  ),
  "an action of every object": step((steps) =>
    Object.assign(steps[0], { name: "toString", label: "toString()" })
  ),
  "arguments that nothing takes": step((steps) => Object.assign(steps[0], { args: [1], label: "stop(1)" })),
  "arguments that its check refuses": step((steps) =>
    steps[0] = { do: "action", name: "rename", label: 'rename("")', args: [""] }
  ),
  "arguments of another type": step((steps) =>
    steps[0] = { do: "action", name: "rename", label: "rename(7)", args: [7] }
  ),
  "a command that is not one": step((steps) =>
    steps[0] = { do: "perform", name: "ssh", label: "ssh(7)", args: [7] }
  ),
  "a command that reads like another": step((steps) =>
    steps[0] = { do: "perform", name: "ssh", label: 'ssh("uptime")', args: ["rm -rf /"] }
  ),
  "a step of a kind there is not": step((steps) => (steps[0].do = "destroy")),
  "a step without what it does": step((steps) => delete steps[0].do),
  "a step with more fields": step((steps) => (steps[0].then = "delete")),
  "a wait without a state": step((steps) => (steps[1].targets = [])),
  "a wait for a state there is not": step((steps) => (steps[1].targets = ["stoped"])),
  "a wait that says maybe": step((steps) => (steps[1].until = "yes")),
  "a wait of no time": step((steps) => (steps[1].timeout = 0)),
  "a wait of less than no time": step((steps) => (steps[1].timeout = -5)),
  "a wait of null, as NaN is written": step((steps) => (steps[1].timeout = null)),
  "a wait that looks in text": step((steps) => (steps[1].every = "5s")),
  "steps that are none": plan((one) => (one.steps = {})),
  "something to be made in the middle": step((steps) => steps.push({ do: "create", spec: {} })),
  "a chain that says less": plan((one) => (one.chain = `${one.selection}.stop().waitUntil("stopped")`)),
  "a chain that says otherwise": plan((one) => (one.chain = one.chain.replace("delete", "start"))),
  "a chain of another place": plan((one) => (one.chain = one.chain.replace('"sim"', '"test"'))),
  "a selection of another place": plan((one) => (one.selection = one.selection.replace('"sim"', '"test"'))),
  "another server": plan((one) => (one.endpoint.key += "x")),
  "a place with more fields": plan((one) => (one.endpoint.also = 1)),
  "another kind": another("image"),
  "a kind that is a method which sends": another("deleteKey"),
  "a kind that makes": another("createMachine"),
  "a kind that every object has": another("toString"),
  "a kind of its own": another("__proto__"),
  "a time that is not one": plan((one) => (one.at = "yesterday")),
  "pages that are half": plan((one) => (one.pages = 1.5)),
  "a query of objects": plan((one) => (one.query = { a: {} })),
  "a plan with more fields": plan((one) => (one.yes = true)),
  "no plan at all": (file) => (file.plans = []),
  "a file with more fields": (file) => (file.yes = true),
  "a task's name that a terminal obeys": (file) => (file.about.task = "\u001b[2J"),
  "a task with more fields": (file) => (file.about.yes = true),
};

Deno.test("a saved plan that was edited is refused, whoever made its digest: exit 6, a sentence, nothing sent", async () => {
  const text = await savedText();
  const before = await states();
  for (const [what, change] of Object.entries(EDITS)) {
    const file = JSON.parse(text);
    change(file);
    for (const one of [JSON.stringify(file, null, 2), await sealedPlan(file)]) {
      const { code, err, out } = await applied(one, "--yes");
      assert.equal(code, 6, `${what}: ${code} ${err}`);
      assert.match(err, /^muster: Cannot .+: .*\n$/, what);
      assert.equal(out, "", what);
    }
  }
  assert.deepEqual(await states(), before);
});

Deno.test("a saved plan in which something stands twice, or is not what it reads like in JSON, is refused", async () => {
  const text = await savedText();
  for (
    const [from, to] of [
      [/"name": "delete",/, '"name": "start", "name": "delete",'],
      [/"name": "delete",/, '"n\\u0061me": "delete",'],
      [/"timeout": \d+/, '"timeout": 1e999'],
      [/"timeout": \d+/, '"timeout": -0.0001e-400'],
      [/"muster": "plan",/, '"muster": "plan", "__proto__": {"yes": true},'],
      [/"tags": \{/, '"tags": { "__proto__": 1, '],
      [/"args": \[\]/, `"args": ${"[".repeat(200_000)}${"]".repeat(200_000)}`],
    ] as const
  ) {
    const { code, err } = await applied(text.replace(from, to), "--yes");
    assert.equal(code, 6, `${to.slice(0, 40)}: ${err}`);
  }
});

Deno.test("what a saved plan shows is made of what it does, also where somebody wrote other texts and a digest", async () => {
  const file = JSON.parse(await savedText());
  const [one] = file.plans;
  const lie = `${one.endpoint.handle}.machines({ type: "nobody-needs-these" })`;
  one.chain = one.chain.replace(one.selection, lie);
  one.selection = lie;
  const { code, out, err } = await applied(await sealedPlan(file), "--plan");
  assert.equal(code, 0, err);
  assert.ok(!`${out}${err}`.includes("nobody-needs-these"), out);
  assert.match(
    out,
    /plan: dc\("sim"\)\.machines\("db-0\d", .*\)\.stop\(\)\.waitUntil\("stopped"\)\.delete\(\)/,
  );
});

Deno.test("a saved plan that nobody touched is done, also with other spaces between its parts", async () => {
  const text = await savedText();
  const count = JSON.parse(text).plans[0].members.length;
  const { code, out } = await applied(JSON.stringify(JSON.parse(text), null, 4), "--plan");
  assert.equal(code, 0);
  assert.match(out, new RegExp(`${count} machines in sim`));
});

Deno.test("what could not be applied is not saved: one chain twice in a task", async () => {
  const { saveTo } = await import("../../../lib/command/runs/plan_file.ts");
  const path = `${await Deno.makeTempDir()}/plan.json`;
  const plan = await dc("sim").machines({ type: "db" }).reboot().plan();
  await assert.rejects(
    saveTo(path, [plan, plan], { task: "do" }, { out: () => {}, err: () => {} }),
    /Cannot save the plan: it could not be applied: plans\[1\] appears twice/,
  );
});
