/** An action of an API with many states that lists the states in which it is not accepted. */
import assert from "node:assert/strict";
import { api, describe } from "../../lib/api/mod.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

interface Vm {
  id: string;
  state: string;
}

const STATES = ["building", "on", "off", "moving", "gone"] as const;

function vm(remove: object = { notFrom: ["building", "gone"], enters: "gone" }) {
  return describe({
    kind: "vm",
    path: "/vms",
    state: (vm: Vm) => vm.state,
    states: STATES,
    drift: { building: ["on"], moving: ["on"], off: [] },
    actions: { remove: remove as { notFrom: ["building", "gone"]; enters: "gone" } },
  });
}

/** A cloud with one VM for each of these states. */
function cloud(...states: string[]) {
  const writes: string[] = [];
  const there = new Map(states.map((state) => [state, { id: state, state }]));
  const fetch = ((input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const id = new URL(request.url).pathname.split("/")[2];
    if (id === undefined) return Promise.resolve(Response.json([...there.values()]));
    if (request.method === "DELETE") {
      writes.push(id);
      there.delete(id);
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    const record = there.get(id);
    return Promise.resolve(
      record ? Response.json(record) : Response.json({ code: "NotFound", message: "gone" }, { status: 404 }),
    );
  }) as typeof globalThis.fetch;
  const clock = new VirtualClock();
  return { vms: api("cloud", { url: "https://cloud.example.com", fetch, clock }).of(vm()), writes };
}

Deno.test("an action is sent in every state but those that it names", async () => {
  const { vms, writes } = cloud("on", "off", "moving");
  const report = await vms().all().remove().waitUntil("gone").run({ view: false });
  assert.equal(report.succeeded.length, 3);
  assert.deepEqual(writes.toSorted(), ["moving", "off", "on"]);
});

Deno.test("in a state that it names it is refused, and the reason names that state alone", async () => {
  const { vms, writes } = cloud("building");
  const plan = await vms().all().remove().plan();
  assert.equal(
    plan.members[0]!.predictions[0]!.why,
    "it is building, and remove cannot be sent from building. Wait until it is on first",
  );
  const report = await vms().all().remove().run({ view: false, throwOnError: false });
  assert.deepEqual([report.failed.length, writes], [1, []]);
});

Deno.test("a state that muster does not know is not one of all others", async () => {
  const { vms, writes } = cloud("haunted");
  const report = await vms().all().remove().run({ view: false, throwOnError: false });
  assert.match(report.failed[0]!.why, /it is haunted, a state that muster does not know/);
  assert.deepEqual(writes, []);
});

Deno.test("a description that says both, neither, an unknown state, or not the one that means gone is refused", () => {
  for (
    const [remove, why] of [
      [
        { from: ["on"], notFrom: ["gone"], enters: "gone" },
        /the action remove says both from and notFrom\. Say one/,
      ],
      [
        { enters: "gone" },
        /the action remove is taken in no state\. Name its states with from, or the others with notFrom/,
      ],
      [{ notFrom: ["gon"], enters: "gone" }, /notFrom of remove names the state gon, which it does not have/],
      [
        { notFrom: ["building"], enters: "gone" },
        /notFrom of remove has to name gone, because nothing can be done/,
      ],
      [{ notFrom: [...STATES], enters: "gone" }, /the action remove is taken in no state/],
    ] as const
  ) assert.throws(() => vm(remove), why);
});

Deno.test("all other states are no word about any of them: one that nothing leads to is still found", () => {
  assert.throws(
    () =>
      describe({
        kind: "vm",
        path: "/vms",
        state: (vm: Vm) => vm.state,
        states: ["on", "of", "gone"],
        drift: { on: [] },
        actions: { remove: { notFrom: ["gone"], enters: "gone" } },
      }),
    /nothing leads to the state of, and nothing leaves it/,
  );
});
