import assert from "node:assert/strict";
import { type Clock, systemClock } from "../../lib/engine/time/clock.ts";
import { CredentialsError } from "../../lib/engine/errors.ts";
import { agentSigner, whyUnusable } from "../../lib/clouds/cloudapi/sign/agent_signer.ts";
import { openAgent } from "../../lib/platform/ssh_agent.ts";
import type { Bytes } from "../../lib/platform/keys/bytes.ts";
import { concat } from "../../lib/platform/keys/bytes.ts";
import { WireReader, wireString } from "../../lib/platform/keys/formats/ssh_wire.ts";
import { installed, lacking, newPair } from "./keys/key_matrix.ts";
import { withAgent } from "./real_agent.ts";

/** An agent that gives these answers; undefined means that it does not answer. Counts what happens. */
async function withFake(
  answer: (request: Bytes) => Bytes | undefined | "close",
  work: (path: string, seen: { connections: number; open: number; requests: number }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "mf-" });
  const path = `${folder}/s`;
  const listener = Deno.listen({ transport: "unix", path });
  const seen = { connections: 0, open: 0, requests: 0 };
  const serving: Promise<void>[] = [];
  const serve = async (connection: Deno.Conn) => {
    let pending: Bytes = new Uint8Array();
    try {
      for await (const chunk of connection.readable) {
        pending = concat(pending, chunk);
        while (pending.length >= 4 && pending.length >= 4 + new WireReader(pending).uint32()) {
          const request = new WireReader(pending).string();
          pending = pending.slice(4 + request.length);
          seen.requests++;
          const reply = answer(request);
          if (reply === "close") return connection.close();
          if (reply) await connection.write(reply);
        }
      }
    } catch {
      // The other side left.
    }
  };
  const accepting = (async () => {
    for await (const connection of listener) {
      seen.connections++;
      seen.open++;
      serving.push(serve(connection).finally(() => seen.open--));
    }
  })();
  try {
    await work(path, seen);
  } finally {
    listener.close();
    await accepting;
    await Promise.all(serving);
    await Deno.remove(folder, { recursive: true });
  }
}

const number = (value: number) => new Uint8Array([0, 0, 0, value]);
const identities = (...list: [Bytes, string][]) =>
  wireString(
    concat(
      new Uint8Array([12]),
      number(list.length),
      ...list.flatMap(([b, c]) => [wireString(b), wireString(c)]),
    ),
  );
const signature = (algorithm: string, bytes: Bytes) =>
  wireString(concat(new Uint8Array([14]), wireString(concat(wireString(algorithm), wireString(bytes)))));
const RSA = concat(
  wireString("ssh-rsa"),
  wireString(new Uint8Array([3])),
  wireString(new Uint8Array(32).fill(7)),
);

/** A clock whose sleeps end at once. */
const hurried: Clock = { ...systemClock, sleep: (_ms, signal) => systemClock.sleep(20, signal) };

Deno.test("an agent's keys are listed with their fingerprints, and its connection does not stay open", () =>
  withFake(() => identities([RSA, "me@here"]), async (path, seen) => {
    const [identity] = await openAgent(path).identities();
    assert.equal(identity!.comment, "me@here");
    assert.equal(identity!.type, "ssh-rsa");
    assert.match(identity!.md5, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    for (let tries = 0; tries < 50 && seen.open > 0; tries++) await new Promise((r) => setTimeout(r, 2));
    assert.equal(seen.open, 0);
  }));

Deno.test("signatures asked for at once go over one connection, each to the one who asked", () =>
  withFake((request) => {
    const reader = new WireReader(request);
    assert.equal(reader.byte(), 13);
    assert.deepEqual(reader.string(), RSA);
    const data = reader.string();
    assert.equal(reader.uint32(), 2, "the flag for SHA-256");
    return signature("rsa-sha2-256", concat(data, data));
  }, async (path, seen) => {
    const agent = openAgent(path);
    const signer = agentSigner(agent, { blob: RSA, comment: "", type: "ssh-rsa", md5: "", sha256: "" }, "/k");
    assert.equal(signer.algorithm, "rsa-sha256");
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => signer.sign(new Uint8Array([i]))));
    all.forEach((bytes, i) => assert.deepEqual(bytes, new Uint8Array([i, i])));
    assert.deepEqual([seen.connections, seen.requests], [1, 40]);
  }));

