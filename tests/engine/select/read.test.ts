/**
 * By which requests a selection is read, and what of the answers belongs to it.
 */
import assert from "node:assert/strict";
import type { AnyResource } from "../../../lib/engine/resource/describe.ts";
import { read, type Reading, readOne } from "../../../lib/engine/select/read.ts";
import type { Wanted } from "../../../lib/engine/resource/listing.ts";
import { Farm } from "../farm.ts";
import { job, jobs, oneJob } from "../job.ts";

const conditions = { tags: {}, where: [] };
async function ids(farm: Farm, more: Partial<Reading>): Promise<string[]> {
  const found: string[] = [];
  const reading: Reading = { resource: job, endpoint: farm, source: { kind: "list" }, conditions, ...more };
  for await (const page of read(reading)) found.push(...page.map((one) => (one as { id: string }).id));
  return found;
}
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `j${n}`);
const paths = (farm: Farm) => farm.requests.map(({ path }) => path);

Deno.test("twenty ids are read one by one, and more by the list", async () => {
  const few = new Farm(30);
  assert.deepEqual(await ids(few, { source: { kind: "ids", ids: numbered(20) } }), numbered(20));
  assert.equal(few.count("GET"), 20);
  const many = new Farm(30);
  assert.deepEqual(await ids(many, { source: { kind: "ids", ids: numbered(21) } }), numbered(21));
  assert.deepEqual(paths(many), ["/jobs"]);
});

Deno.test("what a list does not show of so many ids is read by itself, and left out where it is gone", async () => {
  const farm = new Farm(30);
  const found = await ids(farm, { source: { kind: "ids", ids: [...numbered(21), "j77"] } });
  assert.deepEqual(found, numbered(21));
  assert.deepEqual(paths(farm), ["/jobs", "/jobs/j77"]);
});

Deno.test("pages that shift while they are read show a member twice, and it belongs once", async () => {
  const resource = {
    ...job,
    list: {
      ...job.list,
      async *pages() {
        await Promise.resolve();
        const of = (id: string) => ({ ...new Farm(1).jobs.get("j0")!, id });
        yield [of("j0"), of("j1")];
        yield [of("j1"), of("j2"), of("j2")];
      },
    },
  } as unknown as AnyResource;
  assert.deepEqual(await ids(new Farm(0), { resource }), ["j0", "j1", "j2"]);
});

Deno.test("a status that could say gone and does not, for its code, is an error", async () => {
  const resource = { ...job, gone: { state: "gone", statuses: [400, 404], codes: ["NotFound"] } };
  const answering = (status: number, code: string) => {
    const farm = new Farm(1);
    farm.send = () => Promise.resolve({ status, code, headers: new Headers(), body: {} });
    return readOne({ resource, endpoint: farm, signal: undefined, on: undefined }, "j0");
  };
  assert.equal(await answering(404, "NotFound"), undefined);
  await assert.rejects(answering(404, "Moved"), /does not say that it is gone: 404 Moved/);
  await assert.rejects(answering(400, "Wrong"), /does not say that it is gone: 400 Wrong/);
});

Deno.test("without fields in the description the records say which attributes there are, and what they do not have is refused", async () => {
  const { fields: _, ...rest } = job;
  const resource = rest as unknown as AnyResource;
  const where = (one: Record<string, unknown>, farm = new Farm(2)) =>
    ids(farm, { resource, conditions: { tags: {}, where: [one] } });
  assert.deepEqual(await where({ title: "job-1" }), ["j1"]);
  assert.deepEqual(await where({ tags: { pool: "blue" } }), ["j0", "j1"]);
  await assert.rejects(where({ titel: "job-1" }), /does not have this attribute\. Did you mean title\?/);
  await assert.rejects(where({ name: "job-1" }), /does not have this attribute/);
  assert.deepEqual(await where({ titel: "job-1" }, new Farm(0)), [], "where there is no record nobody knows");
  const named = { ...rest, names: (one: { title: string }) => [one.title] } as unknown as AnyResource;
  const found = ids(new Farm(2), { resource: named, conditions: { tags: {}, where: [{ name: "job-1" }] } });
  assert.deepEqual(await found, ["j1"]);
});

Deno.test("a name is looked for once with each query, and what of it is gone is not it", async () => {
  const farm = new Farm(3);
  await assert.rejects(async () => await oneJob(farm.handle, "job-7"), /job-7/);
  assert.deepEqual(paths(farm), ["/jobs"]);
  farm.jobs.get("j2")!.phase = "gone";
  await assert.rejects(async () => await oneJob(farm.handle, "job-2"), /job-2/);
  assert.equal((await oneJob(farm.handle, "job-1")).id, "j1");
});

Deno.test("of several that a short id or a name may mean, the preferred one is read, and nothing is done to any", async () => {
  const farm = new Farm(3);
  farm.jobs.get("j1")!.title = "twin";
  farm.jobs.get("j2")!.title = "twin";
  const resource = {
    ...job,
    prefer: (found: readonly { id: string }[]) => found.find(({ id }) => id === "j2"),
  } as unknown as AnyResource;
  const source = { kind: "one", which: "twin" } as const;
  assert.deepEqual(await ids(farm, { resource, source }), ["j2"]);
  await assert.rejects(ids(farm, { resource, source, acting: true }), /twin/);
  await assert.rejects(ids(farm, { resource, source: { kind: "one", which: "triplet" } }), /triplet/);
  assert.equal((await jobs(farm.handle, { pool: "blue" })).length, 3);
});

Deno.test("a name, or the beginning of an id, is looked for among all there are, also those that a list mostly leaves out", async () => {
  const queries: unknown[] = [];
  const resource = {
    ...job,
    isId: () => false,
    isShortId: (text: string) => text === "j1",
    list: {
      ...job.list,
      query: ({ allows }: Wanted) => ({
        failed: allows("phase", "broken"),
        twin: allows("name", "twin"),
        other: allows("name", "other"),
      }),
      pages: (endpoint: Farm, query: object, options: never) => {
        queries.push(query);
        return job.list.pages(endpoint, {}, options);
      },
    },
  } as unknown as AnyResource;
  const source = (which: string) => ({ kind: "one", which }) as const;
  const all = { failed: true, twin: true, other: true };
  await assert.rejects(
    ids(new Farm(2), { resource, source: source("twin"), acting: true }),
    /none has this name: "twin"/,
  );
  assert.deepEqual(queries.splice(0), [{ ...all, other: false }]);
  assert.deepEqual(await ids(new Farm(2), { resource, source: source("j1"), acting: true }), ["j1"]);
  assert.deepEqual(queries, [{ failed: true, twin: false, other: false }, all]);
});
