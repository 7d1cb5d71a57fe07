import assert from "node:assert/strict";
import { makeTemporaryHome, serve } from "../../../lib/sim/mod.ts";
import { tests } from "../../e2e/command.ts";

const ROOT = new URL("../../../", import.meta.url);
const PYTHON = "/usr/bin/python3";
const DRIVE = new URL("notebook_drive.py", import.meta.url).pathname;

/** Why no notebook can be executed here; undefined when one can. */
async function missing(): Promise<string | undefined> {
  const run = await Deno.permissions.query({ name: "run", command: PYTHON });
  if (run.state !== "granted") return `--allow-run=${PYTHON} is not granted`;
  try {
    const args = ["-c", "import jupyter_client"];
    if ((await new Deno.Command(PYTHON, { args, stdout: "null", stderr: "null" }).output()).success) return;
  } catch { /* no such command */ }
  return "python3-jupyter-client is not installed";
}

const reason = await missing();
if (reason !== undefined) {
  Deno.stderr.writeSync(
    new TextEncoder().encode(`skipped: a real notebook with Deno's kernel, as ${reason}\n`),
  );
}

/** A message that a cell had shown. */
interface Shown {
  type: string;
  data?: Record<string, string>;
  ename?: string;
  evalue?: string;
  text?: string;
}

/** The project's files by URL, as a notebook has them. */
function serveFiles() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const bytes = await Deno.readFile(new URL(`.${pathname}`, ROOT)).catch(() => undefined);
    return new Response(bytes ?? null, {
      status: bytes ? 200 : 404,
      headers: { "content-type": pathname.endsWith(".js") ? "text/javascript" : "application/typescript" },
    });
  });
}

Deno.test({
  name: "in a real notebook a chain shows itself, a run is drawn as it goes on, and a rail refuses",
  ignore: reason !== undefined,
  async fn() {
    const scratch = await makeTemporaryHome();
    const files = serveFiles();
    const server = await serve({
      machines: tests(30),
      account: "sim",
      keys: [scratch.publicKey],
      throttle: false,
      transition: { min: 2500, max: 2500 },
      slowness: () => 1,
    });
    try {
      const env = {
        HOME: scratch.path,
        PATH: Deno.env.get("PATH") ?? "",
        DENO_DIR: `${scratch.path}/deno`,
        NO_COLOR: "1",
        MUSTER_URL: server.url,
        MUSTER_ACCOUNT: "sim",
        MUSTER_KEY_ID: scratch.keyId,
        MUSTER_KEY_PATH: scratch.keyPath,
      };
      const options = { clearEnv: true, env, cwd: scratch.path } as const;
      const install = new Deno.Command(Deno.execPath(), { ...options, args: ["jupyter", "--install"] });
      const installed = await install.output();
      assert.ok(installed.success, new TextDecoder().decode(installed.stderr));
      const cells = [
        `import { dc } from "http://127.0.0.1:${files.addr.port}/mod.ts";`,
        `dc().machines({ type: "test" }).stop().waitUntil("stopped").delete()`,
        `await dc().machines({ type: "test" }).stop().plan()`,
        `await dc().machines({ type: "test" }).delete()`,
        `await dc().machines({ type: "test" }).stop().waitUntil("stopped")`,
        `await dc("sim").machines({ type: "web" }).count()`,
      ];
      const driving = new Deno.Command(PYTHON, {
        ...options,
        args: [DRIVE],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const input = driving.stdin.getWriter();
      await input.write(new TextEncoder().encode(JSON.stringify({ cells })));
      await input.close();
      const { success, stdout, stderr } = await driving.output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const [, shown, planned, refused, done, simulated] = JSON.parse(
        new TextDecoder().decode(stdout),
      ) as Shown[][];
      const one = (messages: Shown[] | undefined, type: string) =>
        messages!.find((each) => each.type === type)!;
      const value = one(shown, "execute_result").data!["text/plain"]!;
      assert.match(value, /3\. {2}delete\(\) +cannot be undone[\s\S]*Not run yet\. Await it/);
      assert.match(
        one(planned, "execute_result").data!["text/html"]!,
        /30 machines in .*nothing has been changed/,
      );
      const { ename, evalue } = one(refused, "error");
      assert.equal(ename, "ConfirmationRequiredError");
      assert.match(evalue!, /Nothing was sent\. To allow it, add \.max\(30\)/);
      // The display was drawn while the run went on, and is one line in the end; the report is the cell's value.
      const drawn = done!.filter(({ type }) => type.endsWith("display_data"));
      assert.equal(drawn[0]!.type, "display_data");
      assert.match(drawn[0]!.data!["text/plain"]!, /0 of 30 machines done\nstopping 30/);
      assert.deepEqual([...new Set(drawn.slice(1).map(({ type }) => type))], ["update_display_data"]);
      assert.match(drawn.at(-1)!.data!["text/plain"]!, /^muster: 30 succeeded in [^\n]*$/);
      assert.match(one(done, "execute_result").data!["text/html"]!, /running → stopping → stopped<\/td>/);
      assert.match(one(simulated, "stream").text!, /nothing real is touched/);
      assert.equal(one(simulated, "execute_result").data!["text/plain"], "12");
      const { writes } = server.sim;
      assert.equal(writes.length, 30); // the stops of the one cell that awaited them, and no delete
    } finally {
      await Promise.all([files.shutdown(), server.close()]);
      await scratch.remove();
    }
  },
});
