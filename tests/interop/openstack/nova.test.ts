/**
 * Checks the real Nova that the tests start: that it is real, and fails where a test orders it.
 */
import assert from "node:assert/strict";
import { startNova } from "./servers.ts";

Deno.test("a real Nova keeps of a stop that its hypervisor refused nothing but an action", async (t) => {
  const nova = await startNova();
  if ("skipped" in nova) {
    await t.step({ name: `skipped: ${nova.skipped}`, ignore: true, fn: () => {} });
    return;
  }
  try {
    const user = {
      name: "demo",
      domain: { id: "default" },
      password: nova.seed.users.demo!.password,
    };
    const login = await fetch(`${nova.authUrl}/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        auth: {
          identity: { methods: ["password"], password: { user } },
          scope: { project: { name: "demo", domain: { id: "default" } } },
        },
      }),
    });
    await login.body?.cancel();
    const token = login.headers.get("x-subject-token")!;
    // deno-lint-ignore no-explicit-any
    const ask = async (method: string, path: string, body?: unknown): Promise<any> => {
      const answer = await fetch(nova.novaUrl + path, {
        method,
        headers: {
          "x-auth-token": token,
          "content-type": "application/json",
          "openstack-api-version": "compute 2.90",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, ...(text.startsWith("{") ? JSON.parse(text) : {}) };
    };
    const made = await ask("POST", "/servers", {
      server: {
        name: "web-STOP_ERROR",
        flavorRef: "1",
        imageRef: "20000000-0000-4000-8000-000000000001",
        networks: "auto",
      },
    });
    assert.equal(made.status, 202);
    const path = `/servers/${made.server.id}`;
    /** The server as soon as nothing is in progress. */
    const settled = async () => {
      for (let look = 0; look < 600; look++) {
        const { server } = await ask("GET", path);
        if (server["OS-EXT-STS:task_state"] === null && server.status !== "BUILD") return server;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error("It did not settle within a minute");
    };
    const built = await settled();
    assert.deepEqual([built.status, built.addresses.private.length], ["ACTIVE", 1]);

    assert.equal((await ask("POST", `${path}/action`, { "os-stop": null })).status, 202);
    const { status, fault } = await settled();
    assert.deepEqual([status, fault], ["ACTIVE", undefined]);
    const { instanceActions } = await ask("GET", `${path}/os-instance-actions`);
    assert.deepEqual(
      instanceActions.map((one: { action: string; message: string | null }) => [one.action, one.message]),
      [["stop", "Error"], ["create", null]],
    );
  } finally {
    await nova.stop();
  }
});
