/** CloudAPI and Trove use only what anybody can import, so a third cloud can be written in the same way. */
import assert from "node:assert/strict";

const lib = new URL("../../lib/", import.meta.url);

/** What a module exports: its own names, and names of others by where they are from. */
interface Exports {
  readonly named: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  readonly all: readonly string[];
}

const read = new Map<string, Exports>();

/** The names in braces: `a, type b as c`. */
const names = (braces: string) =>
  braces.replace(/\/\/.*$/gm, "").split(",").map((one) => one.trim().replace(/^type\s+/, "")).filter(Boolean)
    .map((one) => {
      const [name, as = name] = one.split(/\s+as\s+/);
      return { name: name!, as: as! };
    });

async function exportsOf(file: string): Promise<Exports> {
  const known = read.get(file);
  if (known) return known;
  const text = await Deno.readTextFile(new URL(file, lib));
  const named = new Map<string, { from: string; name: string }>();
  const to = (path: string) => new URL(path, new URL(file, lib)).href.slice(lib.href.length);
  for (
    const [, braces, path] of text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}\s*(?:from\s*"(\.[^"]+)")?/gm)
  ) {
    for (const { name, as } of names(braces!)) named.set(as, { from: path ? to(path) : file, name });
  }
  const declared =
    /^export (?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type|enum) ([\w$]+)/gm;
  for (const [, name] of text.matchAll(declared)) named.set(name!, { from: file, name: name! });
  const all = [...text.matchAll(/^export \* from "(\.[^"]+)"/gm)].map(([, path]) => to(path!));
  const found = { named, all };
  read.set(file, found);
  return found;
}

/** Where a name that a file exports is declared, as `file#name`. */
async function origin(file: string, name: string): Promise<string | undefined> {
  const { named, all } = await exportsOf(file);
  const own = named.get(name);
  if (own) {
    return own.from === file && own.name === name ? `${file}#${name}` : await origin(own.from, own.name);
  }
  for (const other of all) {
    const found = await origin(other, name);
    if (found) return found;
  }
  return undefined;
}

/** Everything that a file exports, by the place of its declaration. */
async function surfaceOf(file: string): Promise<Set<string>> {
  const { named, all } = await exportsOf(file);
  const found = new Set<string>();
  for (const name of named.keys()) {
    const at = await origin(file, name);
    if (at) found.add(at);
  }
  for (const other of all) {
    for (const at of await surfaceOf(other)) {
      const name = at.slice(at.indexOf("#") + 1);
      // What a file exports itself goes before what it passes on.
      if (!named.has(name)) found.add(at);
    }
  }
  return found;
}

async function* sources(folder: URL): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) yield* sources(new URL(`${entry.name}/`, folder));
    else if (entry.name.endsWith(".ts")) yield new URL(entry.name, folder).href.slice(lib.href.length);
  }
}

/** The rooms below the clouds that know nothing of them, and are for every API. */
const BELOW = /^(engine|http|api)\//;

Deno.test("the clouds use nothing of the engine but what api.ts exports, types included", async () => {
  const surface = await surfaceOf("api/mod.ts");
  assert.ok(surface.size > 80, `${surface.size} names were read`);
  const used = new Map<string, string>();
  for await (const file of sources(new URL("clouds/", lib))) {
    const text = await Deno.readTextFile(new URL(file, lib));
    const to = (path: string) => new URL(path, new URL(file, lib)).href.slice(lib.href.length);
    for (
      const [, braces, path] of text.matchAll(
        /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.[^"]+)"/gm,
      )
    ) {
      if (!BELOW.test(to(path!))) continue;
      for (const { name } of names(braces!)) used.set(`${await origin(to(path!), name)}`, `${file}: ${name}`);
    }
    // Lazy imports, and the sources of types.
    const later = /const \{([^}]*)\} = await import\("(\.[^"]+)"\)|import\("(\.[^"]+)"\)\.([\w$]+)/g;
    for (const [, braces, path, typePath, type] of text.matchAll(later)) {
      const from = to((path ?? typePath)!);
      if (!BELOW.test(from)) continue;
      for (const { name } of braces === undefined ? [{ name: type! }] : names(braces.replace(/:/g, " as "))) {
        used.set(`${await origin(from, name)}`, `${file}: ${name}`);
      }
    }
  }
  assert.ok(used.size > 60, `${used.size} uses were read`);
  assert.deepEqual([...used].filter(([at]) => !surface.has(at)).map(([at, where]) => `${at} (${where})`), []);
});

Deno.test("what api.ts exports at run time is the clouds' own, and not a second copy", async () => {
  const [surface, engine, page] = await Promise.all([
    import("../../lib/api/mod.ts"),
    import("../../lib/engine/mod.ts"),
    import("../../lib/http/page.ts"),
  ]);
  assert.equal(surface.select, engine.select);
  assert.equal(surface.Handle, engine.Handle);
  assert.equal(surface.readByOffset, page.readByOffset);
  assert.notEqual(surface.describe, engine.describe as unknown);
});
