import assert from "node:assert/strict";
import { serve, type ServeOptions } from "../../lib/sim/mod.ts";
import { makeKey, type TestKey } from "./signer.ts";

async function signed(key: TestKey, method: string, path: string): Promise<Record<string, string>> {
  const date = new Date().toUTCString();
  const signature = await key.sign(`(request-target): ${method.toLowerCase()} ${path}\ndate: ${date}`);
  return {
    date,
    authorization: `Signature keyId="/demo/keys/${key.keyId}",algorithm="${key.algorithm}",` +
      `headers="(request-target) date",signature="${signature}"`,
  };
}

async function served(options: ServeOptions = {}) {
  const key = await makeKey();
  const server = await serve({ account: "demo", keys: [key.line], throttle: false, speed: 200, ...options });
  const call = async (method: string, path: string, client?: Deno.HttpClient) => {
    const response = await fetch(server.url + path, {
      method,
      headers: await signed(key, method, path),
      redirect: "manual",
      ...(client === undefined ? {} : { client }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  return { ...server, key, call };
}

Deno.test("the simulator is served over HTTP, in real time", async () => {
  const { call, close, sim, url } = await served({ machines: [{ name: "a" }] });
  try {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const list = await call("GET", "/my/machines");
    assert.equal(list.body[0].name, "a");
    assert.ok(Math.abs(Date.parse(list.headers.get("date")!) - Date.now()) < 2000);
    assert.equal(list.headers.get("server"), "cloudapi/9.20.0");
    const id = list.body[0].id;
    assert.equal((await call("POST", `/my/machines/${id}?action=stop`)).status, 202);
    for (let i = 0; i < 100 && (await call("GET", `/my/machines/${id}`)).body.state !== "stopped"; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(sim.machine(id)!.state, "stopped");
    assert.equal((await call("GET", "/my/datacenters/sim-1")).status, 302);
  } finally {
    await close();
  }
});

Deno.test("serving ends with its signal, and closing twice is fine", async () => {
  const control = new AbortController();
  const { url, close } = await served({ signal: control.signal });
  control.abort();
  await close();
  await close();
  await assert.rejects(fetch(`${url}/--ping`));
});

for (const kind of ["drop-before", "drop-after"] as const) {
  Deno.test(`${kind} really cuts the connection`, async () => {
    const { call, close, sim } = await served({ machines: [{ name: "a" }], killable: true });
    // Deno sends a write again by itself when a reused connection dies; not so on a fresh one.
    const client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    try {
      const id = sim.machines()[0]!.id;
      assert.equal((await call("GET", "/my/machines", client)).status, 200);
      sim.faults.add({ do: kind, times: 1, when: (request) => request.method === "POST" });
      await assert.rejects(call("POST", `/my/machines/${id}?action=stop`, client), TypeError);
      assert.equal(sim.executions(id).length, kind === "drop-after" ? 1 : 0);
      assert.equal((await call("GET", "/my/machines", client)).status, 200);
    } finally {
      client.close();
      await close();
    }
  });
}

Deno.test("a dropped connection that cannot be cut is a 500, not a quiet success", async () => {
  const { call, close, sim } = await served();
  try {
    sim.faults.add({ do: "drop-before", times: 1 });
    const answer = await call("GET", "/my");
    assert.equal(answer.status, 500);
    assert.match(answer.body.message, /killable/);
  } finally {
    await close();
  }
});

Deno.test("a black hole over HTTP keeps the caller waiting, and the server can still be closed", async () => {
  const { url, close, sim, key } = await served();
  sim.faults.add({ do: "black-hole" });
  const headers = await signed(key, "GET", "/my");
  await assert.rejects(fetch(`${url}/my`, { headers, signal: AbortSignal.timeout(60) }), {
    name: "TimeoutError",
  });
  await close();
});

Deno.test("changes are pushed over a websocket to who subscribed to them", async () => {
  const { url, close, sim, key } = await served({ machines: [{ name: "a" }, { name: "b" }] });
  try {
    const [a, b] = sim.machines().map(({ id }) => id) as [string, string];
    const expires = Math.floor(Date.now() / 1000) + 60;
    const host = new URL(url).host;
    const query = `algorithm=ED25519-SHA512&expires=${expires}&keyId=${
      encodeURIComponent(`/demo/keys/${key.keyId}`)
    }`;
    const signature = encodeURIComponent(await key.sign(`GET\n${host}\n/demo/changefeed\n${query}`));
    const socket = new WebSocket(`ws://${host}/demo/changefeed?${query}&signature=${signature}`);
    const told: { changedResourceId: string; resourceState: string; changeKind: unknown }[] = [];
    const got = Promise.withResolvers<void>();
    socket.onmessage = ({ data }) => {
      told.push(JSON.parse(data));
      if (told.length === 2) got.resolve();
    };
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    socket.send("not even JSON"); // passed over in silence
    socket.send(JSON.stringify({ resource: "vm", subResources: ["nonsense"] }));
    socket.send(JSON.stringify({ resource: "vm", subResources: ["state"], vms: [a] }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    sim.change(a, { tags: { not: "asked for" } });
    sim.setState(b, "stopped"); // of another machine
    sim.setState(a, "stopping");
    sim.setState(a, "stopped");
    await got.promise;
    assert.deepEqual(told.map((each) => [each.changedResourceId, each.resourceState]), [
      [a, "stopping"],
      [a, "stopped"],
    ]);
    assert.deepEqual(told[0]!.changeKind, { resource: "vm", subResources: ["state"] });
    const closed = new Promise((resolve) => socket.onclose = resolve);
    await close();
    await closed;
  } finally {
    await close();
  }
});

Deno.test("a changefeed without a valid signature is not opened", async () => {
  const { url, close } = await served();
  try {
    const socket = new WebSocket(`${url.replace("http", "ws")}/demo/changefeed`);
    const opened = await new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    assert.equal(opened, false);
  } finally {
    await close();
  }
});
