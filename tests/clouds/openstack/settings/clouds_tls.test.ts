import assert from "node:assert/strict";
import { UnreadableError } from "../../../../lib/clouds/openstack/settings/clouds_files.ts";
import { readTrusted } from "../../../../lib/clouds/openstack/settings/clouds_tls.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n";
const files = {
  os: "linux",
  read: (path: string) =>
    path === "/secret.pem"
      ? Promise.reject(new UnreadableError("run with --allow-read=/secret.pem", true))
      : Promise.resolve({ "/ca.pem": PEM, "/text": "hello" }[path]),
};

Deno.test("the certificates named are read, and nothing where none are needed", async () => {
  assert.deepEqual(await readTrusted({ caCert: "/ca.pem" }, files), [PEM]);
  assert.deepEqual(await readTrusted({}, files), []);
  assert.deepEqual(await readTrusted({ caCert: "/none", insecure: true }, files), []);
});

Deno.test("certificates that cannot be had are named, with the flag where one is missing", async () => {
  await assert.rejects(readTrusted({ caCert: "/none" }, files), /the file does not exist: \/none/);
  await assert.rejects(
    readTrusted({ caCert: "/text" }, files),
    /it does not contain a certificate in PEM format: \/text/,
  );
  await assert.rejects(
    readTrusted({ caCert: "/secret.pem" }, files),
    /--allow-read=\/secret\.pem\).*\/secret\.pem/,
  );
  await assert.rejects(readTrusted({ cert: "/me.pem" }, files), /client certificate.*\/me\.pem/);
});
