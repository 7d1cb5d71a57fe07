import assert from "node:assert/strict";
import { describe, offsetPages } from "../../lib/api/mod.ts";
import { TAKEN } from "../../lib/api/check_description.ts";
import { select } from "../../lib/engine/mod.ts";
import { isDestructive } from "../../lib/engine/plan/consent/destructive.ts";

interface Job {
  id: string;
  name: string;
  phase: string;
  pool: string;
}

const base = {
  kind: "job",
  path: "/jobs",
  state: (job: Job) => job.phase,
  states: ["working", "paused", "gone"],
  drift: {},
  actions: { pause: { from: ["working"], enters: "paused" } },
} as const;

/** Describes a job with something wrong in it. */
const messageOf = (more: Record<string, unknown>): string => {
  try {
    // deno-lint-ignore no-explicit-any
    describe({ ...base, ...more } as any);
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing was said";
};

const act = (action: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  messageOf({ actions: { ...base.actions, act: { from: ["working"], ...action } }, ...more });

Deno.test("what types cannot check of a description is refused with a sentence that names what may have been meant", () => {
  const said: readonly (readonly [string, RegExp])[] = [
    [messageOf({ kind: " " }), /its kind is not a word such as "machine"/],
    [messageOf({ path: "jobs" }), /its path is not one such as "\/jobs": "jobs"/],
    [messageOf({ path: "/jobs/" }), /does not end with it/],
    [messageOf({ path: "/jobs?x=1" }), /has no query/],
    [messageOf({ states: [] }), /it has no states/],
    [messageOf({ states: ["working", "paused", "working", "gone"] }), /the state working is listed twice/],
    [messageOf({ states: ["working", "paused", "over"] }), /none of its states is called gone or deleted/],
    [
      messageOf({ drift: { working: ["pausd"] } }),
      /drift from working names the state pausd, .*Did you mean paused\?/,
    ],
    [
      messageOf({ drift: { nowhere: ["paused"] } }),
      /drift names the state nowhere, .*It has working, paused, gone\./,
    ],
    [messageOf({ drift: { gone: ["working"] } }), /what is gone does not come back/],
    [messageOf({ opaque: ["lost"] }), /opaque names the state lost/],
    [messageOf({ opaque: ["gone"] }), /gone is opaque/],
    [messageOf({ gone: { state: "gone", statuses: [] } }), /gone\.statuses has to hold statuses such as 404/],
    [
      messageOf({ gone: { state: "gone", statuses: [200] } }),
      /gone\.statuses has to hold statuses such as 404/,
    ],
    [messageOf({ states: ["working", "paused", "lost", "gone"] }), /nothing leads to the state lost/],
    [act({ from: [] }), /the action act is taken in no state/],
    [act({ from: ["wrking"] }), /from of act names the state wrking, .*Did you mean working\?/],
    [act({ from: ["gone"] }), /nothing can be done to a member that is gone/],
    [act({ enters: "workin" }), /enters of act names the state workin/],
    [act({ via: ["x"] }), /via of act names the state x/],
    [act({ foundIn: ["x"] }), /foundIn of act names the state x/],
    [act({ enters: "working" }), /act leads from working to working, so it would always be skipped/],
    [act({ leavesMark: true }), /act is seen by the mark it leaves, but the description has no mark/],
    [act({ request: "POST" }), /the request of act is not a function/],
    [act({ inverse: "resum" }), /act is undone by resum, which is not an action of it/],
    [act({ inverse: "act" }), /act is undone by itself/],
    [
      act({ enters: "paused", inverse: "pause" }),
      /act is undone by pause, which is not taken in paused, where act leads/,
    ],
    [messageOf({ actions: { ...base.actions, run: { from: ["working"] } } }), /nothing can be called run/],
    [messageOf({ sets: { paused: { states: ["working"] } } }), /the set paused has the name of a state/],
    [messageOf({ sets: { idle: { states: [] } } }), /the set idle has no states/],
    [messageOf({ sets: { idle: { states: ["x"] } } }), /the set idle names the state x/],
    [
      messageOf({ sets: { idle: { states: ["paused"], fails: ["paused"] } } }),
      /both wants and fails at paused/,
    ],
    [messageOf({ audit: { of: ["puse"] } }), /its audit tells of puse, which is not an action/],
    [messageOf({ create: { enters: "queued" } }), /create names the state queued/],
    [messageOf({ path: undefined }), /pause has no request\. Say what it sends, or give the resource a path/],
  ];
  for (const [message, expected] of said) assert.match(message, expected);
  assert.equal(said.length, 35);
});

Deno.test("filters, columns and what is changed are fields, where the fields are said", () => {
  const fields = { id: "text", name: "text", phase: "state", pool: "text" };
  assert.match(
    messageOf({ fields, list: offsetPages({ filters: ["pol"] }) }),
    /the filter pol is not among its fields\. Did you mean pool\?/,
  );
  assert.match(messageOf({ fields, columns: ["id", "owner"] }), /the column owner is not among its fields/);
  assert.match(
    act({ changes: ["poool"] }, { fields }),
    /the field that act changes, poool is not among its fields/,
  );
  const right = { fields, list: offsetPages({ filters: ["pool"] }), columns: ["name", "pool"] };
  assert.equal(messageOf(right), "nothing was said");
});

Deno.test("a part of a description that is misspelt is not left out in silence", () => {
  assert.match(
    messageOf({ actions: { drop: { from: ["working"], enters: "gone", destuctive: false } } }),
    /the action drop has destuctive, which says nothing\. Did you mean destructive\?/,
  );
  assert.match(messageOf({ opaqe: ["paused"] }), /it has opaqe, which says nothing\. Did you mean opaque\?/);
  assert.match(
    messageOf({ create: { enters: "working", uniqe: true } }),
    /create has uniqe.*Did you mean unique\?/,
  );
  assert.match(
    messageOf({ sets: { idle: { states: ["paused"], fail: [] } } }),
    /the set idle has fail, .*fails\?/,
  );
  assert.match(messageOf({ gone: { state: "gone", statuses: [404], code: [] } }), /gone has code, .*codes\?/);
});

Deno.test("every mistake of a description is named at once", () => {
  const message = messageOf({
    path: "jobs",
    drift: { working: ["x"] },
    actions: { run: { from: ["y"], inverse: "z" } },
    sets: { gone: { states: ["paused"] } },
  });
  assert.match(message, /^Cannot describe job: 6 things in it cannot be right\.\n {2}- /);
  for (const part of ["path", "state x", "state y", "undone by z", "set gone", "called run"]) {
    assert.ok(message.includes(part), part);
  }
});

Deno.test("what every chain has cannot be an action's name, whatever a chain comes to have", () => {
  const chain = select(describe(base), {
    endpoint: () => Promise.reject(),
    handle: "",
    source: { kind: "list" },
  });
  const names = new Set<string>();
  for (let at = Object.getPrototypeOf(chain); at; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete("pause");
  assert.deepEqual([...names].filter((name) => !TAKEN.has(name)), []);
});

Deno.test("what is not said is what does the least harm", () => {
  const job = describe({
    ...base,
    actions: { ...base.actions, remove: { from: ["paused"], enters: "gone" } },
  });
  assert.deepEqual(job.gone, { state: "gone", statuses: [404, 410] });
  assert.deepEqual(
    [
      job.actions.pause.request({ id: "a/b", record: {} as Job }),
      job.actions.remove.request({ id: "é", record: {} as Job }),
    ],
    [{ method: "POST", path: "/jobs/a%2Fb/pause" }, { method: "DELETE", path: "/jobs/%C3%A9" }],
  );
  const actions = job.actions as unknown as Record<string, { repeatable?: boolean }>;
  assert.deepEqual([actions.pause!.repeatable, actions.remove!.repeatable], [false, false]);
  const step = (name: string) => ({ kind: "action", name, args: [] }) as const;
  assert.deepEqual([isDestructive(job, step("pause")), isDestructive(job, step("remove"))], [false, true]);
  assert.equal(job.id({ id: 7 } as unknown as Job), "7");
  assert.equal(job.name({ id: "j1" } as Job), "j1");
  assert.throws(() => job.read({ id: "j1" }), /a record without a state/);
});

Deno.test("a state in a description that is misspelt does not compile", () => {
  const wrong = () =>
    describe({
      ...base,
      // @ts-expect-error there is no such state
      actions: { pause: { from: ["wrking"], enters: "paused" } },
    });
  assert.throws(wrong, /Did you mean working\?/);
  const column = () =>
    describe({
      ...base,
      // @ts-expect-error a job has no such field
      columns: ["owner"],
    });
  assert.equal(typeof column, "function");
});
