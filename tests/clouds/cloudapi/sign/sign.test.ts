import assert from "node:assert/strict";
import type { Clock } from "../../../../lib/engine/time/clock.ts";
import { createAuthorizer, skewFrom } from "../../../../lib/clouds/cloudapi/sign/sign.ts";
import type { Signer } from "../../../../lib/platform/keys/signer.ts";

/** A clock that only moves when a test moves it, and counts how often it was held. */
function handClock(at: number) {
  const clock = {
    at,
    held: 0,
    now: () => clock.at,
    sleep: () => Promise.resolve(),
    hold<T>(work: () => Promise<T>): Promise<T> {
      clock.held++;
      return work();
    },
  };
  return clock satisfies Clock;
}

function countingSigner() {
  const signed: string[] = [];
  const signer: Signer = {
    keyId: "/demo/keys/aa:bb",
    algorithm: "rsa-sha256",
    sign: async (data) => {
      signed.push(new TextDecoder().decode(data));
      await new Promise((resolve) => setTimeout(resolve, 1));
      return new Uint8Array([signed.length]);
    },
  };
  return { signed, signer };
}

const START = Date.parse("2026-11-22T06:16:10.000Z");

Deno.test("reads of one second share one signature, also while it is being made", async () => {
  const clock = handClock(START);
  const { signed, signer } = countingSigner();
  const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock });
  const all = await Promise.all(Array.from({ length: 500 }, (_, i) => {
    clock.at = START + i;
    return authorize("GET", `/my/machines?offset=${i}`, false);
  }));
  assert.deepEqual(signed, ["date: Sun, 22 Nov 2026 06:16:10 GMT"]);
  assert.equal(new Set(all.map(({ authorization }) => authorization)).size, 1);
  assert.equal(
    all[0]!.authorization,
    'Signature keyId="/demo/keys/aa:bb",algorithm="rsa-sha256",headers="date",signature="AQ=="',
  );
  assert.equal(all[0]!.date, "Sun, 22 Nov 2026 06:16:10 GMT");

  clock.at = START + 1000;
  assert.equal((await authorize("GET", "/my/machines", false)).date, "Sun, 22 Nov 2026 06:16:11 GMT");
  assert.equal(signed.length, 2);
});

Deno.test("a write's signature is bound to its method and target, query and all", async () => {
  const { signed, signer } = countingSigner();
  const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock: handClock(START) });
  const first = await authorize("POST", "/my/machines/1?action=stop", true);
  await authorize("DELETE", "/my/machines/1", true);
  await authorize("POST", "/my/machines/2?action=stop", true);
  await authorize("GET", "/my/machines/2", false);
  assert.deepEqual(signed, [
    "(request-target): post /my/machines/1?action=stop\ndate: Sun, 22 Nov 2026 06:16:10 GMT",
    "(request-target): delete /my/machines/1\ndate: Sun, 22 Nov 2026 06:16:10 GMT",
    "(request-target): post /my/machines/2?action=stop\ndate: Sun, 22 Nov 2026 06:16:10 GMT",
    "date: Sun, 22 Nov 2026 06:16:10 GMT",
  ]);
  assert.match(first.authorization, /,headers="\(request-target\) date",/);
});

Deno.test("finding the key and signing hold the clock", async () => {
  const clock = handClock(START);
  const { signer } = countingSigner();
  await createAuthorizer({ signer: () => Promise.resolve(signer), clock })("GET", "/", false);
  assert.equal(clock.held, 2);
});

Deno.test("nothing looks for a key before the first request, and a key once found is kept", async () => {
  let searches = 0;
  const { signer } = countingSigner();
  const clock = handClock(START);
  const authorize = createAuthorizer({ signer: () => (searches++, Promise.resolve(signer)), clock });
  assert.equal(searches, 0);
  await Promise.all([authorize("GET", "/a", false), authorize("DELETE", "/b", true)]);
  clock.at += 5000;
  await authorize("GET", "/a", false);
  assert.equal(searches, 1);
});

