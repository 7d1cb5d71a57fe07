/** The command lists, runs and resumes what a user has described, as it does for the clouds. */
import assert from "node:assert/strict";
import { type Farm, serveFarm } from "../../examples/farm_server.ts";
import { main } from "../../lib/command/main.ts";
import { closeHttpClients } from "../../lib/http/client.ts";
import { fileJournal, resume } from "../../lib/muster.ts";

const LIB = new URL("../../lib/", import.meta.url).href;

/** What the command says to a command line, in this process. */
async function said(...typed: string[]) {
  let out = "", err = "";
  const code = await main(typed, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

/** A farm, and the file of a user who has described it. */
async function withFarm(
  name: string,
  work: (file: string, farm: Farm, folder: string) => Promise<void>,
  more = "",
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const farm = serveFarm({ jobs: 9, takes: 20 });
  const file = `${folder}/farm.ts`;
  await Deno.writeTextFile(
    file,
    `import { api, describe, offsetPages } from "${LIB}api/mod.ts";
    export const farm = api("${name}", {
      url: "${farm.url}",
      authorize: (request) => request.headers.set("authorization", "Bearer ${farm.token}"),
    });
    export const jobs = farm.of(describe({
      kind: "job",
      path: "/jobs",
      list: offsetPages({ limit: 50, filters: ["pool"] }),
      columns: ["name", "pool", "phase"],
      state: (job: { id: string; name: string; phase: string; pool: string }) => job.phase,
      states: ["working", "pausing", "paused", "gone"],
      drift: { pausing: ["paused"] },
      actions: {
        pause: { from: ["working"], enters: "pausing" },
        remove: { from: ["paused"], enters: "gone", destructive: true },
      },
    }));
    ${more}`,
  );
  try {
    await work(file, farm, folder);
  } finally {
    closeHttpClients();
    await farm[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("muster ls lists what a file describes, with the columns of its description", async () => {
  await withFarm("ls-farm", async (file) => {
    const listed = await said("ls", "jobs", `--api=${file}`, "--where=pool=blue", "--no-color");
    assert.equal(listed.code, 0, listed.err);
    assert.deepEqual(listed.out.split("\n").slice(0, 2), ["NAME     POOL  PHASE", "scene-0  blue  working"]);
    assert.equal(listed.out.trim().split("\n").length, 4);
    const json = await said("ls", `--api=${file}`, "--json"); // its only kind
    assert.equal(json.out.trim().split("\n").length, 9);
    const wrong = await said("ls", "jbos", `--api=${file}`);
    assert.deepEqual([wrong.code, /there is no kind jbos; did you mean jobs\?/.test(wrong.err)], [2, true]);
    const field = await said("ls", "jobs", `--api=${file}`, "--where=pol=blue");
    assert.equal(field.code, 2, field.err);
    assert.match(field.err, /a job does not have this attribute\. Did you mean pool\?/);
    const tags = await said("ls", "jobs", `--api=${file}`, "pool=blue");
    assert.deepEqual([tags.code, /jobs have no tags: pool=blue/.test(tags.err)], [2, true]);
  });
});

Deno.test("muster do does what is written with what a file exports, and asks as ever", async () => {
  await withFarm("do-farm", async (file, farm) => {
    const writes = () => farm.writes.length;
    const chain = `jobs({ pool: "blue" }).pause().waitUntil("paused", { every: 50 }).remove()`;
    const planned = await said("do", `--api=${file}`, "--plan", "--no-color", chain);
    assert.equal(planned.code, 0, planned.err);
    assert.match(planned.out + planned.err, /cannot be undone/);
    assert.equal(writes(), 0);
    const asked = await said("do", `--api=${file}`, "--no-journal", chain);
    assert.deepEqual([asked.code === 0, writes()], [false, 0]);
    const done = await said("do", `--api=${file}`, "--no-journal", "--yes", "--quiet", chain);
    assert.equal(done.code, 0, done.err);
    assert.equal(farm.writes.filter((one) => one.startsWith("DELETE")).length, 3);
  });
});

Deno.test("a file that cannot be used is told with its name, and nothing is sent", async () => {
  const missing = await said("ls", "jobs", "--api=./nowhere.ts");
  assert.notEqual(missing.code, 0);
  assert.match(missing.err, /Cannot load the file: it does not exist: \.\/nowhere\.ts/);
  await withFarm("dc-farm", async (file) => {
    const taken = await said("do", `--api=${file}`, "dc()");
    assert.equal(taken.code, 2);
    assert.match(taken.err, /it exports dc, which is the name of something else there/);
  }, "export const dc = 1;");
});

Deno.test("completions know the kinds of a file that is named", async () => {
  await withFarm("tab-farm", async (file) => {
    const { out } = await said("completions", "words", "--", "ls", `--api=${file}`, "");
    assert.ok(out.split("\n").includes("jobs"), out);
    assert.ok(!out.includes("machines"));
  });
});

Deno.test("a run on an API of one's own is taken up again from its journal, by the handle of this process", async () => {
  await withFarm("resumed-farm", async (file, { writes }, folder) => {
    const { jobs } = await import(file);
    const path = `${folder}/run.jsonl`;
    const stop = new AbortController();
    const report = await jobs({ pool: "blue" }).pause().waitUntil("paused", { every: 50 }).remove().run({
      journal: fileJournal(path),
      signal: stop.signal,
      throwOnError: false,
      view: false,
      on: (event: { type: string }) => event.type === "waited" && stop.abort("enough"),
    });
    assert.ok(report.succeeded.length < 3);
    const handles = (globalThis as Record<symbol, unknown>)[Symbol.for("muster.handles.1")] as Map<
      string,
      unknown
    >;
    const known = handles.get('api("resumed-farm")');
    handles.delete('api("resumed-farm")');
    await assert.rejects(resume(path), /nothing in this process is api\("resumed-farm"\)\. .*--api=FILE/);
    handles.set('api("resumed-farm")', known);
    await resume(path, { view: false });
    assert.equal(writes.filter((one) => one.startsWith("DELETE")).length, 3);
    assert.equal(writes.length, 6);
  });
});

Deno.test("a task on an API of one's own is planned and run as any other", async () => {
  await withFarm(
    "task-farm",
    async (file, farm) => {
      const planned = await said("plan", file, "--no-color");
      assert.equal(planned.code, 0, planned.err);
      assert.match(planned.out + planned.err, /jobs\(\)\.where\(\{ pool: "blue" \}\)\.pause\(\)/);
      assert.equal(farm.writes.length, 0);
      const done = await said("run", file, "--no-journal", "--quiet");
      assert.equal(done.code, 0, done.err);
      assert.equal(farm.writes.length, 3);
    },
    `
    import { task } from "${LIB}task/task.ts";
    export default task({ description: "Pause", run: () => jobs({ pool: "blue" }).pause() });`,
  );
});
