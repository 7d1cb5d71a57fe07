import assert from "node:assert/strict";
import { defaults } from "../../lib/engine/run/defaults.ts";
import { wireDefaults } from "../../lib/view/defaults.ts";
import { Farm } from "../engine/farm.ts";
import { jobs } from "../engine/job.ts";

Deno.test("a run under the wired defaults is followed by them and leaves nothing behind", async () => {
  const before = { ...defaults };
  try {
    wireDefaults();
    const { view, interrupts } = defaults;
    let views = 0;
    let followed = 0;
    defaults.view = () => {
      views++;
      return view!();
    };
    defaults.interrupts = (stop, follow) =>
      interrupts!(stop, (listener) => {
        followed++;
        follow(listener);
      });
    const chain = jobs(new Farm(3).handle).all().pause().waitUntil("paused");
    assert.equal((await chain.run()).succeeded.length, 3);
    // What follows a run is loaded by the run itself, also the first one of a process.
    assert.deepEqual([views, followed], [1, 1]);
    await chain.run({ again: true, view: false });
    assert.deepEqual([views, followed], [1, 2]);
  } finally {
    for (const key of Object.keys(defaults)) Reflect.deleteProperty(defaults, key);
    Object.assign(defaults, before);
  }
});

Deno.test("importing the defaults loads no view", async () => {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("../../lib/view/defaults.ts", import.meta.url).pathname],
  });
  const info = JSON.parse(new TextDecoder().decode((await command.output()).stdout));
  type Dependency = { code?: { specifier: string }; isDynamic?: boolean };
  const modules = new Map<string, Dependency[]>(
    info.modules.map((
      one: { specifier: string; dependencies?: Dependency[] },
    ) => [one.specifier, one.dependencies ?? []]),
  );
  const loaded = new Set<string>();
  const walk = (specifier: string) => {
    if (loaded.has(specifier)) return;
    loaded.add(specifier);
    for (const { code, isDynamic } of modules.get(specifier) ?? []) {
      if (code && !isDynamic) walk(code.specifier);
    }
  };
  walk(info.roots[0]);
  const views = [...loaded].filter((specifier) => specifier.includes("/lib/view/"));
  assert.deepEqual(views.map((specifier) => specifier.split("/").at(-1)), ["defaults.ts"]);
  assert.ok(loaded.size > 1, "the chain's defaults at least");
});
