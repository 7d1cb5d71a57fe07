/**
 * The official command lines against the simulator. If they fail, the simulator is wrong.
 *
 * Run with MUSTER_INTEROP_DIR set to a folder outside the checkout to install them once only.
 */
import assert from "node:assert/strict";
import { makeTemporaryHome, serve } from "../../../lib/sim/mod.ts";
import { foreignClients } from "../foreign_clients.ts";

/** A command line; `expect`: what its output must contain; `fails`: it must be refused, with these words. */
interface Step {
  line: string;
  expect?: string | RegExp;
  fails?: string | RegExp;
}

const triton = (line: string, expect?: string | RegExp): Step => ({
  line: `triton ${line}`,
  ...(expect === undefined ? {} : { expect }),
});
const refused = (line: string, fails: string | RegExp): Step => ({ line: `triton ${line}`, fails });

const TRITON: Step[] = [
  triton("info", "login: sim"),
  triton("account get", "login: sim"),
  triton("account update phone=5551234", "phone"),
  triton("account limits"),
  triton("datacenters", "sim-1"),
  triton("services", "cloudapi"),
  triton("inst ls", "bastion"),
  triton("inst ls -j tag.type=web", "web-03"),
  triton("inst ls state=stopped", "test-35"),
  triton("inst create -w -n one -t role=web -m k=v base-64-lts g4-highcpu-1G", "Created instance one"),
  refused("inst create -n one base-64-lts g4-highcpu-1G", "Invalid machine name"),
  triton("inst get one", '"role": "web"'),
  triton("inst ip one", "198.18."),
  triton("inst stop -w one", "Stop instance one"),
  refused("inst stop one", "Cannot stop"),
  triton("inst start -w one", "Start instance one"),
  triton("inst reboot -w one", "Rebooted instance one"),
  triton("inst wait -s running one", "already running"),
  triton("inst rename -w one two", "Renamed"),
  triton("inst resize -w two sample-2G", "Resized"),
  triton("inst enable-firewall -w two", "Enabled firewall"),
  triton("inst disable-firewall -w two", "Disabled firewall"),
  triton("inst enable-deletion-protection -w two", "Enabled deletion protection"),
  refused("inst rm -f two", "deletion_protection"),
  triton("inst disable-deletion-protection -w two", "Disabled deletion protection"),
  triton("inst audit two", /rename\s+yes/),
  triton("inst tag set -w two a=1 b=two", '"b": "two"'),
  triton("inst tag ls two", '"a": 1'),
  triton("inst tag get two b", "two"),
  triton("inst tag replace-all -w two c=x", '"c": "x"'),
  triton("inst tag delete -w two c", "Deleted tag c"),
  triton("inst metadata set -w two k2=v2", '"k2": "v2"'),
  triton("inst metadata ls two", '"k": "v"'),
  triton("inst metadata get two k2", "v2"),
  triton("inst metadata delete -f two k2", "Deleted metadata"),
  triton("inst snapshot create -w -n s1 two", 'Created snapshot "s1"'),
  triton("inst snapshot ls two", /s1\s+created/),
  triton("inst snapshot get two s1", '"created"'),
  triton("inst stop -w two"),
  triton("inst start -w --snapshot=s1 two"),
  triton("inst snapshot delete -w -f two s1", 'Deleted snapshot "s1"'),
  triton("inst nic create -w two backend", "Created NIC"),
  triton("inst nic ls two", "192.168.128."),
  triton("inst nic get two 90:b8:d0:c0:00:02", "192.168.128."),
  triton("inst nic delete -f two 90:b8:d0:c0:00:02", "Deleted NIC"),
  triton("inst disk ls db-00", "0:4:0"),
  triton("inst disk get db-00 DISK", '"boot": false'),
  triton("inst disable-deletion-protection -w db-00"),
  triton("inst stop -w db-00"),
  triton("inst disk delete -w db-00 DISK"),
  triton("inst disk add -w db-00 1024"),
  triton("inst disk resize -w db-00 DISK 2048"),
  triton("inst rm -w -f db-00", "Delete instance db-00"),
  triton("img ls", "base-64-lts"),
  triton("img ls -a name=base-64-lts", "21.4.1"),
  triton("img get base-64-lts", "23.4.0"),
  triton("inst stop -w two"),
  triton("img create -w two custom 1.0.0", "Created image"),
  triton("img update custom homepage=http://example.com", "Updated image"),
  triton("img tag custom role=mine", "role"),
  triton("img delete -f custom", "Deleted image"),
  triton("pkg ls", "g4-highcpu-1G"),
  triton("pkg ls name=g4-highcpu-1G", "g4-highcpu-1G"),
  triton("pkg get g4-highcpu-1G", '"memory": 1024'),
  triton("network ls", "My-Fabric-Network"),
  triton("network get external", '"public": true'),
  triton("network ip ls My-Fabric-Network", "10.64.0.10"),
  triton("network ip get My-Fabric-Network 10.64.0.10", '"reserved": false'),
  triton("network ip update My-Fabric-Network 10.64.0.10 reserved=true", "Updated network"),
  triton("vlan ls", "My-Fabric-VLAN"),
  triton("vlan create -n lab 7", "Created vlan"),
  triton("vlan get 7", '"name": "lab"'),
  triton(
    "network create -n labnet -s 10.50.0.0/24 -S 10.50.0.10 -E 10.50.0.200 -x 7",
    "Created network labnet",
  ),
  triton("vlan networks 7", "labnet"),
  triton("network delete labnet", "Deleted network labnet"),
  triton("vlan delete 7", "Deleted vlan 7"),
  triton("network get-default", '"id"'),
  triton("key ls", "muster-sim"),
  triton("key get muster-sim", "ssh-rsa"),
  triton("key add -n other KEYFILE", 'Added key "other"'),
  triton("key delete -y other", 'Deleted key "other"'),
  triton(
    'fwrule create -D hello "FROM any TO tag \\"type\\" = \\"web\\" ALLOW tcp PORT 80"',
    "Created firewall rule",
  ),
  triton("fwrule ls", "PORT 80"),
  triton("fwrule get RULE", "PORT 80"),
  triton("fwrule instances RULE", "web-03"),
  triton("inst fwrules web-03", "PORT 80"),
  triton("fwrule disable RULE", "Disabled firewall rule"),
  triton("fwrule enable RULE", "Enabled firewall rule"),
  triton("fwrule update RULE description=bye", "Updated firewall rule"),
  triton("fwrule delete -f RULE", "Deleted rule"),
  triton("volume sizes", "10G"),
  triton("volume create -w -n vol1 -t tritonnfs -s 10G", "Created volume vol1"),
  triton("volume ls", /vol1.*ready/),
  triton("volume get vol1", "tritonnfs"),
  triton("volume delete -w -f vol1", "Deleted volume vol1"),
  triton("inst migration list"),
  triton("inst migration begin two"),
  triton("inst migration get two", /begin\s+successful/),
  triton("rbac info", "users"),
  triton("rbac users"),
  triton("cloudapi /my/machines?limit=1", '"id"'),
  triton("inst rm -w -f two", "Delete instance two"),
  refused("inst get two", "no instance with name"),
];

