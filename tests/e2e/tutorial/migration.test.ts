import assert from "node:assert/strict";
import { all, dc } from "../../../mod.ts";

Deno.test("every method in the migration tables exists", async () => {
  const text = await Deno.readTextFile(new URL("../../../docs/migration.md", import.meta.url));
  const here = dc({ url: "https://nowhere.invalid" });
  const known = new Set<string>(["dc", "all", "password"]);
  assert.equal(typeof all, "function");
  for (const one of [here, here.machine("a"), here.image("a")]) {
    for (let at: object | null = one; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) known.add(name);
    }
  }
  let checked = 0;
  for (const row of text.split("\n").filter((line) => /^\|.*`/.test(line))) {
    const ours = row.split("|")[2] ?? "";
    for (const [, code] of ours.matchAll(/`([^`]+)`/g)) {
      for (const [, name] of code!.matchAll(/(?:^|[.\s(])([a-zA-Z]\w*)\(/g)) {
        assert.ok(known.has(name!), `${name} of ${code}`);
        checked++;
      }
    }
  }
  assert.ok(checked > 90, String(checked));
});
