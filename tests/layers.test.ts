import assert from "node:assert/strict";
import { SHARED_NAMES } from "./shared_names.ts";

/**
 * The rooms of `lib` from the ground up. A room uses only rooms above it in this list; rooms on one line do not use one
 * another. Types count like the rest.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["engine/text"],
  ["engine/errors.ts"],
  ["engine/process"],
  ["engine/time"],
  ["engine/resource"],
  ["engine/select", "engine/rate"],
  ["engine/plan", "engine/wait"],
  ["engine/run"],
  ["engine/chain"],
  ["engine/journal"],
  ["engine"],
  ["platform"],
  ["http", "view"],
  ["api"],
  ["ssh"],
  ["clouds/cloudapi", "clouds/openstack"],
  ["task"],
  ["command"],
  ["muster.ts"],
  ["sim"],
  ["built", "lint"],
];

/** Loaded when they are first used, and only by these: the simulator by `dc("sim")`, `dbaas("sim")`, `muster sim`. */
const LAZY: Readonly<Record<string, readonly string[]>> = {
  "clouds/cloudapi": ["sim", "ssh"],
  "clouds/openstack": ["sim"],
  command: ["sim"],
};

/** Files that a room may hold; one with more has rooms of its own. */
const ROOM = 17;

/** File names that say nothing of what a file does. */
const DRAWERS = /^(utils?|helpers?|types|common|misc|shared)\.ts$/;
/** Metaphors that files were once named after: a stranger does not find by them what the file does. */
const METAPHORS =
  /^(act|agenda|doubt|echo|envelope|foreseen|genuine|hearsay|ink|judge|kernel|killer|link|made|make|moment|open|outlook|pick|retold|talk|tell|told|unrun|wall|whereabouts)\.ts$/;

const lib = new URL("../lib/", import.meta.url);
const READY_MADE = /\/tasks\/\w+\.ts$/;

async function sources(folder: URL): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const at = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) found.push(...await sources(at));
    else if (entry.name.endsWith(".ts")) found.push(at.href.slice(lib.href.length));
  }
  return found.sort();
}

interface Import {
  readonly to: string;
  readonly lazy: boolean;
}

/** A file's path below lib; of any other file the whole address. */
const within = (href: string) => href.startsWith(lib.href) ? href.slice(lib.href.length) : href;

