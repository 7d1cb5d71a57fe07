/** What Trove says of a password that it refuses: the password itself, in the answer and for good in the instance's fault. */
import assert from "node:assert/strict";
import { secretsIn, withoutSecrets } from "../../../../../lib/engine/text/sent_secrets.ts";
import { world } from "../world.ts";

Deno.test("a password that Trove 18 refuses by quoting it is not sent, in any release", async () => {
  for (const release of [18, 26] as const) {
    const { db, sim } = await world({
      instances: [{ name: "a" }, { name: "pg", datastore: "postgresql" }],
      release,
    });
    await db.instance("a").createUser({ name: "app", password: "fine" });
    const one = db.instance("a"), before = sim.writes.length;
    for (
      const password of [
        "SecretA/1",
        "it's",
        'a"b',
        "a;b",
        "a,b",
        "a\\b",
        "a`b",
        " blank",
        "blank ",
        "zero\0byte",
      ]
    ) {
      for (
        const chain of [
          one.createUser({ name: "bad", password }),
          one.changePassword({ name: "app", password }),
          one.changeUser("app", { password }),
        ]
      ) {
        const report = await chain.run({ throwOnError: false });
        assert.match(report.failed[0]!.why, /mysql takes no password with .* choose another for (bad|app)/);
        assert.ok(!Deno.inspect(report, { depth: 9 }).includes("Zq9x"), String(report));
      }
      assert.throws(
        () =>
          db.createInstance({
            name: "b",
            flavor: "1",
            volume: 1,
            datastore: "mysql@5.7.29",
            users: [{ name: "bad", password }],
          }),
        /mysql@5.7.29 takes no password with/,
      );
    }
    assert.equal(sim.writes.length, before);
    assert.equal(
      (await db.instance("pg").createUser({ name: "u", password: "it's, fine/" })).succeeded.length,
      1,
    );
  }
});

Deno.test("a password that a server quotes is in no message, and not in the fault that stays", async () => {
  const { db, admin } = await world({ instances: [{ name: "a" }] });
  const { id } = await db.instance("a");
  const body = { users: [{ name: "bad", password: "SecretA/1" }] };
  const path = `/instances/${id}/users`;
  await assert.rejects(db.request("POST", path, { body }), (error) => {
    assert.match(String(error), /User create error: '…' is not a valid password/);
    return !/SecretA/.test(Deno.inspect(error, { depth: 9 }));
  });
  const accepted = await db.request("POST", path, { body, accept: [400] });
  assert.ok(!JSON.stringify(accepted.body).includes("SecretA"));
  for (
    const record of [await db.instance("a"), (await db.instances())[0]!, await admin.management.instance(id)]
  ) {
    assert.match(record.fault!.message, /'…' is not a valid password/);
    assert.ok(!JSON.stringify(record).includes("SecretA"));
  }
});

Deno.test("what was sent as secret is masked in whatever form it comes back, whole or in part", () => {
  const secret = `Tr0ub4dor'&"3\\`;
  const secrets = secretsIn({
    auth: [{ user: { name: "Tr0ub4dor", password: secret } }],
    new_password: "ab",
  });
  assert.deepEqual(secrets, [secret, "ab"]);
  for (
    const said of [
      secret,
      JSON.stringify(secret),
      encodeURIComponent(secret),
      secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
      `'${secret.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
      `cut: ${secret.slice(0, 9)}`,
      `cut: ${secret.slice(-9)}`,
    ]
  ) {
    const masked = withoutSecrets({ deep: [`he said ${said}.`] }, secrets).deep[0]!;
    assert.ok(!/Tr0ub4d|dor'&|"3/.test(masked), `${said} became ${masked}`);
  }
  assert.equal(withoutSecrets("the able 'ab' was bad", secrets), "the able '…' was bad");
  assert.equal(withoutSecrets("no secret here", secrets), "no secret here");
});
