import assert from "node:assert/strict";
import { readChange } from "../../../../lib/clouds/cloudapi/feed/read_change.ts";

const machine = {
  id: "6f9a4c1e-0000-4000-8000-000000000001",
  name: "web-1",
  brand: "joyent",
  state: "stopped",
  image: "i",
  created: "2026-01-15T12:00:00.000Z",
  updated: "2026-01-15T12:00:05.000Z",
  ips: [],
  tags: {},
  metadata: {},
};
const message = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    changedResourceId: machine.id,
    published: "1768478405000",
    changeKind: { resource: "vm", subResources: ["state"] },
    resourceState: "stopped",
    resourceObject: machine,
    ...more,
  });

Deno.test("a whole message gives the machine and when it was published", () => {
  assert.deepEqual(readChange(message()), { id: machine.id, record: machine, published: 1768478405000 });
});

Deno.test("every name the backend has for a state is known", () => {
  for (const [theirs, ours] of [["halting", "stopping"], ["down", "stopped"], ["destroyed", "deleted"]]) {
    const text = message({ resourceState: theirs, resourceObject: { ...machine, state: ours } });
    assert.ok(readChange(text)?.record, theirs);
  }
});

Deno.test("where anything is odd the machine is left out, and so looked at", () => {
  const odd: Record<string, unknown>[] = [
    { resourceState: "running" },
    { resourceState: "constructor" },
    { resourceState: undefined },
    { resourceObject: undefined },
    { resourceObject: [] },
    { resourceObject: { ...machine, id: "another" } },
    { resourceObject: { ...machine, updated: "lately" } },
    { resourceObject: { ...machine, tags: undefined } },
    { changeKind: { resource: "vm", subResources: ["tags"] } },
    { changeKind: { resource: "vm" } },
  ];
  for (const one of odd) {
    assert.deepEqual(
      readChange(message(one)),
      { id: machine.id, record: undefined, published: 1768478405000 },
      JSON.stringify(one),
    );
  }
  for (const published of ["", "soon", null, undefined, {}]) {
    assert.equal(readChange(message({ published }))?.published, undefined, JSON.stringify(published));
  }
});

Deno.test("what is about no machine is passed over", () => {
  const others = [
    "",
    "[]",
    "null",
    "7",
    "{",
    "{}",
    message({ changedResourceId: 7 }),
    message({ changeKind: "vm" }),
  ];
  for (const text of [...others, message({ changeKind: { resource: "server", subResources: ["state"] } })]) {
    assert.equal(readChange(text), undefined, text);
  }
});
