import assert from "node:assert/strict";

/**
 * Names that two files of `lib` may both export, by the reason. Any other name means one thing in all of `lib`.
 * A name stands under exactly one reason, and leaves this list when one of its two declarations does.
 */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  "the simulator keeps what the client reads: the same thing on both sides of the wire, and no code in common, because a mistake in shared code would not show":
    [
      "Account",
      "AppliedModule",
      "Backup",
      "BackupStrategy",
      "Cluster",
      "Configuration",
      "DatabaseUser",
      "Datastore",
      "DatastoreVersion",
      "Disk",
      "FirewallRule",
      "Flavor",
      "Instance",
      "Machine",
      "MachineSpec",
      "Module",
      "Named",
      "Nic",
      "Parameter",
      "Quota",
      "Scope",
      "Settings",
      "Snapshot",
      "Volume",
      "addKey",
      "getUser",
      "listDatabases",
      "listDatastores",
      "listFlavors",
      "listLogs",
      "listUsers",
      "md5",
      "parseExact",
      "stringifyExact",
    ],
  "each simulated cloud has its own": ["Call", "Execution", "Handler", "Reply", "authenticate", "begin"],
  "each cloud has its own": [
    "Connection",
    "Layer",
    "Ref",
    "answerShapes",
    "checkName",
    "checkSpec",
    "creation",
    "endpointFromOptions",
    "endpointOf",
    "explain",
    "filters",
    "groupOf",
    "isUuid",
    "namesOf",
  ],
  "each program has its own": ["main"],
  "each command of the command line is exported under this name": ["command"],
  "the same function, which loads the other when it is first called": ["fileJournal", "resume"],
  "the same function; the public one checks more": ["describe"],
};

const lib = new URL("../lib/", import.meta.url);
const DECLARED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|interface|type|class|const|let) ([\w$]+)/gm;

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

const declared = new Map<string, Set<string>>();
for await (const file of sources(lib)) {
  for (const [, name] of (await Deno.readTextFile(file)).matchAll(DECLARED)) {
    const files = declared.get(name!) ?? new Set();
    declared.set(name!, files.add(file.href.slice(lib.href.length)));
  }
}
const twice = new Map([...declared].filter(([, files]) => files.size > 1));

Deno.test("an exported name means one thing in all of lib", () => {
  const listed = new Set(Object.values(SHARED).flat());
  const wrong = [...twice].filter(([name]) => !listed.has(name));
  assert.deepEqual(wrong.map(([name, files]) => `${name}: ${[...files].sort().join(", ")}`).sort(), []);
});

Deno.test("the list of names that two files share holds no others, and each once", () => {
  const listed = Object.values(SHARED).flat();
  assert.deepEqual(listed.filter((name) => !twice.has(name)), []);
  assert.deepEqual(listed.filter((name, at) => listed.indexOf(name) !== at), []);
});
