/**
 * A real Nova through muster's public exports alone: `examples/openstack_servers.ts`.
 */
import assert from "node:assert/strict";
import { compute } from "../../../examples/openstack_servers.ts";
import { startNova } from "./servers.ts";

const IMAGE = "20000000-0000-4000-8000-000000000001";
const SPEC = { flavorRef: "1", imageRef: IMAGE, networks: "auto" } as const;
const QUIET = { view: false } as const;

Deno.test("servers of a real Nova", async (t) => {
  // Each list is read in pages of two, by marker.
  const nova = await startNova({ maxLimit: 2 });
  if ("skipped" in nova) {
    await t.step({ name: `skipped: ${nova.skipped}`, ignore: true, fn: () => {} });
    return;
  }
  try {
    const writes: string[] = [];
    /** Cuts the answer of the next write that matches: the server has carried it out. */
    let cut: RegExp | undefined;
    const through: typeof fetch = async (input, init) => {
      const { method, url } = new Request(input, init);
      const line = `${method} ${new URL(url).pathname.replace(/.*\/servers/, "/servers")}`;
      const body = typeof init?.body === "string" ? init.body : "";
      const answer = await fetch(input, init);
      if (method === "GET" || url.startsWith(nova.authUrl)) return answer;
      writes.push(line + body.slice(0, 40));
      if (!cut?.test(line + body)) return answer;
      cut = undefined;
      await answer.body?.cancel();
      throw new TypeError("error reading a body from connection: the answer was cut");
    };
    const login = {
      authUrl: nova.authUrl,
      username: "demo",
      password: nova.seed.users.demo!.password,
      project: "demo",
      fetch: through,
    };
    const servers = compute(login);
    const wait = { every: 100 } as const;

    await t.step(
      "are created with an id only in the answer, and their password is in no output",
      async () => {
        const report = await servers.create({ ...SPEC, name: "web-{n}", count: 3 })
          .waitUntil("ACTIVE", wait).run(QUIET);
        assert.equal(report.succeeded.length, 3);
        const all = await servers();
        assert.deepEqual(all.map(({ name }) => name).toSorted(), ["web-1", "web-2", "web-3"]);
        assert.doesNotMatch(JSON.stringify(report), /adminPass/);
      },
    );

    await t.step("are stopped, started, paused and rebooted, each seen to happen", async () => {
      const one = servers.one("web-1");
      await one.stop().waitUntil("SHUTOFF", wait).start().waitUntil("ACTIVE", wait).pause()
        .waitUntil("PAUSED", wait).unpause().waitUntil("ACTIVE", wait).run(QUIET);
      const report = await servers.one("web-1").reboot().waitUntil("ACTIVE", wait).run(QUIET);
      assert.equal(report.succeeded.length, 1);
      assert.equal((await servers.one("web-1")).status, "ACTIVE");
    });

    await t.step("are resized by a flavor's name, and confirmed or taken back", async () => {
      const { body } = await (await fetchFlavors(nova, login));
      const other = body.find(({ id }) => id !== "1")!;
      await servers.one("web-1").resize(other.name).waitUntil("VERIFY_RESIZE", wait).confirmResize()
        .waitUntil("ACTIVE", wait).run(QUIET);
      assert.equal((await servers.one("web-1")).flavor.original_name, other.name);
      const before = (await servers.one("web-2")).flavor.original_name;
      await servers.one("web-2").resize(other.id).waitUntil("VERIFY_RESIZE", wait).revertResize()
        .waitUntil("ACTIVE", wait).run(QUIET);
      assert.equal((await servers.one("web-2")).flavor.original_name, before);
    });

    await t.step("that are locked are refused by the plan, with what to do", async () => {
      await servers.one("web-3").lock().run(QUIET);
      const report = await servers.one("web-3").stop().waitUntil("SHUTOFF", wait).run({
        ...QUIET,
        throwOnError: false,
      });
      assert.match(report.failed[0]!.why, /it is locked\. Call unlock\(\) first/);
      await servers.one("web-3").unlock().run(QUIET);
    });

    await t.step("get tags, metadata and another name, and nothing else changes", async () => {
      const before = await servers.one("web-3");
      await servers.one("web-3").tag("blue").setMetadata({ role: "db" }).rename("db-1").run(QUIET);
      const after = await servers.one("db-1");
      assert.deepEqual([after.tags, after.metadata, after.name], [["blue"], { role: "db" }, "db-1"]);
      const rest = ({ tags: _, metadata: __, name: ___, updated: ____, ...more }: typeof after) => more;
      assert.deepEqual(rest(after), rest(before));
      const again = await servers.one("db-1").tag("blue").run(QUIET);
      assert.equal(again.skipped.length, 1);
    });

    await t.step(
      "whose stop the hypervisor refused have not been stopped, and the report says so at once",
      async () => {
        await servers.create({ ...SPEC, name: "x-STOP_ERROR" }).waitUntil("ACTIVE", wait).run(QUIET);
        const began = performance.now();
        const report = await servers.one("x-STOP_ERROR").stop().waitUntil("SHUTOFF", wait).run({
          ...QUIET,
          throwOnError: false,
        });
        assert.equal(report.failed.length, 1);
        assert.ok(performance.now() - began < 30_000);
      },
    );

    await t.step("a stop whose answer was lost is proven, and sent once", async () => {
      writes.length = 0;
      cut = /os-stop/;
      const report = await servers.one("web-2").stop().waitUntil("SHUTOFF", wait).run(QUIET);
      assert.equal(report.succeeded.length, 1);
      assert.equal(writes.filter((line) => line.includes("os-stop")).length, 1);
    });

    await t.step(
      "a reboot whose answer was lost is proven by Nova's record of actions, and sent once",
      async () => {
        writes.length = 0;
        cut = /reboot/;
        const report = await servers.one("web-1").reboot().waitUntil("ACTIVE", wait).run(QUIET);
        assert.equal(report.succeeded.length, 1);
        assert.equal(writes.filter((line) => line.includes("reboot")).length, 1);
      },
    );

    await t.step("a creation whose answer was lost makes one server", async () => {
      cut = /^POST \/servers\{/;
      const report = await servers.create({ ...SPEC, name: "lost" }).waitUntil("ACTIVE", wait).run(QUIET);
      assert.equal(report.succeeded.length, 1);
      assert.equal((await servers().where({ name: "lost" })).length, 1);
    });

    await t.step("are deleted, which is so when the API says 404", async () => {
      const report = await servers().where({ name: /./ }).delete().waitUntil("DELETED", wait).run({
        ...QUIET,
        yes: true,
      });
      assert.equal(report.failed.length, 0);
      assert.deepEqual(await servers(), []);
    });
  } finally {
    await nova.stop();
  }
});

async function fetchFlavors(
  nova: { authUrl: string; novaUrl: string },
  { username, password, project }: { username: string; password: string; project: string },
) {
  const user = { name: username, domain: { id: "default" }, password };
  const answer = await fetch(`${nova.authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      auth: {
        identity: { methods: ["password"], password: { user } },
        scope: { project: { name: project, domain: { id: "default" } } },
      },
    }),
  });
  await answer.body?.cancel();
  const flavors = await fetch(`${nova.novaUrl}/flavors`, {
    headers: { "x-auth-token": answer.headers.get("x-subject-token")! },
  });
  return { body: (await flavors.json()).flavors as { id: string; name: string }[] };
}
