/**
 * One suite for the engine, run over three kinds of things it knows nothing of.
 */
import assert from "node:assert/strict";
import {
  ChainError,
  ConfirmationRequiredError,
  SelectionError,
  UnreachableStateError,
} from "../../lib/muster.ts";
import type { RunEvent } from "../../lib/muster.ts";
import { type AnyChain, type Same, step, WORLDS } from "./same_worlds.ts";

/** Acts on everything, waits, and destroys. */
function whole(same: Same, from: AnyChain = same.selection().all()): AnyChain {
  const { act, settled, destroy, gone } = same.words;
  return step(step(from, act).waitUntil(settled), destroy).waitUntil(gone);
}

for (const [things, make] of Object.entries(WORLDS)) {
  Deno.test(`${things}: a chain does every step for every member once, in order, and reports each`, async () => {
    const same = await make(12);
    const { act, destroy } = same.words;
    const report = await whole(same);
    assert.equal(report.succeeded.length, 12);
    for (let n = 0; n < 12; n++) assert.deepEqual(same.done(n), [act, destroy]);
    assert.equal(report.requests.writes, 24);
    assert.equal(await same.selection().count(), 0);
  });

  Deno.test(`${things}: building and printing a chain sends nothing, planning it only reads`, async () => {
    const same = await make(3);
    const chain = whole(same);
    Deno.inspect(chain);
    assert.equal(same.requests(), 0);
    assert.equal((await chain.plan()).members.length, 3);
    assert.deepEqual(same.done(0), []);
  });

  Deno.test(`${things}: awaiting, racing and collecting one chain runs it once`, async () => {
    const same = await make(4);
    const chain = step(same.selection().all(), same.words.act);
    const [first, second] = await Promise.all([chain, chain]);
    assert.equal(first, second);
    assert.equal(first, await Promise.race([chain]));
    for (let n = 0; n < 4; n++) assert.deepEqual(same.done(n), [same.words.act]);
  });

  Deno.test(`${things}: members on every page are found, by condition, by id and by name`, async () => {
    const same = await make(45);
    assert.equal(await same.selection().count(), 45);
    const { id, name } = same.member(44);
    assert.equal(await same.selection().where({ [same.words.name]: /4$/ }).count(), 5);
    for (const which of [id, name]) {
      const report = await step(same.one(which), same.words.act).waitUntil(same.words.settled);
      assert.equal(report.members[0]!.id, id);
    }
    await assert.rejects(step(same.one("nobody-of-that-name"), same.words.act).run(), SelectionError);
  });

  Deno.test(`${things}: a member that can no longer get there fails at once with its path; the others go on`, async () => {
    const same = await make(4, true);
    await same.ready();
    const began = same.clock.now();
    let broken = false;
    const report = await whole(same).run({
      throwOnError: false,
      on: (event) => {
        if (broken || event.type !== "state") return;
        broken = true;
        same.break(0);
      },
    });
    assert.equal(report.succeeded.length, 3);
    const [failed] = report.failed;
    assert.equal(failed!.id, same.member(0).id);
    assert.ok(failed!.error instanceof UnreachableStateError);
    assert.ok(failed!.error.path.length >= 2, "it has a path");
    assert.ok(same.clock.now() - began < 240_000, "it did not wait for its time limit");
    assert.deepEqual(same.done(0), [same.words.act]);
  });

  Deno.test(`${things}: a failed member rejects the chain with the whole report`, async () => {
    const same = await make(3, true);
    const chain = step(same.selection().all(), same.words.act).waitUntil(same.words.settled);
    let broken = false;
    const error = await chain.run({
      on: (event) => {
        if (broken || event.type !== "state") return;
        broken = true;
        same.break(0);
      },
    }).then(() => assert.fail("it resolved"), (error) => error);
    assert.ok(error instanceof ChainError);
    assert.equal(error.report.succeeded.length, 2);
    assert.equal(error.report.failed.length, 1);
  });

  Deno.test(`${things}: a write whose answer was lost is looked for, and not repeated`, async () => {
    const same = await make(5);
    await same.ready();
    same.lose("answer", 1000);
    const report = await whole(same);
    assert.equal(report.succeeded.length, 5);
    for (let n = 0; n < 5; n++) assert.deepEqual(same.done(n), [same.words.act, same.words.destroy]);
  });

  Deno.test(`${things}: a write that never arrived is sent again once it shows that it was not done`, async () => {
    const same = await make(3);
    await same.ready();
    same.lose("request", 2);
    const events: RunEvent[] = [];
    const chain = step(same.selection().all(), same.words.act).waitUntil(same.words.settled);
    const report = await chain.run({ on: (event) => events.push(event) });
    assert.equal(report.succeeded.length, 3);
    assert.equal(events.filter((event) => event.type === "doubted").length, 2);
    for (let n = 0; n < 3; n++) assert.deepEqual(same.done(n), [same.words.act]);
  });

  Deno.test(`${things}: destroying more than 20 with nobody to ask, or all without saying so, sends nothing`, async () => {
    const same = await make(25);
    const { name } = same.words;
    const some = same.selection().where({ [name]: /./ });
    await assert.rejects(whole(same, some).run(), ConfirmationRequiredError);
    await assert.rejects(whole(same, same.selection()).run(), SelectionError);
    for (let n = 0; n < 25; n++) assert.deepEqual(same.done(n), []);
    const asked: string[] = [];
    await whole(same, some).run({ confirm: (one) => (asked.push(one.text), Promise.resolve(true)) });
    assert.equal(asked.length, 1);
    assert.equal(await same.selection().count(), 0);
  });

  Deno.test(`${things}: protected members are left out, whatever is selected`, async () => {
    const same = await make(4);
    const report = await whole(same, same.selection().all().protect({ [same.words.name]: /-2$/ }));
    assert.equal(report.members.length, 3);
    assert.deepEqual(same.done(2), []);
    assert.equal(await same.selection().count(), 1);
  });

  Deno.test(`${things}: a barrier holds everybody until the last has come`, async () => {
    const same = await make(6);
    const { act, settled, destroy } = same.words;
    const events: RunEvent[] = [];
    const chain = step(step(same.selection().all(), act).waitUntil(settled).barrier(), destroy);
    await chain.run({ on: (event) => events.push(event) });
    const times = (want: (event: RunEvent) => boolean) => events.filter(want).map((event) => event.at);
    const destroyed = times((event) => event.type === "sent" && event.action === destroy);
    const waited = times((event) => event.type === "waited");
    assert.equal(destroyed.length, 6);
    assert.ok(Math.min(...destroyed) >= Math.max(...waited));
  });

  Deno.test(`${things}: what somebody else destroyed meanwhile is skipped, as that is where it leads`, async () => {
    const same = await make(3);
    const { destroy, act, settled } = same.words;
    await step(same.selection().all(), act).waitUntil(settled);
    const report = await step(same.selection().all(), destroy).run({
      on: (event) => event.type === "planned" && same.remove(1),
    });
    assert.equal(report.succeeded.length, 2);
    assert.equal(report.skipped[0]!.id, same.member(1).id);
    assert.ok(!same.done(1).includes(destroy));
  });

  Deno.test(`${things}: cancelling sends nothing new and accounts for every member`, async () => {
    const same = await make(5);
    const stop = new AbortController();
    const report = await whole(same).run({
      throwOnError: false,
      signal: stop.signal,
      on: (event) => event.type === "waiting" && stop.abort(new Error("enough")),
    });
    assert.equal(report.members.length, 5);
    assert.equal(report.interrupted.length, 5);
    for (let n = 0; n < 5; n++) assert.ok(!same.done(n).includes(same.words.destroy));
  });
}
