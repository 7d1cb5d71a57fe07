import assert from "node:assert/strict";
import { session } from "./session.ts";

const many = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `n${i}` }));
const marker = (json: { links?: { href: string }[] }) => {
  const href = json.links?.[0]?.href;
  return href === undefined ? undefined : new URL(href).searchParams.get("marker")!;
};

Deno.test("thirty instances come as twenty and ten, whatever limit is asked for", async () => {
  const demo = await session({ instances: many(30) });
  for (const limit of ["", "?limit=1000"]) {
    const first = await demo.call("GET", `/instances${limit}`);
    assert.equal(first.json.instances.length, 20);
    assert.match(first.json.links[0].href, /^https:/);
    const next = marker(first.json)!;
    const second = await demo.call("GET", `/instances?marker=${next}`);
    assert.equal(second.json.instances.length, 10);
    assert.equal(second.json.links, undefined);
    const ids = [...first.json.instances, ...second.json.instances].map((one: { id: string }) => one.id);
    assert.equal(new Set(ids).size, 30);
  }
});

Deno.test("the marker is not the last instance shown, and paging by that one loses some", async () => {
  const demo = await session({ instances: many(30) });
  const { json } = await demo.call("GET", "/instances");
  const last = json.instances.at(-1).id;
  assert.notEqual(marker(json), last);
  const wrong = await demo.call("GET", `/instances?marker=${last}`);
  const seen = new Set([...json.instances, ...wrong.json.instances].map((one: { id: string }) => one.id));
  assert.notEqual(json.instances.length + wrong.json.instances.length, 30);
  assert.ok(seen.size <= 30);
});

Deno.test("user markers are encoded twice", async () => {
  const demo = await session({ instances: [{ name: "a", users: ["ann", "b.ob", "c d"] }] });
  const id = demo.sim.instance("a")!.id;
  const names: string[] = [];
  let path = `/instances/${id}/users?limit=1`;
  for (let i = 0; i < 3; i++) {
    const { json } = await demo.call("GET", path);
    names.push(...json.users.map((one: { name: string }) => one.name));
    if (i === 0) assert.match(json.links[0].href, /marker=ann%2540%2525$/);
    // After decoding it once it is still encoded, as the server requires. Encoded twice it belongs to no user, and the
    // list starts again.
    path = `/instances/${id}/users?limit=1&marker=${marker(json) ?? ""}`;
  }
  assert.deepEqual(names, ["ann", "b.ob", "c d"]);
});

Deno.test("backups are paged by number, and a limit of zero never ends", async () => {
  const demo = await session({ instances: [{ name: "a" }], transition: 1000, quota: { backups: 100 } });
  const instance = demo.sim.instance("a")!.id;
  for (let i = 0; i < 23; i++) {
    assert.equal((await demo.call("POST", "/backups", { backup: { name: `b${i}`, instance } })).status, 202);
    demo.sim.advance(5000);
  }
  const first = await demo.call("GET", "/backups");
  assert.deepEqual([first.json.backups.length, marker(first.json)], [20, "20"]);
  assert.equal((await demo.call("GET", "/backups?marker=20")).json.backups.length, 3);
  const none = await demo.call("GET", "/backups?limit=0");
  assert.deepEqual([none.json.backups.length, marker(none.json)], [0, "0"]);
});

Deno.test("backups come as many as are asked for, and a full last page leads to an empty one", async () => {
  const demo = await session({ instances: [{ name: "a" }], transition: 1000, quota: { backups: 100 } });
  const instance = demo.sim.instance("a")!.id;
  for (let i = 0; i < 23; i++) {
    await demo.call("POST", "/backups", { backup: { name: `b${i}`, instance } });
    demo.sim.advance(5000);
  }
  const all = await demo.call("GET", "/backups?limit=1000");
  assert.deepEqual([all.json.backups.length, marker(all.json)], [23, undefined]);
  const full = await demo.call("GET", "/backups?limit=23");
  assert.deepEqual([full.json.backups.length, marker(full.json)], [23, "23"]);
  assert.deepEqual((await demo.call("GET", "/backups?limit=23&marker=23")).json.backups, []);
});

Deno.test("a limit below one, or no number, breaks the listing of instances", async () => {
  const demo = await session();
  for (const limit of ["0", "-1", "abc"]) {
    const { status, json } = await demo.call("GET", `/instances?limit=${limit}`);
    assert.equal(status, 500);
    assert.match(json.instanceFault.message, /keep this ID/);
  }
});
