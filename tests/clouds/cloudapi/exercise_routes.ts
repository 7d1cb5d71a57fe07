/** One world in which every method of a datacenter is called once. */
import type { World } from "./world.ts";

const LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEjyXSYm6OCh5oBU2Gf5qcxIaNMEBmHTtkT1cZUcmVTK ops@example";

/** Calls them all. */
export async function exercise(world: World): Promise<void> {
  await account(world);
  await catalogue(world);
  await machines(world);
  await networks(world);
  await rbac(world);
}

async function networks({ dc }: World) {
  const { addresses, fabrics } = dc;
  await addresses.list("My-Fabric-Network");
  await addresses.reserve("My-Fabric-Network", "10.64.0.200");
  await addresses.get("My-Fabric-Network", "10.64.0.200");
  await fabrics.vlans();
  await fabrics.createVlan({ vlan_id: 7, name: "lab" });
  await fabrics.updateVlan(7, { description: "x" });
  await fabrics.vlan(7);
  const range = { provision_start_ip: "10.7.0.10", provision_end_ip: "10.7.0.20" };
  await fabrics.createNetwork(7, { name: "labnet", subnet: "10.7.0.0/24", ...range });
  await fabrics.networks(7);
  await fabrics.updateNetwork(7, "labnet", { description: "x" });
  await fabrics.network(7, "labnet");
  await fabrics.deleteNetwork(7, "labnet");
  await fabrics.deleteVlan(7);
}

async function account({ dc }: World) {
  await dc.account();
  await dc.updateAccount({ city: "Oslo" });
  await dc.limits();
  await dc.config();
  await dc.updateConfig({ default_network: "My-Fabric-Network" });
  await dc.services();
  await dc.datacenters();
  await dc.addKey({ name: "laptop", key: LINE });
  await dc.keys();
  await dc.key("laptop");
  await dc.deleteKey("laptop");
  const { accesskeyid } = await dc.accessKeys.create();
  await dc.accessKeys.list();
  await dc.accessKeys.update(accesskeyid, { description: "x" });
  await dc.accessKeys.get(accesskeyid);
  await dc.accessKeys.delete(accesskeyid);
}

async function catalogue({ dc }: World) {
  await dc.images();
  await dc.newestImage("base-64-lts").then(({ id }) => dc.image(id));
  await dc.createImage({ machine: "down", name: "golden", version: "1" }).waitUntil("active");
  await dc.image("golden").update({ description: "x" });
  await dc.image("golden").delete();
  await dc.packages();
  await dc.package((await dc.package("g4-highcpu-1G")).id);
  await dc.networks();
  await dc.network("My-Fabric-Network");
  const rule = 'FROM any TO tag "role" = "web" ALLOW tcp PORT 443';
  await dc.createFwrule({ rule, description: "HTTPS" }).enable();
  const [made] = await dc.fwrules();
  await dc.fwrule(made!.id);
  await dc.fwrule("HTTPS").machines();
  await dc.fwrule("HTTPS").update({ log: true }).disable().delete();
  await dc.volumeSizes();
  await dc.createVolume({ name: "data" }).waitUntil("ready");
  await dc.volumes();
  await dc.volume("data").rename("archive");
  await dc.volume("archive").delete().waitUntil("deleted");
}

async function machines({ dc, sim }: World) {
  await dc.createMachine({ name: "new", image: "base-64-lts", package: "g4-highcpu-1G" }).waitUntil(
    "running",
  );
  await dc.machine("new").delete().waitUntil("deleted");
  const web = dc.machine("web");
  await web.stop().waitUntil("stopped").start().waitUntil("running").reboot().waitUntil("running");
  await web.tag({ a: "1" }).waitUntil("running").untag("a").waitUntil("running").replaceTags({ b: "2" });
  await web.untagAll().waitUntil("running");
  await web.metadata({ a: "1" }).waitUntil("running").unsetMetadata("a").waitUntil("running");
  await web.metadata({ b: "2" }).waitUntil("running").unsetAllMetadata().waitUntil("running");
  sim.faults.add({
    do: "drop-after",
    times: 1,
    when: ({ method, url }) => method === "POST" && url.endsWith("/snapshots"),
  });
  await web.snapshot("s1");
  await web.snapshots();
  await web.stop().waitUntil("stopped").startFromSnapshot("s1").waitUntil("running");
  await web.deleteSnapshot("s1");
  await web.audit();
  const [nic] = await web.nics();
  await web.nic(nic!.mac);
  await web.addNic("backend").removeNic({ network: "backend" }).waitUntil("running");
  const disks = dc.machine("disks");
  await disks.disk((await disks.disks())[0]!.id);
  await disks.removeDisk("0:4:1").addDisk(1024).resizeDisk("0:4:1", 2048);
  await web.migrationEstimate();
  await web.migrate();
  await dc.migrations();
  await dc.migration((await web).id).finalize();
  await web.fwrules();
}

async function rbac({ dc }: World) {
  const { users, roles, policies, accessKeys } = dc;
  const user = "bob";
  await users.create({ login: user, email: "bob@example.com", password: crypto.randomUUID() });
  await users.list();
  await users.get(user);
  await users.update(user, { city: "Oslo" });
  await users.changePassword(user, crypto.randomUUID());
  await users.addKey(user, { name: "laptop", key: LINE });
  await users.keys(user);
  await users.key(user, "laptop");
  const { accesskeyid } = await accessKeys.create({}, { user });
  await accessKeys.list({ user });
  await accessKeys.update(accesskeyid, { description: "x" }, { user });
  await accessKeys.get(accesskeyid, { user });
  await accessKeys.delete(accesskeyid, { user });
  await policies.create({ name: "reading", rules: ["CAN getmachine"] });
  await policies.list();
  await policies.get("reading");
  await policies.update("reading", { description: "x" });
  await roles.create({ name: "ops", policies: ["reading"], members: [user] });
  await roles.list();
  await roles.get("ops");
  await roles.update("ops", { members: [{ user, default: true }] });
  await roles.setTags("account", ["ops"]);
  await roles.setTags("machines", ["ops"]);
  await roles.setTags({ keysOf: user }, ["ops"]);
  await roles.setTags({ image: "base-64-lts" }, ["ops"]);
  await roles.setTags({ machine: "web" }, ["ops"]);
  await roles.setTags({ keyOf: user, key: "laptop" }, ["ops"]);
  await roles.delete("ops");
  await policies.delete("reading");
  await users.deleteKey(user, "laptop");
  await users.delete(user);
}
