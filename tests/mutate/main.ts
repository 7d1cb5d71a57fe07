#!/usr/bin/env -S deno run --allow-read --allow-write --allow-run --allow-env --allow-sys
/**
 * `deno task mutate [--rooms=engine/wait,engine/run] [--count=50] [--seed=1] [--list]`: changes one thing in the
 * sources at a time, runs the tests that come to it, and lists the changes that no test noticed.
 *
 * It works in a copy of the checkout. Tests that take several times the time that they take without the change have noticed it
 * as well.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a program of its own: it prints.
import { parseArgs } from "node:util";
import { sources } from "./sources.ts";
import { type Mutant, mutantsOf, picked } from "./mutants.ts";
import { Trial } from "./trial.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rooms: { type: "string", default: "engine" },
    count: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    piece: { type: "string", default: "1/1" },
    results: { type: "string" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "deno task mutate [--rooms=engine/wait,engine/run] [--count=50] [--seed=1] [--piece=1/1] [--results=<file>] [--list]\n\n" +
      "  --rooms   folders below lib, with commas between them\n" +
      "  --count   how many changes are tried\n" +
      "  --seed    the same seed tries the same changes\n" +
      "  --piece   2/3 tries the second third of them\n" +
      "  --results a file that results are added to; what is in it is not tried again\n" +
      "  --list    only says which changes it would try",
  );
  Deno.exit(0);
}

const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const mutants: Mutant[] = [];
for (const room of values.rooms.split(",")) {
  for (const file of await sources(root, `lib/${room}`)) {
    mutants.push(...mutantsOf(file, await Deno.readTextFile(`${root}/${file}`)));
  }
}
const chosen = picked(mutants, Number(values.count), Number(values.seed));
console.error(`${chosen.length} of ${mutants.length} mutants in lib/${values.rooms}, seed ${values.seed}`);
if (values.list) {
  for (const one of chosen) console.log(nameOf(one));
  Deno.exit(0);
}

/** The earlier results, if they are kept: `noticed` or `SURVIVED`, the change, and the test that noticed it. */
const results = values.results === undefined
  ? undefined
  : await Deno.open(values.results, { create: true, append: true, read: true });
const before = values.results === undefined ? "" : await Deno.readTextFile(values.results);
const [piece, pieces] = values.piece.split("/").map(Number) as [number, number];
const due = chosen.filter((one, index) =>
  index % pieces === piece - 1 && !before.includes(`\t${nameOf(one)}\t`)
);

const copy = await Deno.makeTempDir({ prefix: "muster-mutate-" });
try {
  for await (const { name } of Deno.readDir(root)) {
    if (name !== ".git") await run("cp", ["-r", name, copy], root);
  }
  const tests = (await sources(root, "tests")).filter((name) => name.endsWith(".test.ts"));
  const numbered = due.map((one, number) => ({ ...one, number }));
  console.error(`running the tests once, to see which come to which mutant`);
  const { trial, unused } = await Trial.of(copy, numbered, tests);
  for (const name of unused) console.error(`not used, because it fails in a copy: ${name}`);
  const survivors: Mutant[] = [];
  for (const [index, one] of numbered.entries()) {
    const tried = await trial.wake(one);
    const word = tried.noticed ? "noticed" : "SURVIVED";
    const why = tried.noticed ? tried.by : `${tried.tests} tests come to it`;
    if (!tried.noticed) survivors.push(one);
    console.error(`${index + 1}/${due.length} ${word} ${nameOf(one)} (${why})`);
    await results?.write(new TextEncoder().encode(`${word}\t${nameOf(one)}\t${why}\n`));
  }
  const share = 1 - survivors.length / Math.max(1, due.length);
  console.log(`${due.length - survivors.length} of ${due.length} noticed (${(share * 100).toFixed(1)} %)`);
  for (const one of survivors) console.log(`survived: ${nameOf(one)}`);
} finally {
  await Deno.remove(copy, { recursive: true });
}

function nameOf({ file, line, kind, before, after }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 60);
  return `${file}:${line} ${kind}: ${short(before)} -> ${short(after)}`;
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