Deno.test("an agent that says nothing is given up after its time, and the next request starts afresh", async () => {
  let silent = true;
  await withFake(() => silent ? undefined : identities(), async (path, seen) => {
    const agent = openAgent(path, { listTimeout: 3000, clock: hurried });
    await assert.rejects(agent.identities(), (error: Error) => {
      assert.ok(error instanceof CredentialsError);
      assert.equal(error.message, `Cannot use the ssh-agent at ${path}: it gave no answer within 3 s`);
      return true;
    });
    silent = false;
    assert.deepEqual(await openAgent(path).identities(), []);
    assert.deepEqual(await agent.identities(), []);
    assert.equal(seen.connections, 3);
  });
});

Deno.test("an answer that comes too late is never taken for the next request's", async () => {
  let first = true;
  await withFake(() => {
    const late = first;
    first = false;
    return late ? undefined : identities([RSA, "me@here"]);
  }, async (path, seen) => {
    const agent = openAgent(path, { clock: hurried });
    const both = await Promise.allSettled([agent.identities(), agent.identities()]);
    assert.deepEqual(both.map(({ status }) => status), ["rejected", "fulfilled"]);
    assert.equal(seen.connections, 2);
  });
});

const BAD: [string, Bytes | "close", RegExp][] = [
  ["refuses", wireString(new Uint8Array([5])), /: it refused$/],
  ["closes the connection", "close", /: it closed the connection$/],
  [
    "is no agent",
    new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"),
    /: its answer is not the answer of an agent$/,
  ],
];
for (const [what, reply, says] of BAD) {
  Deno.test(`an agent that ${what} is said to do so`, () =>
    withFake(() => reply, async (path) => {
      await assert.rejects(openAgent(path).identities(), says);
    }));
}

Deno.test("a socket that is not there, or that nobody listens on, is said to be so", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mf-" });
  try {
    await assert.rejects(openAgent(`${folder}/none`).identities(), /: the socket does not exist$/);
    // A file in place of the socket refuses connections, like the socket of an agent that is gone.
    await Deno.writeTextFile(`${folder}/stale`, "");
    await assert.rejects(openAgent(`${folder}/stale`).identities(), /: no agent listens there any more$/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an old agent that only knows SHA-1 is refused, as nobody wants such a signature by accident", () =>
  withFake(() => signature("ssh-rsa", new Uint8Array(4)), async (path) => {
    const signer = agentSigner(openAgent(path), {
      blob: RSA,
      comment: "old",
      type: "ssh-rsa",
      md5: "",
      sha256: "",
    }, "");
    await assert.rejects(
      signer.sign(new Uint8Array(1)),
      /the key "old": the ssh-agent only supports SHA-1 \(ssh-rsa\)/,
    );
  }));

Deno.test("P-384 and FIDO keys in an agent cannot be used, and the sentence says why", () => {
  assert.match(
    whyUnusable({ type: "ecdsa-sha2-nistp384" })!,
    /only by SHA-384, which CloudAPI refuses\. Use the key's file/,
  );
  assert.match(whyUnusable({ type: "sk-ssh-ed25519@openssh.com" })!, /FIDO/);
  assert.match(whyUnusable({ type: "ssh-dss" })!, /does not accept keys of the type ssh-dss/);
  for (const type of ["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp521"]) {
    assert.equal(whyUnusable({ type }), undefined);
  }
});

Deno.test({
  name: "a real ssh-agent that dies between two signatures is an error, not a hang",
  ignore: lacking !== undefined || !installed("ssh-agent"),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "mf-" });
    try {
      await withAgent(async (socket, add, stop) => {
        await add(await newPair("ed25519", `${folder}/key`));
        const agent = openAgent(socket);
        const [identity] = await agent.identities();
        const signer = agentSigner(agent, identity!, "/k");
        assert.equal((await signer.sign(new Uint8Array(5))).length, 64);
        await stop();
        await assert.rejects(
          signer.sign(new Uint8Array(5)),
          /: (the socket does not exist|no agent listens there)/,
        );
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
