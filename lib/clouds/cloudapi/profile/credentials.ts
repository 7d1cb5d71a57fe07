/**
 * Finds the URL and the key for a datacenter's options, in all places where people set them.
 *
 * @module
 */
import { endpointOf } from "../connect.ts";
import { resolveDatacenter } from "./datacenter_name.ts";
import { findSigner } from "../sign/find_signer.ts";
import { localFiles } from "../../../platform/local_files.ts";
import { noticeOnce } from "../../../platform/notice.ts";
import type { DatacenterOptions } from "../options.ts";
import { processEnvironment } from "../../../platform/permissions.ts";
import type { ConnectionSettings } from "./profile.ts";
import type { Signer } from "../../../platform/keys/signer.ts";

/** The settings of the connection. The key is looked up when it is first needed. */
export async function credentialsOf(
  options: DatacenterOptions,
): Promise<Omit<ConnectionSettings, "keyMaterial"> & { signer: () => Promise<Signer> }> {
  const env = processEnvironment();
  const files = localFiles();
  const { name, url, account, user, keyId, keyPath, keyMaterial, roles, actAs, insecure, passphrase } =
    options;
  const search = {
    env,
    files,
    notice: noticeOnce,
    ...(passphrase === undefined
      ? {}
      : { passphrase: typeof passphrase === "function" ? passphrase : () => passphrase }),
  };
  const signerFor = (connection: ConnectionSettings) => () =>
    options.signer ? Promise.resolve(options.signer) : findSigner(connection, search);
  const wanted = { name, url, account, user, keyId, keyPath, keyMaterial, roles, actAs, insecure };
  const connection = await resolveDatacenter(wanted, {
    env,
    files,
    async listDatacenters(base) {
      const endpoint = endpointOf(
        { name: base.name, url: base.url, account: "my", signer: signerFor(base), insecure: base.insecure },
        options,
      );
      return (await endpoint.send({ method: "GET", path: "/datacenters" })).body as Record<string, string>;
    },
  });
  const { keyMaterial: _secret, ...shown } = connection;
  return { ...shown, signer: signerFor(connection) };
}
