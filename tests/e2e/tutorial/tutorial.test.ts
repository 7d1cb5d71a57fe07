/**
 * The tutorial of Python's smartdc, from its first line to its last, done with muster against the simulator. Prints
 * which line of ours replaced which of its lines.
 *
 * Its lines over SSH are walked against a real sshd; without one they are skipped, and the test says so.
 */
import assert from "node:assert/strict";
import { type Datacenter, dc, type Image, type Report } from "../../../mod.ts";
import { simulatedDatacenter } from "../../../lib/sim/mod.ts";
import { noSshd, startSshd, user } from "../../ssh/sshd.ts";

interface Step {
  /** Lines of the tutorial. */
  theirs: string;
  /** What does that here. */
  ours: string;
  /** Does it and checks what came of it; absent for what needs a real sshd. */
  walk?: () => Promise<void> | void;
}

/** A step that needs a real sshd. */
const onSshd = (walk: () => Promise<void>) => noSshd ? {} : { walk };

Deno.test("everything the tutorial of py-smartdc does is done here, line by line", async (t) => {
  const machines = Array.from({ length: 14 }, (_, n) => ({
    name: n < 12 ? `test-${n}` : `prod-${n}`,
    tags: { type: n < 12 ? "test" : "prod" },
    state: n === 3 ? "stopped" : "running",
  }));
  const { fetch, clock, keyId, privateKey, url, sim } = await simulatedDatacenter({
    account: "test",
    datacenter: "us-east-1",
    machines,
  });
  const folder = await Deno.makeTempDir();
  // Stands for the machine: `pkgin` is a script there, and the boot script has left its mark.
  const sshd = noSshd ? undefined : await startSshd();
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(
    `${folder}/bin/pkgin`,
    "#!/bin/sh\nprintf 'zlib-1.2  General purpose compression\\ngit-2.4   Version control\\n'\n",
    { mode: 0o755 },
  );
  const ssh = {
    accept: "new" as const,
    knownHosts: `${folder}/known_hosts`,
    agent: false as const,
    address: () => "127.0.0.1",
    user,
    ...(sshd ? { port: sshd.port, key: sshd.key } : {}),
  };
  const keyPath = `${folder}/id_ed25519`;
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)).toBase64();
  await Deno.writeTextFile(keyPath, `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`);
  await Deno.chmod(keyPath, 0o600);
  const script = `${folder}/test-script.sh`;

  let sdc!: Datacenter;
  let east!: Datacenter;
  let latest64!: Image;
  let made!: ReturnType<Datacenter["createMachine"]>;
  let created!: string;
  let report!: Report;
  // The `debug` lines are checked, not shown.
  const echoed: string[] = [];
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (bytes) => (echoed.push(new TextDecoder().decode(bytes)), bytes.length);
  const test = () => east.machines({ type: "test" });

  const steps: Step[] = [
    {
      theirs: `from smartdc import DataCenter, DEBUG_CONFIG`,
      ours: `import { dc } from "@muster/muster";`,
      walk: () => assert.equal(typeof dc, "function"),
    },
    {
      theirs:
        `sdc = DataCenter(location='us-sw-1', key_id='/test/keys/test_key', secret='~/.ssh/id_rsa', config=DEBUG_CONFIG)`,
      ours:
        `const sdc = dc({ name: "us-sw-1", keyId: "/test/keys/test_key", keyPath: "~/.ssh/id_rsa", debug: true });`,
      walk() {
        sdc = dc({
          url,
          account: "test",
          keyId: `/test/keys/${keyId}`,
          keyPath,
          debug: true,
          fetch: fetch as typeof globalThis.fetch,
          clock,
        });
        assert.equal(sim.log.length, 0, "nothing is sent yet");
      },
    },
    {
      theirs: `sdc.keys()`,
      ours: `await sdc.keys();`,
      async walk() {
        assert.equal((await sdc.keys())[0]!.fingerprint, keyId);
        assert.match(echoed[0]!, /^muster: GET https:\/\/sim\.invalid\/my\/keys 200 /);
      },
    },
    {
      theirs: `east = sdc.datacenter('us-east-1')`,
      ours: `const east = sdc.datacenter("us-east-1");`,
      async walk() {
        east = sdc.datacenter("us-east-1");
        assert.equal((await east.account()).login, "test");
      },
    },
    {
      theirs:
        `with open('./test-script.sh', 'w') as f: f.write('#!/usr/bin/sh\\n\\ntouch /home/admin/FTW\\n')`,
      ours: `await Deno.writeTextFile("test-script.sh", "#!/usr/bin/sh\\n\\ntouch /home/admin/FTW\\n");`,
      walk: () => Deno.writeTextFile(script, "#!/usr/bin/sh\n\ntouch /home/admin/FTW\n"),
    },
    {
      theirs: `east.datasets()`,
      ours: `await east.images();`,
      async walk() {
        assert.ok((await east.images()).length > 5);
      },
    },
    {
      theirs: `latest64 = east.dataset('sdc:sdc:smartos64:')`,
      ours: `const latest64 = await east.newestImage("base-64-lts");`,
      async walk() {
        latest64 = await east.newestImage("base-64-lts");
        const all = await east.images("base-64-lts");
        assert.ok(all.every((image) => image.published_at <= latest64.published_at));
      },
    },
    {
      theirs: `east.default_package()`,
      ours: `await east.defaultPackage();`,
      async walk() {
        // No datacenter has a default package since CloudAPI 8. muster lists packages, where py-smartdc returns None.
        await assert.rejects(east.defaultPackage(), /Name one of its \d+ packages, such as/);
      },
    },
    {
      theirs: `sdc.packages('high[- ]cpu')`,
      ours: `await sdc.packages(/high[- ]?cpu/);`,
      async walk() {
        const found = await sdc.packages(/high[- ]?cpu/);
        assert.ok(found.length > 3 && found.every((one) => one.name.includes("highcpu")));
      },
    },
    {
      theirs: `east.datasets('smartos(64)?:')`,
      ours: `await east.images(/smartos(64)?:/);`,
      async walk() {
        assert.deepEqual((await east.images(/smartos(64)?:/)).map((image) => image.name), ["smartos"]);
      },
    },
    {
      theirs:
        `test_machine = east.create_machine(name='test-machine', dataset=latest64, package='Small 1GB', boot_script='./test-script.sh', tags={'type':'test'})`,
      ours:
        `const made = east.createMachine({ name: "test-machine", image: latest64, package: "sample-1G", script: { file: "test-script.sh" }, tags: { type: "test" } });`,
      walk() {
        const before = sim.log.length;
        made = east.createMachine({
          name: "test-machine",
          image: latest64,
          package: "sample-1G",
          script: { file: script },
          tags: { type: "test" },
        });
        assert.equal(sim.log.length, before, "a chain: made when it is awaited");
      },
    },
    {
      theirs: `test_machine.poll_while('provisioning', interval=3)`,
      ours: `await made.waitWhile("provisioning", { every: "3s" });`,
      async walk() {
        report = await made.waitWhile("provisioning", { every: "3s" });
        created = report.members[0]!.id;
        assert.equal(report.members[0]!.state, "running");
        assert.match(String(await east.machine(created).script()), /touch \/home\/admin\/FTW/);
      },
    },
    {
      theirs: `test_machine == east.machines(name='test-machine')[0]`,
      ours: `(await east.machine("test-machine")).id === report.members[0].id`,
      async walk() {
        assert.equal((await east.machine("test-machine")).id, created);
        assert.deepEqual((await east.machines().where({ name: "test-machine" })).map((one) => one.id), [
          created,
        ]);
      },
    },
    {
      theirs:
        `import ssh; ssh_conn = ssh.SSHClient(); ssh_conn.set_missing_host_key_policy(ssh.AutoAddPolicy()); ssh_conn.connect(test_machine.public_ips[0], username='admin')`,
      ours: `.ssh(command, { accept: "new" }); the address is chosen, the login is the image's or admin`,
      ...onSshd(async () => {
        const before = await Deno.stat(ssh.knownHosts).then(() => true, () => false);
        await east.machine("test-machine").ssh("true", ssh);
        const after = await Deno.readTextFile(ssh.knownHosts);
        assert.ok(!before && after.includes("127.0.0.1"), "the new host's key was written down");
      }),
    },
    {
      theirs: `test_machine.public_ips[0]`,
      ours: `(await east.machine("test-machine").publicIps())[0]`,
      async walk() {
        const [ip] = await east.machine("test-machine").publicIps();
        assert.match(ip!, /^\d+\.\d+\.\d+\.\d+$/);
      },
    },
    {
      theirs: `_, rout, _ = ssh_conn.exec_command('pkgin ls'); dict(ln.split(None,1) for ln in rout)`,
      ours: `await east.machine("test-machine").ssh("pkgin ls", { parse: ({ stdout }) => … });`,
      ...onSshd(async () => {
        const done = await east.machine("test-machine").ssh(`${folder}/bin/pkgin ls`, {
          ...ssh,
          parse: ({ stdout }) =>
            Object.fromEntries(stdout.trim().split("\n").map((line) => line.split(/\s+(.*)/).slice(0, 2))),
        });
        assert.deepEqual(done.members[0]!.output, [{
          "zlib-1.2": "General purpose compression",
          "git-2.4": "Version control",
        }]);
      }),
    },
    {
      theirs: `print ssh_conn.exec_command('ls')[1].read()`,
      ours: `await east.machine("test-machine").ssh("ls");`,
      ...onSshd(async () => {
        await Deno.writeTextFile(`${folder}/FTW`, "");
        const done = await east.machine("test-machine").ssh(`ls ${folder}`, ssh);
        assert.match((done.members[0]!.output[0] as { stdout: string }).stdout, /^FTW$/m);
      }),
    },
    {
      theirs: `ssh_conn.close()`,
      ours: `nothing: a run closes what it opened`,
      ...onSshd(async () => assert.deepEqual(await sshd!.sessions(), [])),
    },
    {
      theirs: `test_machine.stop(); test_machine.poll_until('stopped'); test_machine.delete()`,
      ours: `await east.machine("test-machine").stop().waitUntil("stopped").delete();`,
      async walk() {
        const done = await east.machine("test-machine").stop().waitUntil("stopped").delete();
        assert.equal(done.succeeded.length, 1);
        assert.deepEqual(sim.executions(created).map((one) => one.action), ["provision", "stop", "destroy"]);
      },
    },
    {
      theirs:
        `from operator import methodcaller; from multiprocessing.dummy import Pool; simultaneous = Pool(min(east.num_machines(tags={'type':'test'}), 8))`,
      ours: `await east.machines({ type: "test" }).count();`,
      async walk() {
        await sim.world.clock.sleep(600_000); // the one deleted just now is gone
        assert.equal(await test().count(), 12);
      },
    },
    {
      theirs: `test_machines = east.machines(tags={'type':'test'})`,
      ours: `const test = east.machines({ type: "test" });`,
      async walk() {
        assert.equal((await test()).length, 12);
      },
    },
    {
      theirs:
        `simultaneous.map(methodcaller('stop'), test_machines); simultaneous.map(methodcaller('poll_until','stopped'), test_machines); simultaneous.map(methodcaller('status'), test_machines); simultaneous.map(methodcaller('delete'), test_machines)`,
      ours: `await test.stop().waitUntil("stopped").delete().waitUntil("deleted");`,
      async walk() {
        report = await test().stop().waitUntil("stopped").delete().waitUntil("deleted");
        assert.equal(report.succeeded.length, 12);
        assert.ok(report.members.every((member) => member.state === "deleted"));
        // Each was stopped once, except the one that was stopped already, and deleted once.
        for (const { id, name } of report.members) {
          const wanted = name === "test-3" ? ["destroy"] : ["stop", "destroy"];
          assert.deepEqual(sim.executions(id).map((one) => one.action), wanted);
        }
      },
    },
    {
      theirs: `east.num_machines(tags={'type':'test'}) == 0`,
      ours: `await test.count() === 0`,
      async walk() {
        assert.equal(await test().count(), 0);
        assert.equal(
          await east.machines().count(),
          2,
          "theirs counts these too, as it forgets its arguments",
        );
      },
    },
  ];

  try {
    for (const { theirs, ours, walk } of steps) {
      await t.step({ name: `${theirs}  →  ${ours}`, ignore: !walk, fn: async () => await walk?.() });
    }
  } finally {
    Deno.stderr.writeSync = writeSync;
    await sshd?.[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
  const table = steps.map(({ theirs, ours }) => `  ${theirs}\n    → ${ours}\n`).join("");
  Deno.stdout.writeSync(new TextEncoder().encode(`py-smartdc's tutorial, line by line:\n${table}`));
});
