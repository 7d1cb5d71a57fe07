/**
 * A member that was created although the answer was lost is found. Somebody else's member of the same name does not
 * count.
 */
import assert from "node:assert/strict";
import type { Report } from "../../../lib/muster.ts";
import { world } from "../../clouds/cloudapi/world.ts";

const isCreate = (request: Request) =>
  request.method === "POST" && new URL(request.url).pathname.endsWith("/machines");
const isList = (request: Request) =>
  request.method === "GET" && new URL(request.url).pathname.endsWith("/machines");
const spec = { name: "new", image: "base-64-lts", package: "sample-1G", tags: { owner: "ops" } };

type World = Awaited<ReturnType<typeof world>>;
const create = ({ dc }: World): Promise<Report> =>
  dc.createMachine(spec).waitUntil("running").run({ throwOnError: false }) as Promise<Report>;
const whys = (report: Report) => report.failed.map(({ why }) => why);

for (
  const [what, fault] of Object.entries({
    "the connection dies": { do: "drop-after" } as const,
    "500": { do: "status-after", status: 500, body: { code: "InternalError", message: "oops" } } as const,
    "404": {
      do: "status-after",
      status: 404,
      body: { code: "ResourceNotFound", message: "VM not found" },
    } as const,
    "201 and {}": { do: "status-after", status: 201, body: {} } as const,
  })
) {
  Deno.test(`a machine that is made, and answered for with ${what}, is found, and made once`, async () => {
    const made = await world();
    made.sim.faults.add({ ...fault, times: 1, when: isCreate });
    const report = await create(made);
    assert.deepEqual(whys(report), []);
    assert.equal(made.sim.machines().length, 1);
    assert.equal(report.members[0]!.id, made.sim.machines()[0]!.id);
  });
}

Deno.test("a create that is refused with 404, and not carried out, fails with that, and nothing may exist", async () => {
  const made = await world();
  const body = { code: "ResourceNotFound", message: "no such image" };
  made.sim.faults.add({ do: "status", status: 404, body, when: isCreate });
  const report = await create(made);
  assert.match(whys(report)[0] ?? "", /no such image/);
  assert.deepEqual(report.doubtful, []);
});

const others: Record<string, Record<string, unknown>> = {
  "another package": { package: "sample-2G" },
  "other tags": { tags: { owner: "dev" } },
  "no tags": { tags: undefined },
};
for (const [what, other] of Object.entries(others)) {
  Deno.test(`somebody else's machine of the same name, with ${what}, is not taken for a lost one`, async () => {
    const made = await world();
    const { sim, clock, with: open } = made;
    sim.faults.add({ do: "drop-before", times: 1, when: isCreate });
    void clock.sleep(50).then(() => open({}).createMachine({ ...spec, ...other }).run());
    sim.faults.latency = 10;
    const report = await create(made);
    assert.match(
      whys(report)[0] ?? "it succeeded",
      /Cannot tell whether machine new was made: .*It may exist/,
    );
    assert.deepEqual(report.doubtful.map(({ name, doubtful }) => [name, doubtful]), [["new", "create()"]]);
    assert.equal(sim.machines().length, 1);
  });
}

Deno.test("a machine that is as it was asked for, but older than the request, is somebody else's", async () => {
  const made = await world();
  const { sim, clock } = made;
  const report = await made.dc.createMachine(spec).run({
    throwOnError: false,
    on(event) {
      if (event.type !== "planned") return;
      // Made after the plan saw none of this name, and before the request.
      const like = event.plan.members[0]!.record as { image: string };
      const created = clock.now() - 60_000;
      sim.add({ name: "new", image: like.image, package: "sample-1G", tags: spec.tags, created });
      sim.faults.add({ do: "drop-before", when: isCreate });
    },
  });
  assert.match(whys(report)[0] ?? "it succeeded", /is older/);
  assert.equal(report.doubtful.length, 1);
  assert.equal(sim.machines().length, 1);
});

Deno.test("where nobody can look any more, the report says that it may exist, by name", async () => {
  const made = await world();
  made.sim.faults.add({ do: "drop-after", when: isCreate });
  let planned = false;
  made.sim.faults.add({ do: "status", status: 500, when: (request) => planned && isList(request) });
  const report = await made.dc.createMachine(spec).run({
    throwOnError: false,
    on: (event) => event.type === "planned" && (planned = true),
  });
  assert.match(whys(report)[0] ?? "", /Cannot tell whether machine new was made: .*It may exist/);
  assert.deepEqual(report.doubtful.map(({ name }) => name), ["new"]);
  assert.match(String(report), /it is not known whether this was done: new \(create\(\)\)/);
});