async function importsOf(file: string): Promise<Import[]> {
  const text = await Deno.readTextFile(new URL(file, lib));
  const found = text.matchAll(
    /^(?:import|export)\b(?:[^"';]*?\bfrom\s*|\s*)"(\.[^"]+)"|import\("(\.[^"]+)"\)(\.[A-Z])?/gm,
  );
  return [...found].map(([, now, later, type]) => ({
    to: within(new URL(now ?? later!, new URL(file, lib)).href),
    lazy: later !== undefined && type === undefined,
  }));
}

/** The floor of a file, and its room there. */
function floorOf(file: string): { floor: number; room: string } {
  for (const [floor, rooms] of FLOORS.entries()) {
    for (const room of rooms) if (file === room || file.startsWith(`${room}/`)) return { floor, room };
  }
  throw new Error(`no floor is listed for lib/${file}`);
}

const files = await sources(lib);
const imports = new Map(await Promise.all(files.map(async (file) => [file, await importsOf(file)] as const)));

Deno.test("each room uses only the rooms above it, types included", () => {
  const wrong: string[] = [];
  for (const [file, list] of imports) {
    const from = floorOf(file);
    for (const { to, lazy } of list) {
      if (!imports.has(to)) {
        // The tasks that come with muster are brought along by the command.
        if (!READY_MADE.test(new URL(to, lib).href) || from.room !== "command") {
          wrong.push(`lib/${file} imports ${to}`);
        }
        continue;
      }
      const target = floorOf(to);
      if (target.room === from.room || target.floor < from.floor) continue;
      if (lazy && LAZY[from.room]?.includes(target.room)) continue;
      wrong.push(`lib/${file} imports lib/${to}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test('nothing but dc("sim"), dbaas("sim") and the command uses the simulator, and those when asked', () => {
  const wrong: string[] = [];
  for (const [file, list] of imports) {
    if (file.startsWith("sim/")) continue;
    for (const { to, lazy } of list) {
      if (to.startsWith("sim/") && !lazy) wrong.push(`lib/${file} imports lib/${to}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** The first way round that leads back to where it began, of each that there is. */
function circlesIn(graph: ReadonlyMap<string, Iterable<string>>): string[] {
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (node: string, way: readonly string[]) => {
    if (state.get(node) === "done") return;
    if (state.get(node) === "open") {
      return void circles.push([...way.slice(way.indexOf(node)), node].join(" -> "));
    }
    state.set(node, "open");
    for (const next of graph.get(node) ?? []) visit(next, [...way, node]);
    state.set(node, "done");
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}

Deno.test("no files import one another in a circle, types and lazy imports included", () => {
  const graph = new Map([...imports].map(([file, list]) => [file, list.map(({ to }) => to)]));
  assert.deepEqual(circlesIn(graph), []);
});

Deno.test("in each room its files and sub-rooms have an order: none uses what uses it", () => {
  const rooms = new Set(
    files.flatMap((file) => file.split("/").slice(0, -1).map((_, at, all) => all.slice(0, at + 1).join("/"))),
  );
  const wrong: string[] = [];
  for (const room of rooms) {
    /** A file of the room, or the sub-room that a file is in. */
    const part = (file: string) =>
      file.startsWith(`${room}/`) ? file.slice(room.length + 1).split("/")[0]! : undefined;
    const graph = new Map<string, Set<string>>();
    for (const [file, list] of imports) {
      const from = part(file);
      if (from === undefined) continue;
      const used = graph.get(from) ?? new Set();
      for (const { to, lazy } of list) {
        const target = part(to);
        if (!lazy && target !== undefined && target !== from) used.add(target);
      }
      graph.set(from, used);
    }
    wrong.push(...circlesIn(graph).map((circle) => `lib/${room}: ${circle}`));
  }
  assert.deepEqual(wrong, []);
});

Deno.test("a room holds so few files that one sees them all, and none is a drawer", () => {
  const rooms = new Map<string, number>();
  for (const file of files) {
    const room = file.split("/").slice(0, -1).join("/");
    rooms.set(room, (rooms.get(room) ?? 0) + 1);
    for (const name of [DRAWERS, METAPHORS]) {
      if (file !== "built/make.ts") {
        assert.doesNotMatch(file.split("/").at(-1)!, name, `lib/${file} does not say what it does`);
      }
    }
  }
  assert.deepEqual([...rooms].filter(([, count]) => count > ROOM), []);
});

Deno.test("a room of tests holds so few files that one sees them all", async () => {
  const crowded: string[] = [];
  const walk = async (folder: URL, path: string): Promise<void> => {
    let count = 0;
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (name === "fixtures" || name === "__snapshots__") continue;
      if (isDirectory) await walk(new URL(`${name}/`, folder), `${path}/${name}`);
      else if (name.endsWith(".ts")) count++;
    }
    if (count > ROOM) crowded.push(`${path}: ${count}`);
  };
  await walk(new URL("./", import.meta.url), "tests");
  assert.deepEqual(crowded, []);
});

Deno.test("a test of a room is in the room of the same name", async () => {
  const rooms = new Set(files.map((file) => file.split("/").slice(0, -1).join("/")));
  const names = new Set(
    [...rooms].flatMap((room) => room.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"))),
  );
  const own = new Set([
    "behaviour",
    "bench",
    "built",
    "e2e",
    "interop",
    "mutate",
    "property",
    "safety",
    "types",
    "lint",
  ]);
  const wrong: string[] = [];
  const walk = async (folder: URL, path: string): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      if (!entry.isDirectory || entry.name === "fixtures" || entry.name === "__snapshots__") continue;
      const at = path === "" ? entry.name : `${path}/${entry.name}`;
      if (path === "" && own.has(at)) continue;
      if (!names.has(at)) wrong.push(`tests/${at}`);
      else await walk(new URL(`${entry.name}/`, folder), at);
    }
  };
  await walk(new URL("./", import.meta.url), "");
  assert.deepEqual(wrong, []);
});

/** The files that declare each exported name, of the names that more than one does. */
async function declaredTwice(): Promise<Map<string, string[]>> {
  const declared = new Map<string, Set<string>>();
  const DECLARED =
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|interface|type|class|const|let) ([\w$]+)/gm;
  for (const file of files) {
    for (const [, name] of (await Deno.readTextFile(new URL(file, lib))).matchAll(DECLARED)) {
      declared.set(name!, (declared.get(name!) ?? new Set()).add(file));
    }
  }
  return new Map([...declared].filter(([, at]) => at.size > 1).map(([name, at]) => [name, [...at]]));
}

Deno.test("an exported name means one thing in all of lib", async () => {
  const twice = await declaredTwice();
  const listed = Object.values(SHARED_NAMES).flat();
  const wrong = [...twice].filter(([name]) => !listed.includes(name));
  assert.deepEqual(wrong.map(([name, at]) => `${name}: ${at.join(", ")}`).sort(), []);
  assert.deepEqual(listed.filter((name) => !twice.has(name)), [], "in the list, and declared once only");
  assert.deepEqual(listed.filter((name, at) => listed.indexOf(name) !== at), [], "twice in the list");
});
