import assert from "node:assert/strict";
import { dc, resume } from "../../lib/muster.ts";
import { systemClock } from "../../lib/engine/time/clock.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { CommandBox, tests } from "./command.ts";

/**
 * The longest time until a write shows in this datacenter and the network has delivered everything in flight, in
 * milliseconds.
 */
const SETTLED = 400;
/** By this clock the run was cut off a minute ago, so that what does not show by now is not waited for. */
const later = { ...systemClock, now: () => systemClock.now() + 60_000 };

async function journalOf(box: CommandBox): Promise<string | undefined> {
  try {
    for await (const { name } of Deno.readDir(`${box.home}/state/runs`)) {
      return `${box.home}/state/runs/${name}`;
    }
  } catch {
    return undefined;
  }
}

/** Waits until the journal has this many lines, or the process has ended. */
async function grown(box: CommandBox, lines: number, ended: () => boolean): Promise<number> {
  for (;;) {
    const path = await journalOf(box);
    const count = path === undefined ? 0 : (await Deno.readTextFile(path)).split("\n").length - 1;
    if (count >= lines || ended()) return count;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

Deno.test("a process killed in the middle of stop, wait and delete of fifty machines is taken up: each write once", async () => {
  let cut = 0;
  for (const at of [3, 20, 52, 75, 110, 150, 190, 240]) {
    await using box = await CommandBox.make({ machines: tests(50), seed: at, lag: { min: 0, max: 50 } });
    const { server, home } = box;
    const child = box.start(["run", "cull", `--dc=${server.url}`, "--type=test", "--expect=50"]);
    let over = false;
    const output = child.output().finally(() => over = true);
    const lines = await grown(box, at + Math.floor(Math.random() * 10), () => over);
    if (!over) child.kill("SIGKILL");
    const { code, stderr } = await output;
    if (code !== 0) cut++;
    const path = await journalOf(box);
    assert.ok(path, new TextDecoder().decode(stderr));
    const journal = await Deno.readTextFile(path);
    if (journal.includes('"ended"')) continue;
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
    // Its first lines are the plan and what of it may be destroyed: before them nothing was sent.
    const handle = dc({
      url: server.url,
      account: "sim",
      keyPath: `${home}/.ssh/id_ed25519`,
      clock: later,
    });
    const report = await resume(path, { handles: [handle], view: false, throwOnError: false });
    const where = `killed at line ${lines}`;
    assert.equal(report.failed.length + report.interrupted.length, 0, `${where}: ${report}`);
    const done = new Map<string, number>();
    for (const { id } of server.sim.machines()) {
      const writes = server.sim.executions(id).map(({ action }) => action).join();
      done.set(writes, (done.get(writes) ?? 0) + 1);
    }
    assert.deepEqual([...done], [["stop,destroy", 50]], where);
  }
  closeHttpClients();
  assert.ok(cut >= 6, `only ${cut} of 8 were killed before their end`);
});

Deno.test("two Ctrl-C leave at once, and how to go on is said all the same", async () => {
  await using box = await CommandBox.make({ machines: tests(3) });
  const { server } = box;
  server.sim.faults.add({ do: "black-hole", when: (request) => request.method === "POST" });
  const child = box.start(["run", "cull", `--dc=${server.url}`, "--type=test"]);
  const output = child.output();
  let over = false;
  output.then(() => over = true);
  // In the journal a write is there before it is on its way.
  const { struck } = server.sim.faults;
  while (!((struck["black-hole"] ?? 0) >= 3) && !over) await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 300)); // notified, and still waiting for what is in flight
  assert.equal(over, false);
  child.kill("SIGINT");
  const { code, stderr } = await output;
  const said = new TextDecoder().decode(stderr);
  assert.equal(code, 130, said);
  assert.match(said, /Ctrl-C again\s+leaves at once/);
  assert.match(said, /\d running, stop not answered: test-/);
  assert.match(said, /to do what is left: muster resume last\n$/);
});
