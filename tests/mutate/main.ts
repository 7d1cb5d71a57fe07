#!/usr/bin/env -S deno run --allow-read --allow-write --allow-run --allow-env --allow-sys
/**
 * `deno task mutate [--rooms=engine/wait,engine/run] [--count=50] [--seed=1] [--list]`: changes one thing in the
 * sources at a time, runs the tests that come to it, and lists the changes that no test noticed.
 *
 * It works in a copy of the checkout. A test that ends by itself after `--limit` seconds counts as having noticed.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- a program of its own: it prints.
import { parseArgs } from "node:util";
import { importersOf, sources, testsOf } from "./importers.ts";
import { type Mutant, mutantsOf, picked } from "./mutants.ts";

/** Tests that meet real servers, the official clients or a whole build: too slow, and seldom the ones that notice. */
const SLOW = /^tests\/(interop|e2e|bench|built|types|mutate|documentation)/;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rooms: { type: "string", default: "engine" },
    count: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    limit: { type: "string", default: "120" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(
    "deno task mutate [--rooms=engine/wait,engine/run] [--count=50] [--seed=1] [--limit=120] [--list]\n\n" +
      "  --rooms   folders below lib, with commas between them\n" +
      "  --count   how many changes are tried\n" +
      "  --seed    the same seed tries the same changes\n" +
      "  --limit   seconds after which a test run counts as having noticed\n" +
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

const copy = await Deno.makeTempDir({ prefix: "muster-mutate-" });
try {
  await run(
    "cp",
    ["-r", ...["lib", "tests", "tasks", "mod.ts", "cli.ts", "deno.json", "deno.lock"], copy],
    root,
  );
  const importers = await importersOf(root, [...await sources(root, "lib"), ...await sources(root, "tests")]);
  const survivors: Mutant[] = [];
  for (const [index, one] of chosen.entries()) {
    const tests = testsOf(one.file, importers).filter((test) => !SLOW.test(test));
    const text = await Deno.readTextFile(`${root}/${one.file}`);
    await Deno.writeTextFile(
      `${copy}/${one.file}`,
      text.slice(0, one.start) + one.after + text.slice(one.end),
    );
    const noticed = tests.length > 0 && !await passes(tests);
    await Deno.writeTextFile(`${copy}/${one.file}`, text);
    if (!noticed) survivors.push(one);
    console.error(`${index + 1}/${chosen.length} ${noticed ? "noticed " : "SURVIVED"} ${nameOf(one)}`);
  }
  const share = 1 - survivors.length / Math.max(1, chosen.length);
  console.log(
    `${chosen.length - survivors.length} of ${chosen.length} noticed (${(share * 100).toFixed(1)} %)`,
  );
  for (const one of survivors) console.log(`survived: ${nameOf(one)}`);
} finally {
  await Deno.remove(copy, { recursive: true });
}

/** Whether the tests pass, the nearest first: the first that fails ends it. */
async function passes(tests: readonly string[]): Promise<boolean> {
  for (let at = 0; at < tests.length; at += 8) {
    const args = [
      "test",
      "--quiet",
      "--no-check",
      "--fail-fast",
      "--lock=deno.lock",
      "--frozen",
      "--allow-all",
    ];
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args, ...tests.slice(at, at + 8)],
      cwd: copy,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), Number(values.limit) * 1000);
    const { success } = await child.status;
    clearTimeout(timer);
    if (!success) return false;
  }
  return true;
}

function nameOf({ file, line, kind, before, after }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 60);
  return `${file}:${line} ${kind}: ${short(before)} -> ${short(after)}`;
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
