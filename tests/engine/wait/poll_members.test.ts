/**
 * The requests with which members are polled.
 */
import assert from "node:assert/strict";
import { ApiError, ThrottledError, TransportError } from "../../../lib/engine/errors.ts";
import { isRefusal, MemberPoller } from "../../../lib/engine/wait/poll_members.ts";
import { Farm } from "../farm.ts";
import { job } from "../job.ts";

const POOL = JSON.stringify({ pool: "blue" });
/** Polls these, and returns what was found and with which requests. */
async function looked(
  guesses: Readonly<Record<string, number>>,
  wanted: readonly (readonly [string, string])[],
) {
  const farm = new Farm(6), found: string[] = [];
  const poller = new MemberPoller(farm, job, (id) => found.push(id));
  for (const [key, pages] of Object.entries(guesses)) poller.guess(key, pages);
  const unseen = await poller.look(wanted.map(([id, key]) => ({ id, key })), () => {});
  const asked = farm.requests.map(({ path, query }) => query ? `${path} ${query.pool ?? "all"}` : path);
  return { found: found.filter((id) => wanted.some(([one]) => one === id)).sort(), asked, unseen };
}

Deno.test("a refusal is what the server says of one request: not that it is slow, broken or busy", () => {
  const status = (status: number) => new ApiError("no", { status, code: "No", request: "GET /" });
  assert.deepEqual([400, 403, 404, 409, 499].map((one) => isRefusal(status(one))), Array(5).fill(true));
  assert.deepEqual([408, 500, 503].map((one) => isRefusal(status(one))), [false, false, false]);
  assert.equal(isRefusal(new TransportError("gone", "unknown")), false);
  assert.ok(new ThrottledError("slow", { status: 429, code: "Slow", request: "GET /" }) instanceof ApiError);
  assert.equal(isRefusal(new ThrottledError("slow", { status: 429, code: "Slow", request: "GET /" })), false);
});

Deno.test("members of one query are looked at by its list, not by a list of everything that is as short", async () => {
  const { found, asked } = await looked({ "{}": 1, [POOL]: 1 }, [["j0", POOL], ["j1", POOL], ["j2", POOL]]);
  assert.deepEqual([found, asked], [["j0", "j1", "j2"], ["/jobs blue"]]);
});

Deno.test("members of several queries are looked at by one list of everything, where that is as short", async () => {
  const { found, asked, unseen } = await looked({ "{}": 1, [POOL]: 1 }, [
    ["j0", POOL],
    ["j1", POOL],
    ["j2", "{}"],
    ["j3", "{}"],
  ]);
  assert.deepEqual([found, asked, unseen], [["j0", "j1", "j2", "j3"], ["/jobs all"], []]);
});
