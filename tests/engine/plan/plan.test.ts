/**
 * Which members are in a plan, and which are left out.
 */
import assert from "node:assert/strict";
import { select } from "../../../lib/engine/mod.ts";
import { Farm } from "../farm.ts";
import { job, type Jobs } from "../job.ts";

type Along = { kind: string; id: string; name: string; record?: object };

/** Jobs whose first removal destroys something else as well. */
function removing(farm: Farm, along: Along) {
  const { remove } = job.actions;
  const alsoDestroys = () => Promise.resolve(new Map([["j0", [along]]]));
  const resource = { ...job, actions: { ...job.actions, remove: { ...remove, alsoDestroys } } };
  return select(resource as unknown as Jobs, {
    endpoint: farm.handle,
    handle: `farm("test")`,
    source: { kind: "list" },
    tags: { pool: "blue" },
  });
}
const farmOf = () => {
  const farm = new Farm(0);
  farm.add({ id: "j0", phase: "paused" });
  farm.add({ id: "j1", phase: "paused", title: "kept", pool: "red" });
  return farm;
};
const kept = async (along: Along) =>
  (await removing(farmOf(), along).protect({ title: "kept" } as never).remove().plan()).protected
    .map(({ id }) => id);

Deno.test("a member that would take a protected one along is left out", async () => {
  const record = farmOf().jobs.get("j1")!;
  assert.deepEqual(await kept({ kind: "job", id: "j1", name: "kept", record }), ["j0"]);
});

Deno.test("what is not of the members' kind, or whose record nobody knows, protects nobody", async () => {
  const record = farmOf().jobs.get("j1")!;
  assert.deepEqual(await kept({ kind: "disk", id: "d1", name: "kept", record }), []);
  assert.deepEqual(await kept({ kind: "job", id: "j1", name: "kept" }), []);
});
