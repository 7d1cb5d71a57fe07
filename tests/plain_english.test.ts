/**
 * What a program can find of English that has to be read twice: in error texts, and in what people read of the docs. The
 * rules are in CONTRIBUTING.
 */
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/\b(is|are|was|were) no (?!longer\b|more\b|such\b|less\b)(?=[a-z])/, '"is not a" instead of "is no"'],
  [
    /\bCannot [^.:`]* as (it|they|there|its|the|this|that|no|nobody|nothing|each|one) /,
    '": " and the reason instead of "as"',
  ],
  [/\bthat which\b/, '"what", or the thing itself, instead of "that which"'],
  [/\bthere (is|are) none such\b/, '"does not exist"'],
];
/** "There is no X" is correct. */
const RIGHT = /\bthere (is|are|was|were) no /gi;

async function files(folder: string, ends: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && entry.name !== "built" && entry.name !== "sim") {
      found.push(...await files(`${path}/`, ends));
    } else if (entry.isFile && path.endsWith(ends)) found.push(path);
  }
  return found.sort();
}

function faultsIn(text: string): string[] {
  const left = text.replace(RIGHT, "");
  return FAULTS.flatMap(([fault, instead]) => {
    const hit = fault.exec(left);
    return hit ? [`${hit[0].trim()} … (${instead})`] : [];
  });
}

Deno.test("errors and notices are in plain English", async () => {
  const wrong: string[] = [];
  for (const file of await files("lib/", ".ts")) {
    const source = await Deno.readTextFile(new URL(file, root));
    for (const [number, line] of source.split("\n").entries()) {
      if (/^\s*(\/\/|\/?\*)/.test(line)) continue;
      // Texts are checked line by line, even those that are joined over several lines.
      for (const [text] of line.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`?|^[^`"]*`/g)) {
        wrong.push(...faultsIn(text).map((fault) => `${file}:${number + 1} ${fault}`));
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the README and the docs are in plain English", async () => {
  const wrong: string[] = [];
  for (const file of ["README.md", ...await files("docs/", ".md")]) {
    let code = false;
    const text = (await Deno.readTextFile(new URL(file, root))).split("\n").filter((line) => {
      if (line.startsWith("```")) code = !code;
      return !code && !line.startsWith("|");
    }).join(" ");
    wrong.push(...faultsIn(text).map((fault) => `${file}: ${fault}`));
  }
  assert.deepEqual(wrong, []);
});

Deno.test("a fault of English is found where there is one", () => {
  assert.equal(faultsIn("Cannot use it as it is no name").length, 2);
  assert.equal(faultsIn("Cannot use it: there is no name, and it is not a path").length, 0);
});
