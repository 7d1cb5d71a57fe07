/** Configuration values by the types of their parameters, as the real server checks them: there `2` is not a float. */
import assert from "node:assert/strict";
import { exactly, withFraction } from "../../../../../lib/clouds/openstack/trove/exact_json.ts";
import { world } from "../world.ts";

Deno.test("a whole number for a float parameter is written as one with a fraction, and others as they are", async () => {
  const bodies: string[] = [];
  const { sim, with: open } = await world();
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (init?.method !== "GET" && String(input).includes("/configurations")) bodies.push(String(init?.body));
    return sim.fetch(new Request(input, init));
  };
  const watched = open({ fetch });
  const datastore = "mysql@5.7.29";
  const values = { long_query_time: 2, max_connections: 200 };
  const made = await watched.configurations.create({ name: "slow", datastore, values });
  await watched.configurations.set(made, { long_query_time: 10 });
  await watched.configurations.replace(made, {
    name: "slower",
    values: { long_query_time: 0.5, max_connections: 9 },
  });
  await watched.configurations.set(made, { max_connections: 10 });
  assert.match(bodies[0]!, /"long_query_time":2\.0,"max_connections":200[,}]/);
  assert.match(bodies.find((one) => one.includes("10.0"))!, /"long_query_time":10\.0/);
  assert.ok(bodies.some((one) => /"long_query_time":0\.5,"max_connections":9[,}]/.test(one)));
  assert.deepEqual((await watched.configurations.get("slower")).values, {
    long_query_time: 0.5,
    max_connections: 10,
  });
});

Deno.test("the simulator refuses what the real server refuses: a whole number as a float, a float as an integer", async () => {
  const { db } = await world();
  const post = async (values: string) => {
    const endpoint = await db.endpoint();
    const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
    const [name, value] = values.split("=") as [string, string];
    const body = {
      configuration: {
        name: "x",
        datastore: { type: "mysql", version: "5.7.29" },
        values: { [name]: raw(value) },
      },
    };
    return (await endpoint.send({ method: "POST", path: "/configurations", body, accept: [422] })).status;
  };
  assert.equal(await post("long_query_time=2"), 422);
  assert.equal(await post("long_query_time=2.0"), 200);
  assert.equal(await post("long_query_time=2e0"), 200);
  assert.equal(await post("max_connections=200"), 200);
  assert.equal(await post("max_connections=200.0"), 422);
});

Deno.test("numbers keep their fraction on the wire", () => {
  const written = (value: number | bigint) => JSON.stringify(exactly({ a: withFraction(value) }));
  assert.equal(written(2), '{"a":2.0}');
  assert.equal(written(-7n), '{"a":-7.0}');
  assert.equal(written(2.5), '{"a":2.5}');
  assert.equal(written(1e21), '{"a":1e+21}');
});
