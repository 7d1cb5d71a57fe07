/**
 * The datacenter behind `dc("sim")`: a complete world, with an account and a key.
 *
 * @module
 */
import type { Clock } from "../engine/time/clock.ts";
import { VirtualClock } from "./clock.ts";
import { type CloudApiOptions, type CloudApiSim, createCloudApi } from "./cloudapi/server.ts";
import { showcase } from "./seed.ts";
import { parsePublicKey, publicKeyLine } from "./ssh_key.ts";

/** A simulated datacenter, and what a client needs for it. */
export interface SimulatedDatacenter {
  /** Answers the requests to {@linkcode SimulatedDatacenter.url}. */
  fetch: CloudApiSim["fetch"];
  clock: Clock;
  /** The login. */
  account: string;
  /** The key's MD5 fingerprint, in pairs with colons. */
  keyId: string;
  /** Ed25519, extractable. */
  privateKey: CryptoKey;
  /** The public key in OpenSSH format. */
  publicKey: string;
  url: string;
  sim: CloudApiSim;
}

/**
 * Makes a datacenter in memory: 61 machines (40 tagged `type=test`, the others `web`, `db` and single ones, some
 * stopped, one offline, one that failed to start), account `sim`, seed 1, a clock on which waiting takes no time, and a
 * new Ed25519 key that may sign.
 *
 * @param options What should differ from that.
 */
export async function simulatedDatacenter(options: CloudApiOptions = {}): Promise<SimulatedDatacenter> {
  const clock = options.clock ?? new VirtualClock();
  const account = options.account ?? "sim";
  const pair = await clock.hold(async () =>
    await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]) as CryptoKeyPair
  );
  const publicKey = await clock.hold(() => publicKeyLine(pair.publicKey, account));
  const sim = createCloudApi({
    machines: showcase(),
    ...options,
    clock,
    account,
    keys: [publicKey, ...options.keys ?? []],
  });
  return {
    fetch: sim.fetch,
    clock,
    account,
    keyId: parsePublicKey(publicKey)!.fingerprint,
    privateKey: pair.privateKey,
    publicKey,
    url: "https://sim.invalid",
    sim,
  };
}
