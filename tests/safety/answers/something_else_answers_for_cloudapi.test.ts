/**
 * Something that is not CloudAPI answers instead of it: no method of `dc()` takes its word for anything.
 */
import assert from "node:assert/strict";
import { type Chain, ChainError, MusterError, TransportError } from "../../../lib/muster.ts";
import { exitCodeOf } from "../../../lib/command/exit_codes.ts";
import { world as cloudapi } from "../../clouds/cloudapi/world.ts";
import { behind, FOREIGN, methodsOf } from "./foreign_answers.ts";

const NAMES = ["running", "stopped"];

async function scene() {
  const { sim, clock, dc: plain, with: open } = await cloudapi({
    machines: [
      ...NAMES.map((name) => ({ name, state: name, tags: { type: "test", old: "x" }, metadata: { a: "1" } })),
      { name: "disks", image: "debian-12-bhyve", state: "stopped" },
    ],
  });
  const place = behind(sim.fetch as typeof fetch);
  const dc = open({ fetch: place.fetch });
  await plain.machine("stopped").snapshot("clean");
  await clock.sleep(10_000);
  const [{ fingerprint: key } = { fingerprint: "" }] = await plain.keys();
  const bob = await plain.users.create({ login: "bob", email: "bob@example.com", password: "s3cret-enough" });
  const { accesskeyid } = await plain.accessKeys.create();
  const ids = Object.fromEntries(sim.machines().map((one) => [one.alias ?? one.name, one.id]));
  return {
    sim,
    clock,
    dc,
    place,
    ids,
    key,
    bob: bob.id,
    accesskeyid,
    image: (await plain.newestImage("minimal-64")).id,
  };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHDmlhAGVbgv1S2Mv5RJwLAkJXFjNcAkvGvJgUNxsyKB me";
const ID = "11111111-2222-4333-8444-555555555555";

/** Every method of the handle that reads. */
const READS: Readonly<Record<string, (scene: Scene) => PromiseLike<unknown>>> = {
  machines: ({ dc }) => dc.machines(),
  machine: ({ dc }) => dc.machine("running"),
  images: ({ dc }) => dc.images(),
  image: ({ dc, image }) => dc.image(image),
  newestImage: ({ dc }) => dc.newestImage("minimal-64"),
  packages: ({ dc }) => dc.packages(),
  package: ({ dc }) => dc.package("sample-1G"),
  defaultPackage: ({ dc }) => dc.defaultPackage(),
  networks: ({ dc }) => dc.networks(),
  network: ({ dc }) => dc.network(ID),
  fwrules: ({ dc }) => dc.fwrules(),
  fwrule: ({ dc }) => dc.fwrule(ID),
  volumes: ({ dc }) => dc.volumes(),
  volume: ({ dc }) => dc.volume("data"),
  volumeSizes: ({ dc }) => dc.volumeSizes(),
  migrations: ({ dc }) => dc.migrations(),
  migration: ({ dc }) => dc.migration(ID),
  users: ({ dc }) => dc.users.list(),
  "users.get": ({ dc }) => dc.users.get(ID),
  "users.keys": ({ dc }) => dc.users.keys(ID),
  roles: ({ dc }) => dc.roles.list(),
  "roles.get": ({ dc }) => dc.roles.get(ID),
  policies: ({ dc }) => dc.policies.list(),
  accessKeys: ({ dc }) => dc.accessKeys.list(),
  fabrics: ({ dc }) => dc.fabrics.vlans(),
  "fabrics.vlan": ({ dc }) => dc.fabrics.vlan(2),
  "fabrics.networks": ({ dc }) => dc.fabrics.networks(2),
  addresses: ({ dc }) => dc.addresses.list(ID),
  "addresses.get": ({ dc }) => dc.addresses.get(ID, "10.0.0.1"),
  "accessKeys.get": ({ dc }) => dc.accessKeys.get("x"),
  account: ({ dc }) => dc.account(),
  limits: ({ dc }) => dc.limits(),
  config: ({ dc }) => dc.config(),
  services: ({ dc }) => dc.services(),
  keys: ({ dc }) => dc.keys(),
  key: ({ dc }) => dc.key("me"),
  datacenters: ({ dc }) => dc.datacenters(),
  datacenter: ({ dc }) => dc.datacenter("sim-2").machines(),
  request: ({ dc }) => dc.request("GET", "/machines"),
};
/** Every method of a machine that reads. */
const MACHINE_READS: Readonly<Record<string, (scene: Scene) => PromiseLike<unknown>>> = {
  ...Object.fromEntries(
    ([
      "tags",
      "metadata",
      "script",
      "snapshots",
      "audit",
      "publicIps",
      "privateIps",
      "nics",
      "disks",
      "fwrules",
    ] as const)
      .map((name) => [name, ({ dc, ids }: Scene) => dc.machine(ids.running!)[name]()]),
  ),
  credentials: ({ dc, ids }) => dc.machine(ids.running!).credentials(),
  migrationEstimate: ({ dc, ids }) => dc.machine(ids.running!).migrationEstimate(),
  nic: ({ dc, ids }) => dc.machine(ids.running!).nic("90:b8:d0:c0:00:02"),
  disk: ({ dc, ids }) => dc.machine(ids.running!).disk(ID),
};
/** Every method of the handle that changes something by itself. */
const WRITES: Readonly<Record<string, (scene: Scene) => PromiseLike<unknown>>> = {
  updateAccount: ({ dc }) => dc.updateAccount({ phone: "1" }),
  updateConfig: ({ dc }) => dc.updateConfig({ default_network: ID }),
  addKey: ({ dc }) => dc.addKey({ name: "me", key: KEY }),
  deleteKey: ({ dc, key }) => dc.deleteKey(key),
  "users.create": ({ dc }) =>
    dc.users.create({ login: "x", email: "x@example.com", password: "s3cret-enough" }),
  "users.update": ({ dc }) => dc.users.update(ID, { city: "Oslo" }),
  "users.changePassword": ({ dc }) => dc.users.changePassword(ID, "s3cret-enough"),
  "users.delete": ({ dc, bob }) => dc.users.delete(bob),
  "users.addKey": ({ dc }) => dc.users.addKey(ID, { name: "me", key: KEY }),
  "roles.create": ({ dc }) => dc.roles.create({ name: "x" }),
  "roles.update": ({ dc }) => dc.roles.update(ID, { members: [] }),
  "roles.setTags": ({ dc }) => dc.roles.setTags("machines", ["ops"]),
  "policies.create": ({ dc }) => dc.policies.create({ name: "x", rules: ["CAN getmachine"] }),
  "fabrics.createVlan": ({ dc }) => dc.fabrics.createVlan({ vlan_id: 7, name: "x" }),
  "fabrics.updateVlan": ({ dc }) => dc.fabrics.updateVlan(2, { name: "x" }),
  "addresses.reserve": ({ dc }) => dc.addresses.reserve(ID, "10.0.0.1"),
  "accessKeys.create": ({ dc }) => dc.accessKeys.create(),
  "accessKeys.delete": ({ dc, accesskeyid }) => dc.accessKeys.delete(accesskeyid),
  request: ({ dc }) => dc.request("POST", `/machines/${ID}`, { query: { action: "stop" } }),
};
// deno-lint-ignore no-explicit-any
type Step = (scene: Scene) => Chain<any, any>;
/** Every action and change of a machine and an image. */
const STEPS: Readonly<Record<string, Step>> = {
  createMachine: ({ dc, image }) => dc.createMachine({ name: "new", image, package: "sample-1G" }),
  createFwrule: ({ dc }) => dc.createFwrule({ rule: "FROM any TO all vms ALLOW tcp PORT 22" }),
  createVolume: ({ dc }) => dc.createVolume({ name: "data" }),
  migrate: ({ dc }) => dc.machine("running").migrate(),
  beginMigration: ({ dc }) => dc.machine("running").beginMigration(),
  addNic: ({ dc }) => dc.machine("running").addNic("backend"),
  removeNic: ({ dc }) => dc.machine("running").removeNic({ network: "My-Fabric-Network" }),
  addDisk: ({ dc }) => dc.machine("disks").addDisk(1024),
  resizeDisk: ({ dc }) => dc.machine("disks").resizeDisk("0:4:1", 500_000),
  removeDisk: ({ dc }) => dc.machine("disks").removeDisk("0:4:1"),
  createImage: ({ dc }) => dc.createImage({ machine: "stopped", name: "copy", version: "1" }),
  stop: ({ dc }) => dc.machine("running").stop(),
  start: ({ dc }) => dc.machine("stopped").start(),
  reboot: ({ dc }) => dc.machine("running").reboot(),
  rename: ({ dc }) => dc.machine("running").rename("other"),
  resize: ({ dc }) => dc.machine("running").resize("sample-2G"),
  tag: ({ dc }) => dc.machine("running").tag({ new: "y" }),
  replaceTags: ({ dc }) => dc.machine("running").replaceTags({ new: "y" }),
  untag: ({ dc }) => dc.machine("running").untag("old"),
  untagAll: ({ dc }) => dc.machine("running").untagAll(),
  metadata: ({ dc }) => dc.machine("running").metadata({ b: "2" }),
  unsetMetadata: ({ dc }) => dc.machine("running").unsetMetadata("a"),
  unsetAllMetadata: ({ dc }) => dc.machine("running").unsetAllMetadata(),
  script: ({ dc }) => dc.machine("running").script("#!/bin/sh\n"),
  unsetScript: ({ dc }) => dc.machine("running").script("#!/bin/sh\n").unsetScript(),
  startFromSnapshot: ({ dc }) => dc.machine("stopped").startFromSnapshot("clean"),
  enableFirewall: ({ dc }) => dc.machine("running").enableFirewall(),
  disableFirewall: ({ dc }) => dc.machine("running").enableFirewall().disableFirewall(),
  enableDeletionProtection: ({ dc }) => dc.machine("running").enableDeletionProtection(),
  disableDeletionProtection: ({ dc }) =>
    dc.machine("running").enableDeletionProtection().disableDeletionProtection(),
  delete: ({ dc }) => dc.machine("running").delete(),
  "delete and wait": ({ dc }) => dc.machine("running").delete().waitUntil("deleted"),
  snapshot: ({ dc }) => dc.machine("running").snapshot("later"),
  deleteSnapshot: ({ dc }) => dc.machine("stopped").deleteSnapshot("clean"),
};
/** What sends nothing to CloudAPI by itself. */
const ELSEWHERE = [
  ..."constructor endpoint toString with step where protect max expect all waitUntil waitWhile barrier plan"
    .split(" "),
  ..."run count isOne ask then ssh upload download update clone export".split(" "),
];

Deno.test("the tables of this file have every method there is", async () => {
  const { dc } = await scene();
  const known = new Set(
    [READS, MACHINE_READS, WRITES, STEPS].flatMap((table) => Object.keys(table)).concat(ELSEWHERE),
  );
  for (const handle of [dc, dc.machine("x")]) {
    assert.deepEqual(methodsOf(handle).filter((name) => !known.has(name)), []);
  }
});

/** What an answer may mean where it is what the API would say: that there is nothing. */
function isNothing(kind: string, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 && kind === "an empty list";
  // A map of names to addresses may be empty, but is not any record.
  return typeof value === "object" && value !== null &&
    kind === "an empty record";
}
/** Of the others a few steps are enough: they go the same way. */
const THOROUGH = ["a login page with 200", "an empty record", "a proxy's page with 404"];
const FEW = ["createMachine", "stop", "tag", "delete", "snapshot"];
const MAPS = ["services", "datacenters", "config"];

for (const [kind, answer] of Object.entries(FOREIGN)) {
  Deno.test(`${kind}: nothing that is read is believed`, async () => {
    const here = await scene();
    here.place.instead = answer;
    for (const [name, read] of Object.entries({ ...READS, ...MACHINE_READS })) {
      let value: unknown;
      try {
        value = await read(here);
      } catch (error) {
        assert.ok(error instanceof MusterError, `${name}: ${(error as Error).stack}`);
        if (error instanceof TransportError) {
          assert.match(error.message, /: \S+ does not answer as CloudAPI does: /, name);
          assert.equal(exitCodeOf(error, false), 5);
          assert.doesNotMatch(error.message, /secret|undefined/);
        } else assert.ok(kind === "an empty list" || name === "datacenter", `${name}: ${error.message}`);
        continue;
      }
      assert.ok(
        isNothing(kind, value) && (Array.isArray(value) || MAPS.includes(name)) ||
          (name === "request" && kind === "an empty list"),
        `${name} gave ${Deno.inspect(value)}`,
      );
    }
  });

  Deno.test(`${kind}: nothing is said to be done`, async () => {
    const here = await scene();
    const before = JSON.stringify(here.sim.machines());
    here.place.instead = ({ method }) => method === "GET" ? undefined : answer();
    for (const [name, write] of Object.entries(WRITES)) {
      if (kind === "an empty list" && name === "request") continue;
      const error = await write(here).then(
        (value) => assert.fail(`${name} gave ${Deno.inspect(value)}`),
        (error) => error,
      );
      if (kind === "a list with a hole" || kind === "an empty record") {
        assert.ok(error instanceof MusterError, `${name}: ${error.stack}`);
      } else {assert.ok(
          error instanceof TransportError && error.sent === "unknown",
          `${name}: ${error.stack}`,
        );}
    }
    for (const [name, step] of Object.entries(STEPS)) {
      if (!THOROUGH.includes(kind) && !FEW.includes(name)) continue;
      const error = await step(here).run().then(
        (report) =>
          assert.fail(`${name}: ${report.succeeded.length} succeeded, ${report.skipped.length} skipped`),
        (error) => error,
      );
      assert.ok(error instanceof ChainError, `${name}: ${error.stack}`);
      assert.deepEqual([error.report.succeeded.length, error.report.skipped.length], [0, 0], name);
      assert.ok(error.errors[0] instanceof MusterError, `${name}: ${(error.errors[0] as Error).stack}`);
    }
    assert.equal(JSON.stringify(here.sim.machines()), before);
    assert.deepEqual(here.place.answered.filter((one) => /undefined|null|\/\/|\/$/.test(one)), []);
  });
}
