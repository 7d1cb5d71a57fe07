#!/usr/bin/env -S deno run --allow-read --allow-write=lib/built --allow-run --allow-env --allow-sys
/**
 * `deno task build`: writes `lib/built/*.js`, what `mod.ts` and `cli.ts` load, out of the sources in `lib`, and a source
 * map of each, so that an error shows our file and line. To be run after a change there; a test fails when it was forgotten.
 *
 * Each file that a script imports costs it about a quarter of a millisecond of its start, and each that it might import
 * later a quarter of that: with 250 files that is most of the start. So what lists something is one file, and the rest few.
 *
 * @module
 */
import { type OutputChunk, type Plugin, type PluginContext, rollup } from "npm:@rollup/wasm-node@4.68.4";
import { stop, transform } from "npm:esbuild@0.28.2";
import { hinted } from "./compile_hints.ts";
import {
  afterEdit,
  lineStarts,
  type Origin,
  originsOf,
  readMappings,
  throughModules,
  writeMappings,
} from "./source_map.ts";

const root = new URL("../../", import.meta.url);
const path = (name: string) => new URL(name, root).pathname;

/** What is loaded from outside: `mod.ts`, `api.ts` and `cli.ts` are these. */
const ENTRIES = { muster: "lib/muster.ts", api: "lib/api/mod.ts", main: "lib/command/main.ts" };
/** Only passes on what is in another file, which `cli.ts` takes itself. */
const PASSES_ON = "main.js";

/**
 * The files, and from where their modules are reached without a lazy import, or which folders they are in. A module is in
 * the first file that is its.
 */
const FILES: Readonly<Record<string, readonly string[]>> = {
  // All that a script needs up to the first page of its list, and so every script.
  core: [
    "lib/muster.ts",
    "lib/clouds/cloudapi/connect.ts",
    "lib/clouds/cloudapi/profile/credentials.ts",
    "lib/platform/notice.ts",
    "lib/view/width.ts",
  ],
  own_api: ["lib/api/"],
  cli: ["lib/command/main.ts", "lib/command/commands/ls.ts", "lib/command/table.ts"],
  run: ["lib/engine/run/run.ts", "lib/view/script_view.ts"],
  sim: ["lib/sim/"],
  trove: ["lib/clouds/openstack/"],
  describe: ["lib/command/describe/"],
  command: ["lib/command/", "lib/task/", "tasks/"],
  more: ["lib/"],
};

/** What runs between a start and the first page of a list: its functions are compiled, and kept, with their file. */
const HOT = [
  "lib/engine/",
  "lib/http/",
  "lib/clouds/cloudapi/",
  "lib/platform/",
  "lib/view/defaults.ts",
  "lib/view/width.ts",
  "lib/command/commands/help.ts",
  "lib/command/commands/ls.ts",
  ...["exit_codes", "io", "main", "options", "table"].map((name) => `lib/command/${name}.ts`),
];

/** A module as Rollup gets it: where its lines begin, and where in the source what is in it came from. */
interface Made {
  starts: number[];
  origins: Origin[];
}

/** Reads TypeScript, and takes our own tasks' `mod.ts` for what it will be. Keeps in `made` where its text came from. */
const typescript = (made: Map<string, Made>): Plugin => ({
  name: "typescript",
  resolveId(specifier, importer) {
    if (/^(node|npm):/.test(specifier)) return { id: specifier, external: true };
    const id = importer === undefined ? specifier : new URL(specifier, `file://${importer}`).pathname;
    return id === path("mod.ts") ? path(ENTRIES.muster) : id === path("api.ts") ? path(ENTRIES.api) : id;
  },
  async load(id) {
    const { code, map } = await transform(await Deno.readTextFile(id), {
      loader: "ts",
      target: "esnext",
      minifyWhitespace: true,
      sourcemap: "external",
    });
    const hot = HOT.some((name) => id.startsWith(path(name)));
    const pieces = hot ? hinted(code, this.parse) : [{ text: code, from: 0 }];
    const text = pieces.map((piece) => piece.text).join("");
    made.set(id, {
      starts: lineStarts(text),
      origins: afterEdit(originsOf(code, JSON.parse(map).mappings), pieces),
    });
    return text;
  },
});

