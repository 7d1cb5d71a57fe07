/**
 * A real Keystone and a real Trove for a test, on ports of their own. Set up once in a folder that stays (the variable
 * MUSTER_INTEROP_DIR, else one for all checkouts below the temporary folder), about a minute the first time.
 *
 * @module
 */

/** What the databases were filled with. */
export interface Seed {
  region: string;
  /** admin, trove, demo, alt, jsmith, and the disabled leaver. */
  users: Record<string, { id: string; password: string }>;
  /** Ids. admin, service, demo, alt, and the disabled closed. */
  projects: Record<string, string>;
  /** Of the user demo, for the project demo. */
  applicationCredential: { id: string; name: string; secret: string };
  expiredApplicationCredential: { id: string; name: string; secret: string };
}

/** Two servers that run. */
export interface OpenStack {
  /** Keystone, with its version. */
  authUrl: string;
  /** Trove, without a project. */
  troveUrl: string;
  /** The same Trove, where a token is a project's name. */
  fakeAuthUrl: string;
  seed: Seed;
  /** Runs Debian's Python with its packages; beside it are `openstack` and `trove`. */
  python: string;
  /** Ends both, and forgets what was in them. */
  stop(): Promise<void>;
}

/** How the servers are to be. */
export interface StartOptions {
  /** How long a token lives, in seconds. Default 3600. */
  tokenSeconds?: number;
  /** Requests a minute of each method. Default: no limit worth the name. */
  rate?: number;
  /** Default 55. */
  maxInstances?: number;
  /** How fast instances change; 1 is Trove's own pace. Default 4. */
  pace?: number;
}

const here = new URL(".", import.meta.url).pathname;

/**
 * Starts both servers. Where Debian's packages cannot be had there is a reason instead, which is printed too; the variable
 * MUSTER_INTEROP=required makes an error of it.
 *
 * @throws {Error} when they can be had and something else fails.
 */
export async function startOpenStack(options: StartOptions = {}): Promise<OpenStack | { skipped: string }> {
  const base = Deno.env.get("MUSTER_INTEROP_DIR") ??
    `${Deno.env.get("TMPDIR")?.replace(/\/$/, "") || "/tmp"}/muster-interop`;
  const setUp = await script("setup.sh", [base], {}).catch((error) => ({ code: 75, said: String(error) }));
  if (setUp.code === 75) {
    const skipped = setUp.said.trim().split("\n").at(-1) ?? "setup.sh gave no reason";
    if (Deno.env.get("MUSTER_INTEROP") === "required") {
      throw new Error(`No real Keystone and Trove here: ${skipped}`);
    }
    Deno.stderr.writeSync(new TextEncoder().encode(`Skipped: no real Keystone and Trove here: ${skipped}\n`));
    return { skipped };
  }
  if (setUp.code !== 0) throw new Error(`setup.sh ended with ${setUp.code}: ${setUp.said}`);
  await Deno.mkdir(`${base}/runs`, { recursive: true });
  const run = await Deno.makeTempDir({ dir: `${base}/runs` });
  // Between being free and being used a port can be taken by another test's servers: then once more with others.
  const { keystone, trove, fakeAuth } = await start(base, run, options).catch(() =>
    start(base, run, options)
  );
  return {
    authUrl: `http://127.0.0.1:${keystone}/v3`,
    troveUrl: `http://127.0.0.1:${trove}/v1.0`,
    fakeAuthUrl: `http://127.0.0.1:${fakeAuth}/v1.0`,
    seed: JSON.parse(await Deno.readTextFile(`${base}/seed.json`)),
    python: `${base}/py`,
    async stop() {
      await script("stop.sh", [run], {});
      await Deno.remove(run, { recursive: true });
    },
  };
}

async function start(base: string, run: string, options: StartOptions) {
  const [keystone, trove, fakeAuth] = freePorts(3) as [number, number, number];
  const { code, said } = await script("start.sh", [base, run, ...[keystone, trove, fakeAuth].map(String)], {
    OWNER_PID: String(Deno.pid),
    ...(options.tokenSeconds && { TOKEN_SECONDS: String(options.tokenSeconds) }),
    ...(options.rate && { RATE: String(options.rate) }),
    ...(options.maxInstances && { MAX_INSTANCES: String(options.maxInstances) }),
    ...(options.pace && { PACE: String(options.pace) }),
  });
  if (code !== 0) throw new Error(`start.sh ended with ${code}: ${said}`);
  return { keystone, trove, fakeAuth };
}

async function script(name: string, args: string[], env: Record<string, string>) {
  const command = new Deno.Command("bash", { args: [here + name, ...args], env, stdin: "null" });
  const { code, stderr } = await command.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** Ports nobody listens on at the moment; all held at once, so that they differ. */
function freePorts(count: number): number[] {
  const held = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = held.map((listener) => (listener.addr as Deno.NetAddr).port);
  held.forEach((listener) => listener.close());
  return ports;
}
