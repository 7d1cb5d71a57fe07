/**
 * `deno task demo`: one line works through forty machines of the built-in simulator, over real HTTP, with real
 * signatures.
 */
import { dc } from "../mod.ts";
import { serve, simulatedDatacenter } from "../lib/sim/mod.ts";
import { stderrDevice } from "../lib/view/output_device.ts";
import { viewFor } from "../lib/view/view_for.ts";

// Its own server on a loopback port, and an account with a key for it.
const { account, keyId, privateKey, publicKey } = await simulatedDatacenter({ machines: [] });
const server = await serve({
  account,
  keys: [publicKey],
  datacenter: "us-east-1",
  transition: { min: 1500, max: 4500 },
  slowness: () => 1,
  throttle: false,
  machines: [
    ...Array.from(
      { length: 40 },
      (_, n) => ({ name: `test-${n + 1}`, state: "running", tags: { type: "test" } }),
    ),
    { name: "web-1", tags: { type: "web" } },
    { name: "db-1", tags: { type: "db" } },
  ],
});
const signer = {
  keyId: `/${account}/keys/${keyId}`,
  algorithm: "ed25519-sha512",
  sign: async (data: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, data)),
};
const east = dc({ name: "us-east-1", url: server.url, account, signer });

const chain = east.machines({ type: "test" }).expect(40).stop().waitUntil("stopped").delete();
const out = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text + "\n"));
out(
  `A simulated datacenter is at ${server.url}: ${await east.machines()
    .count()} machines. Nothing real is touched.\n`,
);
out(`await ${chain};\n`);

const show = viewFor(Deno.stderr.isTerminal() ? "terminal" : "plain", stderrDevice);
await chain.run({ view: false, on: show });

const others = server.sim.machines().filter((machine) => machine.tags.type !== "test");
const strayed = others.filter((machine) => server.sim.executions(machine.id).length > 0);
out(
  `Counted at the server: ${server.sim.writes.length} writes executed, ${strayed.length} of them on ` +
    `${others.map((machine) => machine.name).join(" and ")}, which were not selected.`,
);
await server.close();
