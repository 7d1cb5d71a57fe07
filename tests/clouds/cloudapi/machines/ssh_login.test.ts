/**
 * The user, address and jump host of a login, as the official client `triton ssh` chooses them (node-triton
 * `do_ssh.js`).
 */
import assert from "node:assert/strict";
import type { Machine } from "../../../../lib/muster.ts";
import { noLogins, type SaidLogin, sshLogin } from "../../../../lib/clouds/cloudapi/machines/ssh_login.ts";
import { type World, world } from "../world.ts";

/** How a machine of this name is logged in to. */
async function login({ dc }: World, name: string, said: SaidLogin = {}, known = noLogins()) {
  return await sshLogin(await dc.machine(name) as Machine, said, await dc.endpoint(), known);
}

Deno.test("root logs in unless the image's tag default_user says who, once asked for each image", async () => {
  const made = await world({
    machines: [{ name: "a" }, { name: "b" }, { name: "u", image: "ubuntu-22.04" }],
  });
  const { sim } = made;
  const images = sim.world.images;
  for (const image of images) image.tags = image.name === "ubuntu-22.04" ? { default_user: "ubuntu" } : {};
  const known = noLogins();
  assert.equal((await login(made, "a", {}, known)).target.user, "root");
  assert.equal((await login(made, "b", {}, known)).target.user, "root");
  assert.equal((await login(made, "u", {}, known)).target.user, "ubuntu");
  assert.equal(sim.log.filter(({ route }) => route === "GetImage").length, 2);
  assert.equal((await login(made, "u", { user: "ops" })).target.user, "ops");
  assert.equal((await login(made, "u", { user: (machine) => machine.name })).target.user, "u");
});

for (const status of [403, 404, 409, 500]) {
  Deno.test(`an image that is answered with ${status} is no obstacle`, async () => {
    const made = await world({ machines: [{ name: "a" }] });
    const body = { code: "Refused", message: "no" };
    made.sim.faults.add({ do: "status", status, body, when: ({ url }) => url.includes("/images/") });
    assert.equal((await login(made, "a")).target.user, "root");
  });
}

Deno.test("the tags tritoncli.ssh.ip and .port say where to, and an address of another machine is refused", async () => {
  const made = await world({
    machines: [{ name: "a" }, { name: "odd", tags: { "tritoncli.ssh.ip": "192.0.2.66" } }, {
      name: "port",
      tags: { "tritoncli.ssh.port": 2222 },
    }, { name: "bad", tags: { "tritoncli.ssh.port": "ssh" } }],
  });
  const { dc, sim } = made;
  const a = await dc.machine("a");
  const inner = a.ips.at(-1)!;
  assert.notEqual((await login(made, "a")).target.host, inner);
  sim.change(a.id, { tags: { "tritoncli.ssh.ip": inner } });
  assert.equal((await login(made, "a")).target.host, inner);
  assert.equal((await login(made, "a", { address: () => "192.0.2.1" })).target.host, "192.0.2.1");
  await assert.rejects(login(made, "odd"), /tritoncli\.ssh\.ip is not one of its addresses: 192\.0\.2\.66/);
  assert.equal((await login(made, "port")).target.port, 2222);
  assert.equal((await login(made, "port", { port: 22 })).target.port, 22);
  await assert.rejects(login(made, "bad"), /tritoncli\.ssh\.port is not a port: ssh/);
});

Deno.test("the tag tritoncli.ssh.proxy names the machine to go through, by its name or id, with a user of its own", async () => {
  const made = await world({
    machines: [
      { name: "bastion", tags: { "tritoncli.ssh.proxyuser": "partyline" } },
      { name: "plain-bastion" },
      { name: "inner", tags: { "tritoncli.ssh.proxy": "bastion" } },
      { name: "other", tags: { "tritoncli.ssh.proxy": "plain-bastion" } },
      { name: "lost", tags: { "tritoncli.ssh.proxy": "nobody" } },
    ],
  });
  const { dc, sim } = made;
  const bastion = await dc.machine("bastion");
  const through = { host: bastion.primaryIp, user: "partyline", name: "bastion" };
  assert.deepEqual((await login(made, "inner")).jump, [through]);
  assert.deepEqual((await login(made, "inner", { user: "felicity" })).jump, [through]);
  assert.equal((await login(made, "inner", { user: "felicity" })).target.user, "felicity");
  // Without a user in its own tag: the given user, else its image's.
  assert.equal((await login(made, "other", { user: "roberta" })).jump[0]!.user, "roberta");
  assert.equal((await login(made, "other")).jump[0]!.user, "root");
  assert.deepEqual((await login(made, "inner", { jump: false })).jump, []);
  const own = { host: "192.0.2.9", user: "me" };
  assert.deepEqual((await login(made, "inner", { jump: own })).jump, [own]);
  await assert.rejects(login(made, "lost"), /tritoncli\.ssh\.proxy names no machine: nobody.*jump: false/);
  for (const named of [bastion.id, bastion.id.toUpperCase(), bastion.id.slice(0, 8)]) {
    sim.change((await dc.machine("inner")).id, { tags: { "tritoncli.ssh.proxy": named } });
    assert.deepEqual((await login(made, "inner")).jump, [through], named);
  }
  // For a hundred machines behind one bastion it is looked up once.
  const known = noLogins();
  const before = sim.log.filter(({ route }) => route === "ListMachines").length;
  const inner = await dc.machine("other") as Machine;
  const listed = sim.log.filter(({ route }) => route === "ListMachines").length;
  for (let n = 0; n < 3; n++) await sshLogin(inner, {}, await dc.endpoint(), known);
  assert.ok(listed > before);
  assert.equal(sim.log.filter(({ route }) => route === "ListMachines").length, listed + 1);
});