/** A map of a built file, for the stacks of errors; undefined where no code is in it. `head` lines come before its code. */
function mapOf({ map, fileName }: OutputChunk, head: number, made: Map<string, Made>): string | undefined {
  if (map!.sources.length === 0) return undefined;
  const ids = map!.sources.map((source) => new URL(source, new URL("lib/built/", root)).pathname);
  const lines = throughModules(readMappings(map!.mappings), ids.map((id) => made.get(id)!));
  const mappings = ";".repeat(head) + writeMappings(lines);
  return JSON.stringify({ version: 3, file: fileName, sources: map!.sources, names: [], mappings }) + "\n";
}

/**
 * What a built file ends with when there is a map of it. Deno reads the map when it writes a stack, and not before, unless
 * it is in the file itself: then each start takes 4 ms more for it. Of a file that was imported by URL it takes only what
 * is in its cache, so the map is imported by a function that nobody calls: that brings it there.
 */
const mapped = (map: string) =>
  `(()=>import("./${map}",{with:{type:"json"}}));\n//# sourceMappingURL=${map}\n`;

/** The modules that are reached from `names` without a lazy import. */
function reached(names: readonly string[], info: PluginContext["getModuleInfo"]): Set<string> {
  const found = new Set<string>();
  const visit = (id: string) => {
    const module = info(id);
    if (!module || module.isExternal || found.has(id)) return;
    found.add(id);
    module.importedIds.forEach(visit);
  };
  names.filter((name) => name.endsWith(".ts")).forEach((name) => visit(path(name)));
  return found;
}

/** The files' texts by their names, made anew. */
export async function makeBuilt(): Promise<Map<string, string>> {
  const made = new Map<string, Made>();
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, path(file)])),
    plugins: [typescript(made)],
  });
  let groups: { name: string; from: readonly string[]; modules: Set<string> }[] | undefined;
  const { output } = await bundle.generate({
    format: "es",
    dir: path("lib/built"),
    sourcemap: "hidden",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    manualChunks(id, { getModuleInfo }) {
      groups ??= Object.entries(FILES)
        .map(([name, from]) => ({ name, from, modules: reached(from, getModuleInfo) }));
      return groups.find(({ from, modules }) =>
        modules.has(id) || from.some((folder) => folder.endsWith("/") && id.startsWith(path(folder)))
      )!.name;
    },
  }).finally(stop);
  const head = "// Made by `deno task build` out of the sources in lib: change those, not this.\n";
  const chunks = output.filter((one): one is OutputChunk =>
    one.type === "chunk" && one.fileName !== PASSES_ON
  );
  const files = new Map<string, string>();
  for (const chunk of chunks) {
    const map = mapOf(chunk, 1, made), mapName = chunk.fileName.replace(/\.js$/, ".map.json");
    files.set(chunk.fileName, head + chunk.code + (map === undefined ? "" : mapped(mapName)));
    if (map !== undefined) files.set(mapName, map);
  }
  return files;
}

/** The files' texts as they are. */
export async function readBuilt(): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name } of Deno.readDir(path("lib/built"))) {
    if (/\.(js|map\.json)$/.test(name)) texts.set(name, await Deno.readTextFile(path(`lib/built/${name}`)));
  }
  return texts;
}

if (import.meta.main) {
  const made = await makeBuilt();
  for (const name of (await readBuilt()).keys()) {
    if (!made.has(name)) await Deno.remove(path(`lib/built/${name}`));
  }
  for (const [name, text] of made) await Deno.writeTextFile(path(`lib/built/${name}`), text);
}
