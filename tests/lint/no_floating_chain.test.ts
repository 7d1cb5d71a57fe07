import assert from "node:assert/strict";
import plugin from "../../lib/lint/no_floating_chain.ts";

const found = (source: string) =>
  Deno.lint.runPlugin(plugin, "task.ts", `import { dc, all } from "muster";\n${source}`).length;

Deno.test("a chain that is neither awaited nor kept is reported", () => {
  assert.equal(found(`dc("x").machines({ a: "b" }).stop();`), 1);
  assert.equal(found(`const m = dc("x").machines();\nm.stop();`), 1);
  assert.equal(found(`const d = dc("x");\nd.machine("web").reboot().waitUntil("running");`), 1);
  assert.equal(found(`all(a, b);`), 1);
});

Deno.test("a chain that is awaited, run, planned, returned or kept is not", () => {
  assert.equal(found(`await dc("x").machines({ a: "b" }).stop();`), 0);
  assert.equal(found(`dc("x").machines({ a: "b" }).stop().run();`), 0);
  assert.equal(found(`const chain = dc("x").machines().stop();\nexport { chain };`), 0);
  assert.equal(found(`const f = () => dc("x").machines().stop();`), 0);
  assert.equal(found(`dc("x").machines().stop().plan().then(console.log);`), 0);
});

Deno.test("other people's functions and methods of the same names are not", () => {
  assert.equal(
    Deno.lint.runPlugin(plugin, "task.ts", `function dc(x) { return x }\ndc("x").machines().stop();`).length,
    0,
  );
  assert.equal(found(`service.stop();\nlist.all().stop();`), 0);
});
