/**
 * The one loop that sends a write again. What may be repeated is decided by the finding, never by the loss.
 */
import assert from "node:assert/strict";
import { ApiError, TransportError } from "../../../../lib/engine/errors.ts";
import {
  ATTEMPTS,
  type CheckedWrite,
  checkedWrite,
  DoubtfulError,
  type WriteEvidence,
} from "../../../../lib/engine/run/write/checked_write.ts";
import { sendChecked, type Showing } from "../../../../lib/engine/run/write/send_checked.ts";
import { VirtualClock } from "../../../../lib/sim/clock.ts";

const LOST = new TransportError("Cannot read the answer: the connection died.", "unknown");
const refused = (status: number) =>
  new ApiError(`refused with ${status}`, { status, code: "No", request: "POST /things" });
const says = { what: "paint thing a", whether: "thing a was painted" };

/** Does a write whose sendings end as given, one after another. Returns the result, and how often it was sent. */
async function attempt(
  sendings: readonly (Error | "ok")[],
  findings: readonly WriteEvidence<string>["is"][],
  more: Partial<CheckedWrite<string>> = {},
) {
  let sent = 0, looked = 0;
  const doubts: boolean[] = [];
  const outcome = await checkedWrite<string>({
    says,
    send() {
      const next = sendings[sent++] ?? LOST;
      return next === "ok" ? Promise.resolve("answer") : Promise.reject(next);
    },
    look() {
      const is = findings[looked++] ?? "not seen";
      return Promise.resolve(is === "done" ? { is, result: "seen" } : { is });
    },
    doubted: (doubtful) => doubts.push(doubtful),
    ...more,
  }).catch((error: Error) => error);
  return { outcome, sent, looked, doubts };
}

Deno.test("a write that is answered is sent once, and nothing is looked for", async () => {
  const { outcome, sent, looked } = await attempt(["ok"], []);
  assert.deepEqual([outcome, sent, looked], [{ result: "answer", checked: false }, 1, 0]);
});

Deno.test("a lost write that was carried out is not sent again", async () => {
  const { outcome, sent } = await attempt([LOST], ["done"]);
  assert.deepEqual([outcome, sent], [{ result: "seen", checked: true }, 1]);
});

for (const is of ["not done", "not seen"] as const) {
  Deno.test(`a lost write that is ${is} is sent again`, async () => {
    const { outcome, sent, doubts } = await attempt([LOST, "ok"], [is]);
    assert.deepEqual([outcome, sent], [{ result: "answer", checked: false }, 2]);
    assert.deepEqual(doubts, is === "not done" ? [true, false] : [true]);
  });
}

Deno.test("a lost write of which nobody knows is not sent again, and its error says so", async () => {
  const { outcome, sent } = await attempt([LOST, "ok"], ["unknown"]);
  assert.ok(outcome instanceof DoubtfulError && outcome.sent === "unknown" && outcome.cause === LOST);
  assert.match(outcome.message, /^Cannot tell whether thing a was painted: its answer was lost/);
  assert.equal(sent, 1);
});

Deno.test("a write that is lost each time is sent so often and no more", async () => {
  const { outcome, sent, looked } = await attempt([], []);
  assert.equal(sent, ATTEMPTS);
  assert.equal(looked, ATTEMPTS);
  assert.match((outcome as Error).message, /^Cannot paint thing a: its answer was lost 5 times/);
});

Deno.test("what an earlier process sent is looked for before anything is sent", async () => {
  const done = await attempt(["ok"], ["done"], { sentBefore: true });
  assert.deepEqual([done.outcome, done.sent], [{ result: "seen", checked: true }, 0]);
  const ready: [number, boolean][] = [];
  const again = await attempt(["ok"], ["not seen"], {
    sentBefore: true,
    ready: (sending, unseen) => Promise.resolve(void ready.push([sending, unseen])),
  });
  assert.deepEqual([again.sent, ready], [1, [[1, true]]]);
});

