/**
 * Finds the endpoint for a datacenter's options: the simulator, or a real server with a key.
 *
 * @module
 */
import type { Endpoint } from "../../engine/mod.ts";
import type { Connection } from "./connect.ts";
import type { DatacenterOptions } from "./options.ts";

/**
 * The endpoint for the options. Reads the environment and profiles; it reads the key only when it first signs.
 *
 * @throws {CredentialsError} when the options do not give a server or an account; the message suggests `dc("sim")` to
 * try muster.
 */
export async function endpointFromOptions(options: DatacenterOptions): Promise<Endpoint> {
  if (options.name === "sim") {
    if (options.url === undefined) return await openSimulator(options);
    const { CredentialsError } = await import("../../engine/errors.ts");
    throw new CredentialsError(
      `Cannot open ${options.url} under the name sim: sim is the built-in simulator, where nothing real is touched, and ` +
        `the two would look the same. Give it another name.`,
    );
  }
  const { signer } = options;
  if (signer && options.url !== undefined) {
    const { endpointOf } = await connecting();
    return endpointOf(
      connectionOf(options, { ...options, url: options.url, signer: () => Promise.resolve(signer) }),
      options,
    );
  }
  // Loaded only now: a handle that is never used reads nothing, and the simulator needs none of it.
  const [{ endpointOf }, { credentialsOf }] = await Promise.all([
    connecting(),
    import("./profile/credentials.ts"),
  ]);
  return endpointOf(connectionOf(options, await credentialsOf(options)), options);
}

/** The code that sends and signs; a script that only builds chains does without it. */
const connecting = () => import("./connect.ts");

/** The connection for these settings. */
function connectionOf(
  options: DatacenterOptions,
  found: Omit<Connection, "name" | "account"> & {
    name?: string;
    account?: string | undefined;
    actAs?: string | undefined;
  },
): Connection {
  const { url, signer, roles, insecure } = found;
  return {
    name: options.name ?? found.name ?? new URL(url).host,
    url,
    // `my` is the account that signs; for a sub-user, the account that it belongs to.
    account: found.actAs ?? "my",
    login: found.account,
    signer,
    roles,
    insecure,
  };
}

let simulated: Promise<{ connection: Connection; fetch: typeof fetch; clock: Endpoint["clock"] }> | undefined;

/** The process's only simulated datacenter. It is imported at its first use, and only under this name. */
async function openSimulator(options: DatacenterOptions): Promise<Endpoint> {
  const { endpointOf } = await connecting();
  const { connection, fetch, clock } = await (simulated ??= simulate());
  return endpointOf(connection, { ...options, fetch, clock });
}

async function simulate() {
  const [{ simulatedDatacenter }, { notice }] = await Promise.all([
    import("../../sim/built_in.ts"),
    import("../../platform/notice.ts"),
  ]);
  const { fetch, clock, account, keyId, privateKey, url } = await simulatedDatacenter();
  notice(`dc("sim") is the built-in simulator: nothing real is touched`);
  const signer = {
    keyId: `/${account}/keys/${keyId}`,
    algorithm: "ed25519-sha512",
    sign: async (data: Uint8Array<ArrayBuffer>) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, data)),
  };
  return {
    connection: { name: "sim", url, account: "my", signer: () => Promise.resolve(signer) },
    fetch: fetch as typeof globalThis.fetch,
    clock,
  };
}
