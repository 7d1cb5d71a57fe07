import assert from "node:assert/strict";

/** Which folders of lib a folder may import from, besides its own. */
const MAY: Record<string, readonly string[]> = {
  chain: [],
  http: ["chain"],
  cloudapi: ["chain", "http"],
  trove: ["chain", "http"],
  ssh: ["chain", "http"],
  view: ["chain"],
  task: ["chain", "cloudapi", "trove", "ssh", "view"],
  sim: ["chain"],
  lint: [],
  built: [],
  // The public surface.
  "muster.ts": ["chain", "cloudapi", "trove", "view", "task"],
};
/** The lazy ones: dc("sim") and dbaas("sim") are the only ways to the simulator, a chain's ssh step the way to ssh. */
const LAZY: Record<string, readonly string[]> = {
  cloudapi: ["sim", "ssh"],
  trove: ["sim"],
  task: ["sim"],
};

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const at = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory) yield* sources(at);
    else if (entry.name.endsWith(".ts")) yield at;
  }
}

Deno.test("each layer imports only from the layers below it", async () => {
  const lib = new URL("../lib/", import.meta.url);
  const wrong: string[] = [];
  for await (const file of sources(lib)) {
    const [layer = ""] = file.href.slice(lib.href.length).split("/");
    const text = await Deno.readTextFile(file);
    // A type costs nothing at run time: it counts like a lazy import.
    const imports = text.matchAll(
      /(import type [^;]*?from|import\s*\()\s*"(\.[^"]+)"|from\s*"(\.[^"]+)"/g,
    );
    for (const [, lazy, later, now] of imports) {
      const specifier = later ?? now;
      const target = new URL(specifier!, file);
      // The command brings the ready-made tasks along.
      if (layer === "task" && target.pathname.includes("/tasks/")) continue;
      // The tasks that come with muster are named by the command, and use the public module.
      if (layer === "task" && lazy && target.href.startsWith(new URL("../tasks/", lib).href)) continue;
      if (!target.href.startsWith(lib.href)) {
        wrong.push(`${file.pathname} imports ${specifier}`);
        continue;
      }
      const [to = ""] = target.href.slice(lib.href.length).split("/");
      const allowed = [...MAY[layer] ?? [], ...(lazy ? LAZY[layer] ?? [] : [])];
      if (to !== layer && !allowed.includes(to)) wrong.push(`lib/${layer} imports ${to}: ${file.pathname}`);
    }
  }
  assert.deepEqual(wrong, []);
});