const smartdc = (line: string, expect?: string | RegExp): Step => ({
  line: `sdc-${line}`,
  ...(expect === undefined ? {} : { expect }),
});

const SMARTDC: Step[] = [
  smartdc("getaccount", '"login": "sim"'),
  smartdc("info /sim/machines"),
  smartdc("listdatacenters", "sim-1"),
  smartdc("listmachines", "bastion"),
  smartdc("listimages", "base-64-lts"),
  smartdc("getimage IMAGE", "base-64-lts"),
  smartdc("listpackages", "g4-highcpu-1G"),
  smartdc("getpackage g4-highcpu-1G", '"memory": 1024'),
  smartdc("listnetworks", "external"),
  smartdc("getnetwork NETWORK", "external"),
  smartdc("listkeys", "muster-sim"),
  smartdc("createkey --name=third KEYFILE", '"name": "third"'),
  smartdc("getkey third", "ssh-ed25519"),
  smartdc("deletekey third"),
  smartdc(
    "createmachine --name=old --image=IMAGE --package=PACKAGE --tag=role=web",
    '"state": "provisioning"',
  ),
  smartdc("getmachine MACHINE", '"name": "old"'),
  { line: "wait running" },
  smartdc("listmachinetags MACHINE", '"role": "web"'),
  smartdc("addmachinetags --tag=x=y MACHINE", '"x": "y"'),
  { line: "wait settled" },
  smartdc("getmachinetag --tag=x MACHINE", "y"),
  smartdc("deletemachinetag --tag=x MACHINE"),
  smartdc("updatemachinemetadata --metadata=k=v MACHINE", '"k": "v"'),
  { line: "wait settled" },
  smartdc("getmachinemetadata --metadata=k MACHINE", "v"),
  smartdc("listmachinemetadata MACHINE", '"k": "v"'),
  smartdc("deletemachinemetadata --metadata=k MACHINE"),
  smartdc("createmachinesnapshot --name=s1 MACHINE", '"state": "queued"'),
  { line: "wait settled" },
  smartdc("listmachinesnapshots MACHINE", '"created"'),
  smartdc("getmachinesnapshot --snapshot=s1 MACHINE", '"created"'),
  smartdc("renamemachine --name=older MACHINE"),
  smartdc("resizemachine --package=PACKAGE2 MACHINE"),
  smartdc("enablemachinefirewall MACHINE"),
  { line: "wait settled" },
  smartdc("stopmachine MACHINE"),
  { line: "wait stopped" },
  smartdc("startmachinefromsnapshot --snapshot=s1 MACHINE"),
  { line: "wait running" },
  smartdc("deletemachinesnapshot --snapshot=s1 MACHINE"),
  smartdc("rebootmachine MACHINE"),
  { line: "wait settled" },
  smartdc("getmachineaudit MACHINE", '"reboot"'),
  smartdc("createfirewallrule --rule=RULETEXT", '"rule"'),
  smartdc("listfirewallrules", "PORT 80"),
  smartdc("listfirewallrulemachines RULE", "web-03"),
  smartdc("deletefirewallrule RULE"),
  smartdc("nics list MACHINE", "198.18."),
  smartdc("fabric vlan list", "My-Fabric-VLAN"),
  smartdc("user list"),
  smartdc("role list"),
  smartdc("policy list"),
  smartdc("deletemachine MACHINE"),
  { line: "wait deleted" },
];