Deno.test("a refusal of a repeat is told that an earlier sending may have been carried out", async () => {
  const wondered: boolean[] = [];
  const more = {
    refused: (_: unknown, wondering: boolean) => {
      wondered.push(wondering);
      return Promise.resolve(wondering ? { result: "seen" } : undefined);
    },
  };
  const plain = await attempt([refused(409)], [], more);
  assert.ok(plain.outcome instanceof ApiError);
  const after = await attempt([LOST, refused(409)], ["not seen"], more);
  assert.deepEqual(after.outcome, { result: "seen", checked: true });
  const cleared = await attempt([LOST, refused(409)], ["not done"], more);
  assert.ok(cleared.outcome instanceof ApiError, "it was certain that the first was not carried out");
  assert.deepEqual(wondered, [false, true, false]);
});

Deno.test("what may not be sent now is not sent", async () => {
  const no = new Error("it is protected");
  const { outcome, sent } = await attempt([LOST, "ok"], ["not seen"], {
    ready: (sending) => sending > 1 ? Promise.reject(no) : Promise.resolve(),
  });
  assert.deepEqual([outcome, sent], [no, 1]);
});

/**
 * Sends one write to a server that treats each sending as given; `shows` is how long after it was done it shows, in
 * milliseconds.
 */
async function sendTo(
  answers: readonly ("lose" | "drop" | "ok" | number)[],
  showing: Partial<Showing<string>> & { shows?: number; looksFail?: boolean } = {},
) {
  const { shows = 0, looksFail = false, ...rest } = showing;
  const clock = new VirtualClock();
  const began = clock.now();
  let sent = 0, doneAt = Infinity;
  const outcome = await sendChecked<string>(
    {
      clock,
      send: () => {
        const answer = answers[sent++] ?? "ok";
        if (answer === "lose" || answer === "ok") doneAt = Math.min(doneAt, clock.now());
        if (typeof answer === "number") return Promise.reject(refused(answer));
        if (answer !== "ok") return Promise.reject(LOST);
        return Promise.resolve({ status: 200, headers: new Headers(), body: "made" });
      },
    },
    { method: "POST", path: "/things" },
    {
      what: "make thing a",
      repeatable: true,
      took: () =>
        looksFail
          ? Promise.reject(refused(403))
          : Promise.resolve(clock.now() >= doneAt + shows ? "thing" : undefined),
      ...rest,
    },
  ).catch((error: Error) => error);
  return { outcome, sent, ms: clock.now() - began };
}

Deno.test("a lost write that shows only after a while is waited for, and not sent twice", async () => {
  const { outcome, sent } = await sendTo(["lose"], { shows: 3_000 });
  assert.deepEqual([outcome, sent], [{ found: "thing" }, 1]);
});

Deno.test("a lost write that never arrived is sent again after 5 s where that does no harm", async () => {
  const { outcome, sent, ms } = await sendTo(["drop"]);
  assert.ok("answer" in outcome);
  assert.deepEqual([sent, ms], [2, 5_000]);
});

Deno.test("a lost write that never arrived is not sent again where two would be made", async () => {
  const { outcome, sent, ms } = await sendTo(["drop"], { repeatable: false });
  assert.ok(outcome instanceof DoubtfulError);
  assert.deepEqual([sent, ms], [1, 120_000]);
});

Deno.test("a lost write whose repeat is refused was carried out where it shows by then", async () => {
  const { outcome, sent } = await sendTo(["lose", 409], { shows: 5_001 });
  assert.ok(outcome instanceof ApiError, "it does not show yet");
  assert.equal(sent, 2);
  let looks = 0;
  const took = () => Promise.resolve(++looks > 5 ? "thing" : undefined);
  assert.deepEqual((await sendTo(["lose", 409], { took })).outcome, { found: "thing" });
});

Deno.test("a lost write that cannot be looked for is doubtful, and not sent again", async () => {
  const { outcome, sent } = await sendTo(["lose"], { looksFail: true });
  assert.ok(outcome instanceof DoubtfulError);
  assert.match(
    outcome.message,
    /"make thing a" was carried out: its answer was lost, and it could not be looked for/,
  );
  assert.equal(sent, 1);
});
