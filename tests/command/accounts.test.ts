import assert from "node:assert/strict";
import { dc } from "../../lib/muster.ts";

Deno.test("two accounts of one server share neither looks nor a rate limit", async () => {
  const signer = { keyId: "x", algorithm: "ed25519-sha512", sign: () => Promise.resolve(new Uint8Array()) };
  const url = "https://cloud.example.com";
  const key = async (account: string) => (await dc({ url, account, signer }).endpoint()).key;
  assert.notEqual(await key("jill"), await key("jack"));
  assert.equal(await key("jill"), await key("jill"));
});
