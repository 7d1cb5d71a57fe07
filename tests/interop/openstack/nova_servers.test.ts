/**
 * A real Nova through muster's public exports alone: `examples/openstack_servers.ts`.
 */
import assert from "node:assert/strict";
import { compute, takeAdminPassword } from "../../../examples/openstack_servers.ts";
import { api, describe } from "../../../api.ts";
import { fileJournal, openstack, resume } from "../../../mod.ts";
import { startNova } from "./servers.ts";

const IMAGE = "20000000-0000-4000-8000-000000000001";
const SPEC = { flavorRef: "1", imageRef: IMAGE, networks: "none" } as const;
const QUIET = { view: false } as const;
const FATES = { view: false, throwOnError: false } as const;

Deno.test("servers of a real Nova", async (t) => {
  // Each list is read in pages of two, by marker.
  const nova = await startNova({ maxLimit: 2, hypervisorSeconds: 0.05 });
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
    const as = (user: string, project = user) => ({
      authUrl: nova.authUrl,
      username: user,
      password: nova.seed.users[user]!.password,
      project,
      // The process's own connections would outlive the test.
      fetch: ((input, init) => fetch(input, init)) as typeof fetch,
    });
    const servers = compute({ ...as("demo"), fetch: through });
    const admin = compute({ ...as("admin"), name: "nova-admin", admin: true });
    const wait = { every: 100 } as const;
    /** Writes sent since the last time this was asked. */
    const sent = () => writes.splice(0);

    await t.step(
      "are created with an id only in the answer, and their passwords are in no output",
      async () => {
        const [web, vm] = await Promise.all([
          servers.create({ ...SPEC, networks: "auto", name: "web-{n}", count: 2 }).waitUntil("ACTIVE", wait)
            .run(QUIET),
          servers.create({ ...SPEC, name: "vm-{n}", count: 4 }).waitUntil("ACTIVE", wait).run(QUIET),
        ]);
        assert.equal(web.succeeded.length + vm.succeeded.length, 6);
        const all = await servers();
        assert.deepEqual(all.map(({ name }) => name).toSorted(), [
          "vm-1",
          "vm-2",
          "vm-3",
          "vm-4",
          "web-1",
          "web-2",
        ]);
        assert.equal((await servers.one("web-1")).addresses.private?.length, 1);
        for (const { id } of [...web.succeeded, ...vm.succeeded]) {
          const password = takeAdminPassword(id)!;
          assert.ok(password.length >= 8, "Nova makes a password for each");
          assert.ok(!JSON.stringify([web, vm]).includes(password));
          assert.equal(takeAdminPassword(id), undefined);
        }
      },
    );

    await t.step("go through each pair of states and back, each seen to happen", async () => {
      const [one, two, three] = await Promise.all([
        servers.one("web-1").stop().waitUntil("SHUTOFF", wait).start().waitUntil("ACTIVE", wait).pause()
          .waitUntil("PAUSED", wait).unpause().waitUntil("ACTIVE", wait).run(QUIET),
        servers.one("vm-1").suspend().waitUntil("SUSPENDED", wait).resume().waitUntil("ACTIVE", wait)
          .rescue("a-password-for-rescue").waitUntil("RESCUE", wait).unrescue().waitUntil("ACTIVE", wait).run(
            QUIET,
          ),
        servers.one("vm-2").shelve().waitUntil("SHELVED_OFFLOADED", wait).unshelve().waitUntil("ACTIVE", wait)
          .run(QUIET),
      ]);
      const ways = [one, two, three].map((report) => report.succeeded.length);
      assert.deepEqual(ways, [1, 1, 1]);
      assert.doesNotMatch(JSON.stringify(two) + String(two), /a-password-for-rescue/);
      const states = (await servers()).map((server) => [server.status, server["OS-EXT-STS:task_state"]]);
      assert.deepEqual(states, Array(6).fill(["ACTIVE", null]));
    });

    await t.step("are rebooted, hard as well from SHUTOFF, rebuilt, and given a password", async () => {
      sent();
      const reports = await Promise.all([
        servers.one("web-1").reboot().waitUntil("ACTIVE", wait).run(QUIET),
        servers.one("vm-1").hardReboot().waitUntil("ACTIVE", wait).changePassword("another-password")
          .waitUntil("ACTIVE", wait).run(QUIET),
        servers.one("vm-2").stop().waitUntil("SHUTOFF", wait).hardReboot().waitUntil("ACTIVE", wait).run(
          QUIET,
        ),
        servers.one("vm-3").rebuild(IMAGE).waitUntil("ACTIVE", wait).run({ ...QUIET, yes: true }),
      ]);
      assert.deepEqual(reports.map((report) => report.succeeded.length), [1, 1, 1, 1]);
      assert.equal(sent().length, 6);
      assert.doesNotMatch(JSON.stringify(reports), /another-password/);
    });

    await t.step("that are where an action leads are skipped, and nothing is sent", async () => {
      await servers.one("vm-4").stop().waitUntil("SHUTOFF", wait).run(QUIET);
      sent();
      const again = await servers.one("vm-4").stop().run(QUIET);
      assert.deepEqual([again.skipped.length, sent()], [1, []]);
    });

    await t.step("are resized by a flavor's name, and confirmed or taken back", async () => {
      const [up] = await Promise.all([
        servers.one("web-1").resize("m1.small").waitUntil("VERIFY_RESIZE", wait).run(QUIET),
        servers.one("web-2").resize("2").waitUntil("VERIFY_RESIZE", wait).revertResize().waitUntil(
          "ACTIVE",
          wait,
        )
          .run(QUIET),
        // One that is off comes back off.
        servers.one("vm-4").resize("m1.small").waitUntil("VERIFY_RESIZE", wait).confirmResize()
          .waitUntil("SHUTOFF", wait).run(QUIET),
      ]);
      assert.equal(up.succeeded.length, 1);
      sent();
      const early = await servers.one("web-1").stop().run(FATES);
      assert.match(early.failed[0]!.why, /it is VERIFY_RESIZE, and stop needs ACTIVE or ERROR/);
      assert.deepEqual(sent(), []);
      await servers.one("web-1").confirmResize().waitUntil("ACTIVE", wait).run(QUIET);
      const flavors = (await servers()).map(({ name, flavor }) => `${name} ${flavor.original_name}`)
        .toSorted();
      assert.deepEqual(flavors, [
        "vm-1 m1.tiny",
        "vm-2 m1.tiny",
        "vm-3 m1.tiny",
        "vm-4 m1.small",
        "web-1 m1.small",
        "web-2 m1.tiny",
      ]);
    });

    await t.step(
      "whose new flavor no host has room for have failed, with the reason that only Nova's record has",
      async () => {
        const report = await servers.one("vm-3").resize("too.big").waitUntil("VERIFY_RESIZE", wait).run(
          FATES,
        );
        assert.match(
          report.failed[0]!.why,
          /The server's audit says why: cold_migrate ended with an error\.$/,
        );
        const { id } = await servers.one("vm-3");
        const seen = await admin.one(id).resize("too.big").waitUntil("VERIFY_RESIZE", wait).run(FATES);
        assert.match(seen.failed[0]!.why, /The server's audit says why: .*No valid host was found/);
      },
    );

    await t.step("that are locked are refused by the plan, but not to an administrator", async () => {
      await servers.one("vm-3").lock().run(QUIET);
      sent();
      const report = await servers.one("vm-3").stop().waitUntil("SHUTOFF", wait).run(FATES);
      assert.match(report.failed[0]!.why, /it is locked\. Call unlock\(\) first/);
      assert.deepEqual(sent(), []);
      const { id } = await servers.one("vm-3").tag("kept").then(() => servers.one("vm-3"));
      const stopped = await admin.one(id).stop().waitUntil("SHUTOFF", wait).run(QUIET);
      assert.equal(stopped.succeeded.length, 1);
      await servers.one("vm-3").unlock().start().waitUntil("ACTIVE", wait).run(QUIET);
    });

    await t.step("get tags, metadata and another name, and nothing else changes", async () => {
      const before = await servers.one("vm-3");
      await servers.one("vm-3").tag("blue").untag("kept").setMetadata({ role: "db" }).rename("db-1").run(
        QUIET,
      );
      const after = await servers.one("db-1");
      assert.deepEqual([after.tags, after.metadata, after.name], [["blue"], { role: "db" }, "db-1"]);
      const rest = ({ tags: _, metadata: __, name: ___, updated: ____, ...more }: typeof after) => more;
      assert.deepEqual(rest(after), rest(before));
      const again = await servers.one("db-1").tag("blue").run(QUIET);
      assert.equal(again.skipped.length, 1);
    });

    await t.step("are selected by what the server filters, and by what only muster does", async () => {
      const named = async (where: Parameters<ReturnType<typeof servers>["where"]>[0]) =>
        (await servers().where(where)).map(({ name }) => name).toSorted();
      assert.deepEqual(await named({ status: "SHUTOFF" }), ["vm-4"]);
      assert.deepEqual(await named({ name: /^web-/ }), ["web-1", "web-2"]);
      assert.deepEqual(await named({ tags: (tags) => tags.includes("blue") }), ["db-1"]);
      assert.deepEqual(await named({ metadata: ({ role }) => role === "db" }), ["db-1"]);
    });

    await t.step("of another project are neither seen nor touched", async () => {
      const others = compute({ ...as("alt"), name: "nova-alt" });
      assert.deepEqual(await others(), []);
      const { id } = await servers.one("db-1");
      await assert.rejects(
        others.one(id).delete().run({ ...QUIET, yes: true }),
        /Cannot find the server in nova-alt: none has this id or name/,
      );
      assert.equal((await servers.one("db-1")).status, "ACTIVE");
    });

    await t.step(
      "beyond the quota, or of a flavor that does not exist, are refused with Nova's words",
      async () => {
        const many = await servers.create({ ...SPEC, name: "many", min_count: 999 }).run(FATES);
        assert.match(many.failed[0]!.why, /Quota exceeded/);
        assert.equal(many.doubtful.length, 0);
        const odd = await servers.create({ ...SPEC, name: "odd", flavorRef: "nowhere" }).run(
          FATES,
        );
        assert.match(odd.failed[0]!.why, /400: Flavor nowhere could not be found/);
        assert.equal((await servers()).length, 6);
      },
    );

    await t.step("in a version that Nova does not speak are not asked for", async () => {
      const thing = describe({
        kind: "server",
        path: "/servers",
        state: (_: { id: string }) => "there",
        states: ["there", "gone"],
        drift: {},
        actions: {},
      });
      const future = api("nova-to-come", {
        ...openstack({ ...as("demo"), serviceType: "compute" }),
        version: {
          header: "openstack-api-version",
          min: "2.999",
          value: (version) => `compute ${version}`,
          async discover(endpoint) {
            const { body } = await endpoint.send({ method: "GET", path: "/" });
            const { version } = body as { version: { min_version: string; version: string } };
            return { min: version.min_version, max: version.version };
          },
        },
      }).of(thing);
      await assert.rejects(
        future().count(),
        /Cannot use api\("nova-to-come"\): the server speaks the versions 2\.1 to 2\.\d+, and this needs 2\.999/,
      );
    });

    await t.step(
      "that the hypervisor fails have failed at once, with the reason that each of them has",
      async () => {
        const [built, huge, stubborn] = await Promise.all([
          servers.create({ ...SPEC, name: "x-BUILD_ERROR" }).waitUntil("ACTIVE", wait).run(FATES),
          servers.create({ ...SPEC, name: "x-huge", flavorRef: "99" }).waitUntil("ACTIVE", wait).run(FATES),
          servers.create({ ...SPEC, name: "x-STOP_ERROR" }).waitUntil("ACTIVE", wait).stop().waitUntil(
            "SHUTOFF",
            wait,
          ).run(FATES),
        ]);
        assert.match(built.failed[0]!.why, /Its states were BUILD → ERROR\. It says: /);
        assert.match(huge.failed[0]!.why, /Its states were BUILD → ERROR/);
        assert.match(
          stubborn.failed[0]!.why,
          /(does not become SHUTOFF by itself.*says why|audit says that it failed): compute_stop_instance/,
        );
        // Administrators may read more.
        const { id } = await servers.one("x-STOP_ERROR");
        const seen = await admin.one(id).stop().waitUntil("SHUTOFF", wait).run(FATES);
        assert.match(seen.failed[0]!.why, /: .*the hypervisor refused to stop\.$/);
      },
    );

    await t.step(
      "whose end the hypervisor refused are not gone, and are deleted when it works again",
      async () => {
        await servers.one("x-STOP_ERROR").rename("x-DELETE_ERROR").run(QUIET);
        const report = await servers.one("x-DELETE_ERROR").delete().waitUntil("DELETED", wait).run({
          ...FATES,
          yes: true,
        });
        assert.match(report.failed[0]!.why, /It says: .*the hypervisor refused to delete/);
        await servers.one("x-DELETE_ERROR").rename("x-well").run(QUIET);
        const gone = await servers().where({ name: /^x-/ }).delete().waitUntil("DELETED", wait).run({
          ...QUIET,
          yes: true,
        });
        assert.equal(gone.succeeded.length, 3);
      },
    );

    await t.step("a stop whose answer was lost is proven, and sent once", async () => {
      sent();
      cut = /os-stop/;
      const report = await servers.one("web-2").stop().waitUntil("SHUTOFF", wait).run(QUIET);
      assert.equal(report.succeeded.length, 1);
      assert.equal(writes.filter((line) => line.includes("os-stop")).length, 1);
    });

    await t.step(
      "a reboot whose answer was lost is proven by Nova's record of actions, and sent once",
      async () => {
        sent();
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

    await t.step(
      "of a run that was cut off are taken up again from its journal, and nothing is sent twice",
      async () => {
        const folder = await Deno.makeTempDir();
        try {
          const path = `${folder}/run.jsonl`;
          const stop = new AbortController();
          sent();
          const cutOff = await servers().where({ name: /^vm-[12]$/ }).stop().waitUntil("SHUTOFF", wait)
            .delete()
            .waitUntil("DELETED", wait).run({
              ...FATES,
              yes: true,
              journal: fileJournal(path),
              signal: stop.signal,
              on: (event: { type: string }) => event.type === "accepted" && stop.abort("enough"),
            });
          assert.equal(cutOff.succeeded.length, 0);
          await resume(path, QUIET);
          assert.deepEqual(await servers().where({ name: /^vm-[12]$/ }), []);
          const lines = sent();
          assert.deepEqual(lines.length, new Set(lines).size);
          assert.equal(lines.filter((line) => line.startsWith("DELETE")).length, 2);
          assert.ok(lines.filter((line) => line.includes("os-stop")).length <= 2);
          assert.doesNotMatch(await Deno.readTextFile(path), /adminPass/);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    );

    await t.step("of one name are not taken for one another", async () => {
      await servers.one("web-2").rename("web-1").run(QUIET);
      sent();
      await assert.rejects(servers.one("web-1").delete().run({ ...QUIET, yes: true }), /web-1/);
      assert.deepEqual(sent(), []);
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
