import assert from "node:assert/strict";
import { createSshPool } from "../../lib/ssh/mod.ts";
import { SshError } from "../../lib/engine/errors.ts";
import { freePort, noSshd, startSshd } from "./sshd.ts";

const ignore = noSshd !== undefined;

Deno.test({ name: "a pool of connections", ignore }, async (t) => {
  await using server = await startSshd();
  const options = { key: server.key, knownHosts: server.knownHosts, agent: false as const };
  const named = (name: string) => ({ ...server.target, name });

  await t.step("50 sessions at once, none lost", async () => {
    await using pool = createSshPool(options);
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) => {
      return pool.use(named(`m${i}`), (session) => session.run(`echo ${i}`));
    }));
    assert.deepEqual(all.map((one) => one.stdout), Array.from({ length: 50 }, (_, i) => `${i}\n`));
    assert.equal(pool.stats.opened, 50);
  });

  await t.step("never more connections than allowed, and everybody's turn comes", async () => {
    await using pool = createSshPool({ ...options, concurrency: 3 });
    let most = 0;
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => {
      return pool.use(named(`m${i}`), async (session) => {
        most = Math.max(most, pool.stats.open);
        return (await session.run(`echo ${i}`)).exitCode;
      });
    }));
    assert.equal(all.length, 20);
    assert.equal(most, 3);
  });

  await t.step("one connection serves several users, up to the server's limit", async () => {
    await using pool = createSshPool({ ...options, share: 4 });
    await Promise.all(
      Array.from({ length: 8 }, () => pool.use(server.target, (session) => session.run("true"))),
    );
    assert.equal(pool.stats.opened, 2);
    await pool.use(server.target, (session) => session.run("true"));
    assert.equal(pool.stats.opened, 2, "an idle one is used again");
  });

  await t.step("an unused connection is closed soon", async () => {
    await using pool = createSshPool({ ...options, idle: 30 });
    const session = await pool.use(server.target, (session) => Promise.resolve(session));
    assert.ok(session.open);
    await session.closed;
  });

  await t.step("a failing connection fails its users only and frees its place", async () => {
    await using pool = createSshPool({ ...options, concurrency: 1 });
    const away = { ...named("away"), port: freePort() };
    const ends = await Promise.allSettled([
      pool.use(away, (session) => session.run("true")),
      pool.use(server.target, (session) => session.run("true")),
      pool.use(away, (session) => session.run("true")),
      pool.use(server.target, () => Promise.reject(new Error("mine"))),
      pool.use(named("last"), (session) => session.run("true")),
    ]);
    assert.deepEqual(ends.map((end) => end.status), [
      "rejected",
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });

  await t.step("a broken connection is not lent again", async () => {
    await using pool = createSshPool(options);
    await pool.use(server.target, (session) => session.run("true"));
    for (const pid of await server.sessions()) Deno.kill(pid, "SIGKILL");
    await assert.rejects(
      pool.use(server.target, async (session) => {
        await session.closed;
        return await session.run("true");
      }),
      SshError,
    );
    assert.equal((await pool.use(server.target, (session) => session.run("echo new"))).stdout, "new\n");
  });

  await t.step("who waits can give up, and closing sends everybody away", async () => {
    const pool = createSshPool({ ...options, concurrency: 1 });
    let release = () => {};
    const held = pool.use(server.target, () => new Promise<void>((resolve) => release = resolve));
    const stop = new AbortController();
    const waiting = pool.use(named("b"), () => Promise.resolve(), { signal: stop.signal });
    const later = pool.use(named("c"), () => Promise.resolve());
    later.catch(() => {});
    stop.abort();
    await assert.rejects(waiting, /cancelled/);
    await pool.close();
    await assert.rejects(later, /pool is closed/);
    await assert.rejects(pool.use(server.target, () => Promise.resolve()), /pool is closed/);
    release();
    await held.catch(() => {});
  });
});