Deno.test("a failed search reaches all who wait for it, and the next request searches again", async () => {
  let searches = 0;
  const { signer } = countingSigner();
  const find = () => ++searches === 1 ? Promise.reject(new Error("no key")) : Promise.resolve(signer);
  const authorize = createAuthorizer({ signer: find, clock: handClock(START) });
  const both = await Promise.allSettled([authorize("GET", "/a", false), authorize("GET", "/b", false)]);
  assert.deepEqual(both.map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(searches, 1);
  await authorize("GET", "/a", false);
  assert.equal(searches, 2);
});

Deno.test("a failed signature is not kept for the rest of its second, and the key is looked for again", async () => {
  let [calls, searches] = [0, 0];
  const signer: Signer = {
    keyId: "k",
    algorithm: "a",
    sign: () => ++calls === 1 ? Promise.reject(new Error("agent gone")) : Promise.resolve(new Uint8Array(1)),
  };
  const authorize = createAuthorizer({
    signer: () => (searches++, Promise.resolve(signer)),
    clock: handClock(START),
  });
  await assert.rejects(async () => await authorize("GET", "/", false), /agent gone/);
  await authorize("GET", "/", false);
  assert.deepEqual([calls, searches], [2, 2]);
});

Deno.test("the date is the time when the key was there, however long a passphrase took", async () => {
  const clock = handClock(START);
  const { signer } = countingSigner();
  const find = () => {
    clock.at += 600_000;
    return Promise.resolve(signer);
  };
  const { date } = await createAuthorizer({ signer: find, clock })("GET", "/", false);
  assert.equal(date, "Sun, 22 Nov 2026 06:26:10 GMT");
});

Deno.test("a refusal for clock skew tells how far the server is ahead, and requests then carry its time", async () => {
  const clock = handClock(START);
  const { signer } = countingSigner();
  const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock });
  const refusal = {
    status: 400,
    body: {
      code: "InvalidHeader",
      message: "Authorization header invalid: clock skew of 600.756s was greater than 300s",
    },
    headers: new Headers({ date: "Sun, 22 Nov 2026 06:26:10 GMT" }),
  };
  authorize.skew = skewFrom(refusal, clock.now())!;
  assert.equal(authorize.skew, 600_000);
  assert.equal((await authorize("GET", "/", false)).date, "Sun, 22 Nov 2026 06:26:10 GMT");
});

Deno.test("other refusals are not taken for clock skew", () => {
  const headers = new Headers({ date: "Sun, 22 Nov 2026 06:26:10 GMT" });
  const skewed = { code: "InvalidHeader", message: "clock skew of 301s was greater than 300s" };
  const others: [number, unknown, Headers][] = [
    [400, { code: "InvalidHeader", message: "Authorization header invalid: bad param format" }, headers],
    [401, skewed, headers],
    [400, skewed, new Headers()],
    [400, skewed, new Headers({ date: "yesterday" })],
    [400, undefined, headers],
    [400, null, headers],
    [400, "Bad Request", headers],
  ];
  for (const [status, body, headers] of others) {
    assert.equal(skewFrom({ status, body, headers }, START), undefined);
  }
  assert.equal(
    skewFrom({ status: 400, body: { code: "RequestExpired", message: "too old" }, headers }, START),
    600_000,
  );
});

/** What Deno says it loads when a new process, with nothing cached and no permissions, imports a module. */
async function importLog(specifier: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "muster-import-" });
  try {
    await Deno.writeTextFile(
      `${folder}/script.ts`,
      `import ${JSON.stringify(specifier)}; console.log("loaded");`,
    );
    const args = [
      "run",
      "--no-config",
      "--no-remote",
      "--no-npm",
      "--log-level=debug",
      `${folder}/script.ts`,
    ];
    const output = await new Deno.Command(Deno.execPath(), { args, env: { DENO_DIR: folder } }).output();
    assert.match(new TextDecoder().decode(output.stdout), /loaded/);
    return new TextDecoder().decode(output.stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const name of ["sign/sign", "sign/find_signer", "profile/datacenter_name"]) {
  Deno.test(`importing ${name}.ts loads neither Node's modules nor npm's`, async () => {
    const log = await importLog(new URL(`../../../../lib/clouds/cloudapi/${name}.ts`, import.meta.url).href);
    assert.match(log, new RegExp(`${name}\\.ts`));
    assert.doesNotMatch(log, /\b(npm|node):[a-z]/);
  });
}

Deno.test("such an import would show", async () => {
  assert.match(await importLog("node:crypto"), /\bnode:[a-z]/);
});

Deno.test("what was signed in this second is there at once, and no longer than that", async () => {
  const clock = handClock(START);
  const { signed, signer } = countingSigner();
  const authorize = createAuthorizer({ signer: () => Promise.resolve(signer), clock });
  const first = await authorize("GET", "/a", false);
  assert.equal(authorize("GET", "/b", false), first);
  assert.ok(authorize("POST", "/a", true) instanceof Promise, "a write is bound to its own address");
  clock.at += 999;
  assert.equal(authorize("GET", "/c", false), first);
  clock.at += 1;
  const second = await authorize("GET", "/c", false);
  assert.notEqual(second.date, first.date);
  authorize.skew = 5_000;
  const skewed = await authorize("GET", "/c", false);
  assert.equal(Date.parse(skewed.date) - Date.parse(second.date), 5_000);
  assert.equal(signed.length, 4);
});