/** Words of a command line; double quotes hold together, `\"` is a quote. */
function words(line: string): string[] {
  return (line.match(/(?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+/g) ?? []).map((word) =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|\\(.)/g,
      (_, quoted, escaped) => quoted === undefined ? escaped : quoted.replace(/\\(.)/g, "$1"),
    )
  );
}

async function play(steps: Step[], title: string, t: Deno.TestContext): Promise<void> {
  const clients = await foreignClients();
  if (typeof clients === "string") {
    Deno.stderr.writeSync(new TextEncoder().encode(`  skipped: ${clients}\n`));
    return;
  }
  const home = await makeTemporaryHome("rsa");
  const another = await makeTemporaryHome();
  const { url, sim, close } = await serve({
    account: "sim",
    keys: [home.publicKey],
    throttle: false,
    speed: 40,
    machines: (await import("../../../lib/sim/mod.ts")).showcase(),
  });
  const table: string[] = [];
  const failed: string[] = [];
  let machine = "";
  let rule = "";
  try {
    for (const step of steps) {
      if (step.line.startsWith("wait ")) {
        await until(() => settled(sim, machine, step.line.slice(5)), step.line);
        continue;
      }
      const named = (name: string) => sim.world.images.findLast((each) => each.name === name)!.id;
      const pkg = (name: string) => sim.world.packages.find((each) => each.name === name)!.id;
      const [name, ...args] = words(step.line).map((word) =>
        word.replace("RULETEXT", 'FROM any TO tag "type" = "web" ALLOW tcp PORT 80')
          .replace("DISK", diskOf(sim)).replace("KEYFILE", `${another.keyPath}.pub`).replace("RULE", rule)
          .replace("MACHINE", machine)
          .replace("IMAGE", named("base-64-lts")).replace("PACKAGE2", pkg("sample-2G"))
          .replace("PACKAGE", pkg("g4-highcpu-1G")).replace("NETWORK", sim.world.networks[0]!.id)
      );
      const [command, first] = name === "triton"
        ? [`${clients.bin}/triton`, []]
        : ["node", [`${clients.smartdc}/${name}`]];
      const { code, stdout, stderr } = await new Deno.Command(command, {
        args: [...first, ...args],
        clearEnv: true,
        env: {
          PATH: Deno.env.get("PATH")!,
          HOME: home.path,
          TRITON_URL: url,
          TRITON_ACCOUNT: "sim",
          TRITON_KEY_ID: home.keyId,
          SDC_URL: url,
          SDC_ACCOUNT: "sim",
          SDC_KEY_ID: home.keyId,
        },
        stdin: "null",
        signal: AbortSignal.timeout(60_000),
      }).output();
      const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      machine = name === "sdc-createmachine" ? /"id": "([^"]+)"/.exec(output)?.[1] ?? "" : machine;
      rule = sim.account.rules.at(-1)?.id ?? rule;
      const wanted = step.fails ?? step.expect ?? "";
      const fits = typeof wanted === "string" ? output.includes(wanted) : wanted.test(output);
      const good = fits && (step.fails === undefined ? code === 0 : code !== 0);
      const outcome = good ? step.fails === undefined ? "ok" : "refused, rightly" : `WRONG (${code})`;
      table.push(`  ${step.line.padEnd(76)} ${outcome}`);
      if (!good) failed.push(`${step.line}: exit ${code}, wanted ${wanted}\n${output.slice(0, 1500)}`);
    }
  } finally {
    await close();
    await home.remove();
    await another.remove();
    await clients.remove();
  }
  await t.step(`${title}: ${table.length} commands`, () => {
    Deno.stderr.writeSync(new TextEncoder().encode(table.join("\n") + "\n"));
    assert.deepEqual(failed, []);
  });
}

