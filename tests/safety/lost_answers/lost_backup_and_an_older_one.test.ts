/**
 * A backup of the same name does not prove a backup whose answer was lost: yesterday's is no evidence.
 */
import assert from "node:assert/strict";
import { backupSteps } from "../../../lib/clouds/openstack/trove/backups/backup_step.ts";
import type { ApiRequest } from "../../../lib/engine/mod.ts";
import { VirtualClock } from "../../../lib/sim/clock.ts";

/** Resumes the backup `nightly`, which was requested a minute ago. Returns what was sent, and what was skipped. */
async function resumed(agesOfOthers: readonly number[]) {
  const clock = new VirtualClock();
  const backups = agesOfOthers.map((age, n) => ({
    id: `b${n}`,
    name: "nightly",
    created: new Date(clock.now() - age).toISOString().slice(0, 19),
  }));
  const sent: string[] = [];
  let skipped: string | undefined;
  await backupSteps.backup("nightly").perform({
    record: { id: "i0", name: "db" } as never,
    member: { id: "i0", name: "db" },
    clock,
    signal: new AbortController().signal,
    doubt: true,
    doubtSince: clock.now() - 60_000,
    send(request: ApiRequest) {
      if (request.method !== "GET") sent.push(`${request.method} ${request.path}`);
      const body = request.method === "GET" ? { backups } : { backup: { id: "new", name: "nightly" } };
      return Promise.resolve({ status: 200, headers: new Headers(), body });
    },
    skip: (why) => skipped = why,
    refresh: () => Promise.resolve({} as never),
    line: () => {},
  });
  return { sent, skipped };
}

Deno.test("yesterday's backup of the same name is no evidence of today's", async () => {
  const { sent, skipped } = await resumed([24 * 3_600_000]);
  assert.deepEqual(sent, ["POST /backups"]);
  assert.equal(skipped, undefined);
});

Deno.test("a backup that was made after the request is what that made", async () => {
  const { sent, skipped } = await resumed([24 * 3_600_000, 30_000]);
  assert.deepEqual(sent, []);
  assert.match(skipped ?? "", /it has a backup nightly/);
});
