/** The version of an API's requests is the highest that both sides know, asked for once. */
import assert from "node:assert/strict";
import { api, type ApiOptions, describe, type VersionOptions } from "../../lib/api/mod.ts";
import { versionOrder } from "../../lib/api/negotiate_version.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

const job = describe({
  kind: "job",
  path: "/jobs",
  state: (_: { id: string }) => "there",
  states: ["there", "gone"],
  drift: {},
  actions: {},
});

/** A farm that speaks these versions. */
function farm(spoken: unknown, version: Partial<VersionOptions> = {}, options: Partial<ApiOptions> = {}) {
  const arrived: string[] = [];
  const fetch = ((input: string | URL | Request, init?: RequestInit) => {
    const { method, url, headers } = new Request(input, init);
    arrived.push(`${method} ${new URL(url).pathname} ${headers.get("farm-version")}`);
    return Promise.resolve(Response.json(url.endsWith("/versions") ? { spoken } : []));
  }) as typeof globalThis.fetch;
  const handle = api("farm", {
    url: "https://farm.example.com",
    fetch,
    clock: new VirtualClock(),
    version: {
      header: "Farm-Version",
      min: "2.79",
      max: "2.96",
      async discover(endpoint) {
        const { body } = await endpoint.send({ method: "GET", path: "/versions" });
        return (body as { spoken?: { min: string; max: string } }).spoken;
      },
      ...version,
    },
    ...options,
  });
  return { jobs: handle.of(job), handle, arrived };
}

Deno.test("the server is asked once, without the header, and all other requests have the highest that both know", async () => {
  const { jobs, handle, arrived } = farm({ min: "2.1", max: "2.90" });
  assert.deepEqual(arrived, []);
  await Promise.all([jobs().count(), jobs().count()]);
  await handle.request("GET", "/other");
  assert.deepEqual(arrived, ["GET /versions null", "GET /jobs 2.90", "GET /jobs 2.90", "GET /other 2.90"]);
  const newer = farm({ min: "2.1", max: "2.103" }, { value: (version) => `farm ${version}` });
  await newer.jobs().count();
  assert.equal(newer.arrived.at(-1), "GET /jobs farm 2.96");
  const only = farm({ min: "1", max: "3" }, { min: "2", max: undefined as never });
  await only.jobs().count();
  assert.equal(only.arrived.at(-1), "GET /jobs 2");
});

Deno.test("a server that speaks none of the versions is told with both sides' versions, and gets no other request", async () => {
  const cases: [spoken: unknown, why: RegExp][] = [
    [
      { min: "2.1", max: "2.60" },
      /Cannot use api\("farm"\): the server speaks the versions 2\.1 to 2\.60, and this needs a version from 2\.79 to 2\.96\. Use a later release/,
    ],
    [{ min: "2.97", max: "2.120" }, /speaks the versions 2\.97 to 2\.120, and .* It has dropped them/],
    [undefined, /the server names no versions, and this needs a version from 2\.79 to 2\.96\.$/],
    [{ min: "", max: "2.9" }, /discover of its version gave "" and "2\.9", which are not versions/],
    [{}, /discover of its version gave nothing and nothing, which are not versions/],
  ];
  for (const [spoken, why] of cases) {
    const { jobs, arrived } = farm(spoken);
    await assert.rejects(jobs().count(), why);
    assert.deepEqual(arrived, ["GET /versions null"]);
  }
});

Deno.test("what was asked in vain is asked again by the next request", async () => {
  let times = 0;
  const { jobs } = farm(undefined, {
    discover: () =>
      times++ === 0 ? Promise.reject(new Error("not now")) : Promise.resolve({ min: "2.1", max: "2.80" }),
  });
  await assert.rejects(jobs().count(), /not now/);
  assert.equal(await jobs().count(), 0);
});

Deno.test("versions are compared by their numbers", () => {
  assert.ok(versionOrder("2.9", "2.79") < 0);
  assert.ok(versionOrder("2026-11-01", "2026-2-1") > 0);
  assert.equal(versionOrder("2", "2.0"), 0);
});

Deno.test("versions that contradict themselves are refused when the handle is made", () => {
  const made = (version: object, options: object = {}) => () => farm(undefined, version, options);
  assert.throws(made({ min: "2.99" }), /its lowest version 2\.99 is above its highest, 2\.96/);
  assert.throws(made({ min: "latest" }), /its version is not from one such as "2\.79" to another/);
  assert.throws(made({ discover: "/" }), /has no function discover/);
  assert.throws(made({ header: "" }), /has no header that names it/);
  assert.throws(made({ headr: "x" }), /its version has headr, which says nothing\. Did you mean header\?/);
  assert.throws(
    made({}, { headers: { "farm-version": "1" } }),
    /its headers have Farm-Version as well as its version/,
  );
});