type Sim = Awaited<ReturnType<typeof serve>>["sim"];

/** The last disk of the bhyve machine that the commands are about. */
function diskOf(sim: Sim): string {
  return [...sim.account.machines.all()].find(({ name }) => name === "db-00")?.disks.at(-1)?.id ?? "";
}

function settled(sim: Sim, id: string, state: string): boolean {
  const machine = sim.account.machines.get(id);
  sim.world.agenda.settle();
  if (machine === undefined) return false;
  if (state === "settled") return machine.jobs.every(({ finished }) => finished !== undefined);
  return sim.machine(id)?.state === state;
}

async function until(test: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (test()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`timed out: ${what}`);
}

async function watchChanges(): Promise<void> {
  const clients = await foreignClients();
  if (typeof clients === "string") return;
  const home = await makeTemporaryHome();
  const { url, sim, close } = await serve({
    account: "sim",
    keys: [home.publicKey],
    speed: 40,
    machines: [{ name: "watched" }],
  });
  const child = new Deno.Command(`${clients.bin}/triton`, {
    args: ["changefeed", "-j"],
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH")!,
      HOME: home.path,
      TRITON_URL: url,
      TRITON_ACCOUNT: "sim",
      TRITON_KEY_ID: home.keyId,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  try {
    await until(() => sim.requests.byRoute.changefeed === 1, "the subscription");
    const id = sim.machines()[0]!.id;
    // The subscription is a frame of its own, which may take a moment.
    await until(() => {
      sim.change(id, { tags: { touched: String(text.length) } });
      return text.includes(id) && text.includes("touched");
    }, "a pushed change");
  } finally {
    child.kill();
    await child.status;
    await reading;
    await close();
    await home.remove();
    await clients.remove();
  }
}

Deno.test("`triton changefeed` is told of changes", watchChanges);
Deno.test("the official command line `triton` gets along with the simulator", (t) =>
  play(TRITON, "triton", t));
Deno.test("the older official command lines `sdc-*` get along with the simulator", (t) =>
  play(SMARTDC, "sdc", t));
