import assert from "node:assert/strict";
import { chooseAddress, isPrivateAddress } from "../../../lib/ssh/mod.ts";
import { SshError } from "../../../lib/engine/errors.ts";

Deno.test("addresses that are reachable only from within", () => {
  const inner = "10.1.2.3 172.16.0.1 172.31.9.9 192.168.1.1 100.64.0.1 100.127.0.1 169.254.1.1 127.0.0.1 " +
    "::1 fe80::1 febf::1 fc00::1 fd12:3456::1 ::ffff:10.0.0.1";
  const outer = "8.8.8.8 172.15.0.1 172.32.0.1 192.169.0.1 100.63.0.1 100.128.0.1 11.0.0.1 2001:db8::1 " +
    "fec0::1 ::ffff:8.8.8.8";
  for (const address of inner.split(" ")) assert.equal(isPrivateAddress(address), true, address);
  for (const address of outer.split(" ")) assert.equal(isPrivateAddress(address), false, address);
});

Deno.test("public goes first, private where there is no other or it is asked for", () => {
  const both = { primaryIp: "10.0.0.5", ips: ["10.0.0.5", "2001:db8::7", "203.0.113.7"] };
  assert.equal(chooseAddress(both), "203.0.113.7");
  assert.equal(chooseAddress(both, "private"), "10.0.0.5");
  assert.equal(chooseAddress({ ips: ["192.168.0.9"] }), "192.168.0.9");
  assert.equal(
    chooseAddress({ primaryIp: "203.0.113.9", ips: ["203.0.113.1", "203.0.113.9"] }),
    "203.0.113.9",
  );
  assert.equal(chooseAddress(both, (record) => record.ips[1]), "2001:db8::7");
});

Deno.test("a machine without the wanted address is named", () => {
  assert.throws(() => chooseAddress({ name: "web", ips: [] }), (error: unknown) => {
    assert.ok(error instanceof SshError);
    assert.match(error.message, /Cannot connect to web: it has no address yet/);
    return true;
  });
  assert.throws(() => chooseAddress({ ips: ["203.0.113.1"] }, "private"), /no private address/);
  assert.throws(
    () => chooseAddress({ ips: ["203.0.113.1"] }, () => undefined),
    /function returned no address/,
  );
});
