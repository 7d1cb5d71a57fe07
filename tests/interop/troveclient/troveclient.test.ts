import assert from "node:assert/strict";
import { serveOpenStack } from "../../../lib/sim/openstack/mod.ts";

const PYTHON = "/usr/bin/python3";
const OPENSTACK = "/usr/bin/openstack";

/** Why a client of Debian's cannot be run here; undefined when it can. */
async function missing(command: string, args: string[], name: string): Promise<string | undefined> {
  const run = await Deno.permissions.query({ name: "run", command });
  if (run.state !== "granted") return `--allow-run=${command} is not granted`;
  try {
    const check = new Deno.Command(command, { args, stdout: "null", stderr: "null" });
    if ((await check.output()).success) return undefined;
  } catch { /* no such command */ }
  return `${name} is not installed`;
}

const say = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
const noPython = await missing(PYTHON, ["-c", "import troveclient"], "python3-troveclient");
const noCommand = noPython ?? await missing(OPENSTACK, ["--version"], "python3-openstackclient");
if (noPython !== undefined) say(`skipped: python-troveclient against the simulator, as ${noPython}`);
if (noCommand !== undefined) say(`skipped: the openstack command against the simulator, as ${noCommand}`);

interface Row {
  what: string;
  ok: boolean;
  got: string;
}

function printTable(title: string, rows: readonly Row[]): void {
  say(`${title}: ${rows.filter((row) => row.ok).length} of ${rows.length} as expected`);
  for (const { what, ok, got } of rows) say(`  ${ok ? "ok  " : "FAIL"} ${what.padEnd(44)} ${got}`);
}

async function run(command: string, args: string[], env: Record<string, string>) {
  const child = new Deno.Command(command, { args, env, clearEnv: true, stdout: "piped", stderr: "piped" });
  const { success, stdout, stderr } = await child.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { success, out, err };
}

// Faster than life, but slow enough for a token to outlast the test.
const SPEED = { speed: 2000, tokenTtl: 1e12 };
const PLAIN = { PATH: "/usr/bin:/bin", HOME: "/nonexistent", LANG: "C.UTF-8" };

Deno.test({
  name: "Debian's python-troveclient works with the simulator",
  ignore: noPython !== undefined,
  async fn() {
    const served = await serveOpenStack(SPEED);
    try {
      const script = new URL("troveclient_drive.py", import.meta.url).pathname;
      const { out, err } = await run(PYTHON, [script], { ...PLAIN, ...served.environment });
      const rows: Row[] = out.trim().split("\n").filter((line) => line !== "").map((line) =>
        JSON.parse(line)
      );
      printTable("python-troveclient", rows);
      assert.deepEqual(rows.filter((row) => !row.ok), []);
      assert.ok(rows.length > 90, `it ended early: ${err}`);
    } finally {
      await served.close();
    }
  },
});

/** Command, and what its output must have. */
const COMMANDS: readonly (readonly [string, RegExp])[] = [
  ["token issue -f json", /"project_id"/],
  ["database instance list -f json", /"Name": "prod-billing"/],
  ["database instance show prod-billing -f json", /"operating_status": "HEALTHY"/],
  [
    "database instance create by-openstack --flavor 1 --size 1 --datastore mysql --datastore-version 5.7.29 " +
    "--nic net-id=11111111-1111-1111-1111-111111111111 -f json",
    /"status": "BUILD"/,
  ],
  ["database instance restart prod-orders-1", /^$/],
  ["database db list prod-orders-2 -f json", /"orders"/],
  ["database user list prod-orders-2 -f json", /"app"/],
  ["database root show prod-orders-2 -f json", /rootEnabled|is_root_enabled/],
  ["database flavor list -f json", /"m1.tiny"/],
  ["database limit list -f json", /max_instances|Verb/i],
  ["datastore list -f json", /"postgresql"/],
  ["database backup list -f json", /\[\]/],
  ["database configuration list -f json", /\[\]/],
];

Deno.test({
  name: "Debian's openstack command works with the simulator",
  ignore: noCommand !== undefined,
  async fn() {
    const served = await serveOpenStack(SPEED);
    try {
      const rows: Row[] = [];
      for (const [command, wanted] of COMMANDS) {
        const { success, out, err } = await run(OPENSTACK, command.split(" "), {
          ...PLAIN,
          ...served.environment,
        });
        const got = (success ? out : err).trim().replaceAll(/\s+/g, " ").replace(/gAAAA\w+/, "…").slice(
          0,
          90,
        );
        rows.push({ what: command.slice(0, 44), ok: success && wanted.test(out.trim()), got });
      }
      printTable("openstack", rows);
      assert.deepEqual(rows.filter((row) => !row.ok), []);
    } finally {
      await served.close();
    }
  },
});
