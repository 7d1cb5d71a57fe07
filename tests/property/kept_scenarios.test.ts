/**
 * Stories that once broke a promise, shortened and kept: each is played again.
 */
import assert from "node:assert/strict";
import { type Story } from "./scenario.ts";
import { playOne } from "./worlds.ts";

const machine = { name: "m0", tags: { type: "test" }, state: "running", guarded: false, slow: 0 } as const;

/** A calm world of one machine, in which nobody is asked anything. */
const calm: Story = {
  seed: 1,
  api: "cloudapi",
  machines: [machine],
  lag: 0,
  distance: 2,
  listing: 0,
  audit: true,
  skew: 0,
  filters: true,
  feed: undefined,
  faults: [],
  outage: undefined,
  meanwhile: [],
  chains: [],
  consent: { answer: "nobody" },
  way: "run",
  stop: undefined,
  kill: undefined,
  pause: 0,
  again: { answer: "nobody" },
};
const everybody = { by: "pattern", text: "^m" } as const;

async function toldAgain(story: Partial<Story>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    assert.deepEqual(await playOne({ ...calm, ...story }, folder), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a lost delete that is seen on its way is waited for until it is over", async () => {
  await toldAgain({
    seed: 3942,
    api: "trove",
    machines: [{ ...machine, name: "m0" }, { ...machine, name: "m1" }, {
      ...machine,
      name: "m0",
      slow: 15000,
    }],
    distance: 400,
    faults: [{ nth: 8, what: "404" }, { nth: 13, what: "lost!" }],
    chains: [{
      select: { by: "ids", of: [2] },
      protect: [],
      steps: [["restart"], ["waitUntil", "ready"], ["delete"], ["waitUntil", "DELETED"]],
    }],
    consent: { max: 1, answer: "no" },
  });
});

Deno.test("a lost untag is not seen in a tag that does not show yet", async () => {
  await toldAgain({
    lag: 2_500,
    faults: [{ nth: 2, what: "200 empty" }],
    chains: [{ select: everybody, protect: [], steps: [["tag", { mark: "1" }], ["untag", "mark"]] }],
  });
});

Deno.test("an instance that goes while its restart is in doubt is not looked at without a pause", async () => {
  await toldAgain({
    api: "trove",
    machines: [{ ...machine, slow: 90_000 }],
    faults: [{ nth: 1, what: "silent" }],
    meanwhile: [{ at: 1_438, to: 0, what: "recreate" }],
    chains: [{ select: everybody, protect: [], steps: [["restart"], ["waitUntil", "ready"]] }],
  });
});

Deno.test("a chain of no steps overlaps with nobody", async () => {
  await toldAgain({
    chains: [{ select: { by: "test", not: "m2" }, protect: [], steps: [] }, {
      select: { by: "all" },
      protect: [],
      steps: [["delete"]],
    }],
  });
});

Deno.test("what is in doubt is not sent again to a member whose plan holds a refusal by now", async () => {
  await toldAgain({
    seed: 13237,
    machines: [
      { ...machine, name: "m0" },
      { ...machine, name: "m1", state: "failed" },
      { ...machine, name: "m2" },
      { ...machine, name: "m3" },
      { ...machine, name: "m0" },
    ],
    lag: 12000,
    distance: 2,
    listing: 8000,
    faults: [{ nth: 6, what: "503 page" }, { nth: 8, what: "200 empty" }],
    meanwhile: [{ at: 52, to: 4, what: "guard" }],
    chains: [{
      select: { by: "test", not: "m3" },
      protect: [],
      steps: [["tag", { mark: "1" }], ["stop"], ["waitUntil", "stopped"], ["delete"]],
    }],
    consent: { yes: true, answer: "nobody" },
    way: "kept",
    kill: 11,
  });
});

Deno.test("somebody's change before a restart was sent does not end the wait after it", async () => {
  await toldAgain({
    seed: 23219,
    api: "trove",
    machines: [{ ...machine, name: "m0", state: "failed" }, { ...machine, name: "m1", slow: 3000 }],
    lag: 12000,
    distance: 2,
    listing: 8000,
    audit: false,
    faults: [{ nth: 29, what: "lost!" }],
    outage: { from: 3031, to: 26577 },
    meanwhile: [{ at: 1419, to: 1, what: "guard" }],
    chains: [{
      select: { by: "pattern", text: "^m" },
      protect: [],
      steps: [["restart"], ["waitUntil", "ready"], ["restart"]],
    }],
    consent: { answer: "yes" },
  });
});

Deno.test("a reboot that the audit says was not done is not seen in somebody's stop", async () => {
  await toldAgain({
    seed: 39016,
    machines: [machine, { ...machine, name: "m1" }],
    meanwhile: [{ at: 51_855, to: 0, what: "stop" }],
    chains: [{ select: everybody, protect: [], steps: [["reboot"]] }],
    consent: { yes: true, answer: "nobody" },
    kill: 3,
  });
});

Deno.test("a delete that was lost and is found done when it is sent again is not somebody else's", async () => {
  await toldAgain({
    seed: 64795,
    machines: [
      { ...machine, tags: { type: "test", keep: "yes" } },
      { ...machine, state: "failed" },
      { ...machine, name: "m2", slow: 3_000 },
    ],
    lag: 2_500,
    distance: 400,
    faults: [{ nth: 2, what: "502 page!" }, { nth: 5, what: "lost!" }, { nth: 11, what: "401" }],
    chains: [{ select: { by: "type", type: "test" }, protect: ["keep tag"], steps: [["delete"]] }],
    consent: { max: 4, answer: "nobody" },
    way: "kept",
  });
});

Deno.test("a tag that was already so when its answer was lost is done, whatever the chain sets later", async () => {
  await toldAgain({
    seed: 20265388,
    machines: ["m0", "m1", "m2", "m3"].map((name) => ({ ...machine, name })),
    faults: [{ nth: 7, what: "500" }],
    chains: [{
      select: { by: "all" },
      protect: [],
      steps: [["tag", { mark: "2" }], ["tag", { mark: "2" }], ["tag", { mark: "1" }]],
    }],
    consent: { max: 2, answer: "nobody" },
  });
});
