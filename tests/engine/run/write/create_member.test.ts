/**
 * One member is created once, and found again where its answer says less than is so.
 */
import assert from "node:assert/strict";
import type { ApiRequest, ApiResponse } from "../../../../lib/engine/resource/endpoint.ts";
import { DoubtfulError } from "../../../../lib/engine/run/write/checked_write.ts";
import { createMember } from "../../../../lib/engine/run/write/create_member.ts";
import { findCreated } from "../../../../lib/engine/run/write/find_created.ts";
import { Member } from "../../../../lib/engine/run/member.ts";
import type { RunContext } from "../../../../lib/engine/run/run_context.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";
import { job } from "../../job.ts";

const record = { id: "j0", title: "new", phase: "queued", pool: "blue", priority: 1, touched: 0, changed: 0 };

/** A run that creates one member, whose server answers like this. */
function creating(
  answer: (request: ApiRequest) => { status: number; body?: unknown },
  { listed, ...more }: { listed?: object; startAt?: number; idIn?: (body: never) => unknown } = {},
) {
  const clock = new VirtualClock(), sent: string[] = [];
  let looked = 0;
  const { idIn, ...planned } = more;
  const create = {
    enters: "queued",
    request: () => ({ method: "POST", path: "/jobs" }),
    find: () => (looked++, Promise.resolve(listed)),
    ...(idIn ? { idIn } : {}),
  };
  const send = (request: ApiRequest): Promise<ApiResponse> => {
    sent.push(`${request.method} ${request.path}`);
    return Promise.resolve({ headers: new Headers(), body: undefined, ...answer(request) });
  };
  const run = {
    plan: { resource: { ...job, create }, endpoint: { clock, send } },
    clock,
    signal: new AbortController().signal,
    emit: () => {},
    wire: () => () => {},
    saw: (member: Member, look: never) => member.saw(look),
    beforeLeaving: () => Promise.resolve({}),
    after: () => Promise.resolve(),
  } as unknown as RunContext;
  const member = new Member(
    job,
    { id: "", name: "new", state: "(new)", record: {}, predictions: [], ...planned },
    0,
    0,
    clock.now(),
  );
  return { run, member, sent, looked: () => looked, create: () => createMember(run, member, 0) };
}

Deno.test("one that a run which was taken up has never sent is created at once, and not looked for", async () => {
  const { create, member, sent, looked } = creating(() => ({ status: 201, body: record }), { startAt: 0 });
  await create();
  assert.deepEqual([member.id, sent, looked()], ["j0", ["POST /jobs"], 0]);
});

Deno.test("where the answer is no record, what was created is found by its name, and nothing is doubtful any more", async () => {
  const answer = ({ method }: ApiRequest) =>
    method === "POST" ? { status: 201 } : { status: 200, body: record };
  const { create, member, sent } = creating(answer, { listed: record });
  await create();
  assert.deepEqual([member.id, member.doubtful, sent], ["j0", undefined, ["POST /jobs", "GET /jobs/j0"]]);
});

Deno.test("where the answer is no record, and nothing of the name is there, it is not known whether it was created", async () => {
  const { create, member } = creating(() => ({ status: 201 }));
  await assert.rejects(create(), DoubtfulError);
  assert.equal(member.doubtful, "create()");
});

Deno.test("where the answer is an id only, which the server then does not show, the member is doubtful", async () => {
  const answer = ({ method }: ApiRequest) =>
    method === "POST" ? { status: 201, body: { id: "j0" } } : { status: 404 };
  const { create, member } = creating(answer, { idIn: (body: { id: string }) => body.id });
  await assert.rejects(
    create(),
    (error) => error instanceof DoubtfulError && /with the id j0/.test(error.message),
  );
  assert.deepEqual([member.id, member.doubtful], ["j0", "create()"]);
});

Deno.test("what is listed is there, though a look at it alone does not show it yet", async () => {
  const { run } = creating(() => ({ status: 404 }), { listed: record });
  const lookup = { name: "new", spec: {}, since: 0, patience: 1_000 };
  assert.equal(await findCreated(run, lookup), record);
});
