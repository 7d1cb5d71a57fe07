/**
 * Finding out what a datacenter's options mean: the simulator, or a real server with somebody's key.
 *
 * @module
 */
import { CredentialsError, type Endpoint } from "../chain/mod.ts";
import { endpointOf } from "./connect.ts";
import type { DatacenterOptions } from "./options.ts";

/** The endpoint that options lead to. */
export async function open(options: DatacenterOptions): Promise<Endpoint> {
  if (options.name === "sim" && options.url === undefined) return await openSimulator(options);
  if (options.signer && options.url) {
    return endpointOf({
      name: options.name ?? new URL(options.url).host,
      url: options.url,
      account: options.actAs ?? "my",
      signer: () => Promise.resolve(options.signer!),
      roles: options.roles,
      insecure: options.insecure,
    }, options);
  }
  throw new CredentialsError("Cannot connect as there are no credentials");
}

let simulated: Promise<Endpoint> | undefined;

/** The process's one simulated datacenter; it is imported when first used, and by this name alone. */
function openSimulator(options: DatacenterOptions): Promise<Endpoint> {
  return simulated ??= (async () => {
    const [{ simulatedDatacenter }, { notice }] = await Promise.all([
      import("../sim/mod.ts"),
      import("./notice.ts"),
    ]);
    const { fetch, clock, account, keyId, privateKey, url } = await simulatedDatacenter();
    notice(`dc("sim") is the built-in simulator: nothing real is touched`);
    const signer = {
      keyId: `/${account}/keys/${keyId}`,
      algorithm: "ed25519-sha512",
      sign: async (data: Uint8Array<ArrayBuffer>) =>
        new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, data)),
    };
    const connection = { name: "sim", url, account: "my", signer: () => Promise.resolve(signer) };
    return endpointOf(connection, { ...options, fetch: fetch as typeof globalThis.fetch, clock });
  })();
}
