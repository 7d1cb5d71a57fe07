#!/usr/bin/env -S deno run --allow-read --allow-write=lib/built --allow-run --allow-env --allow-sys
/**
 * `deno task build`: makes `lib/built/*.js`, which `mod.ts` and `cli.ts` load, from the sources in `lib`, and a source
 * map for each, so that errors show our file and line. Run it after a change in `lib`; a test fails if you forget.
 *
 * Each file that a script imports adds about a quarter of a millisecond to its start, and each that it might import
 * later a quarter of that. With 250 files that is most of the start. So everything that lists is in one file, and the
 * rest in a few.
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

/** The files that are loaded from outside: by `mod.ts`, `api.ts` and `cli.ts`. */
const ENTRIES = { muster: "lib/muster.ts", api: "lib/api/mod.ts", main: "lib/command/main.ts" };
/** Only re-exports another file, which `cli.ts` loads directly. */
const PASSES_ON = "main.js";

/**
 * The files, each with the modules from which its modules are reached without a lazy import, or their folders. A module
 * goes into the first file that fits.
 */
const FILES: Readonly<Record<string, readonly string[]>> = {
  // Everything that a script needs up to the first page of its list, and so every script.
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

/**
 * The modules that run between a start and the first page of a list. Their functions are compiled and cached with the
 * file.
 */
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

/** A module as Rollup receives it: where its lines begin, and where in the source its text came from. */
interface Made {
  starts: number[];
  origins: Origin[];
}

/**
 * Compiles TypeScript, and resolves our own tasks' `mod.ts` to the built file. Records in `made` where the text came
 * from.
 */
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

/**
 * The map of a built file, for the stacks of errors; undefined if the file has no code. `head` lines come before its
 * code.
 */
function mapOf({ map, fileName }: OutputChunk, head: number, made: Map<string, Made>): string | undefined {
  if (map!.sources.length === 0) return undefined;
  const ids = map!.sources.map((source) => new URL(source, new URL("lib/built/", root)).pathname);
  const lines = throughModules(readMappings(map!.mappings), ids.map((id) => made.get(id)!));
  const mappings = ";".repeat(head) + writeMappings(lines);
  return JSON.stringify({ version: 3, file: fileName, sources: map!.sources, names: [], mappings }) + "\n";
}

/**
 * The text at the end of a built file with a map. Deno reads a separate map only when it prints a stack. A map within
 * the file would cost each start 4 ms. For a file that was imported by URL Deno reads only its cache, so a function
 * that is never called imports the map: that puts it into the cache.
 */
const mapped = (map: string) =>
  `(()=>import("./${map}",{with:{type:"json"}}));\n//# sourceMappingURL=${map}\n`;

/** The modules that can be reached from `names` without a lazy import. */
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

/** The files' texts by their names, newly made. */
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

/** The files' current texts. */
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
