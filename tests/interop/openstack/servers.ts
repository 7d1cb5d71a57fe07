/**
 * A real Keystone with a real Trove or a real Nova for a test, on ports of their own. Each release is set up once in a folder that stays
 * (below the variable MUSTER_INTEROP_DIR, else one for all checkouts below the temporary folder), about 80 s the first time.
 *
 * @module
 */

/** The releases of Trove that there are packages of, and in which Debian release each is. */
export const SUITES = { 18: "bookworm", 23: "trixie", 26: "forky" } as const;

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

/** A Keystone and a Trove that run. */
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
  /** Stops both, and deletes their data. */
  stop(): Promise<void>;
}

/** How Trove is to be. */
export interface StartOptions {
  /** Which Trove. Default 18. */
  release?: keyof typeof SUITES;
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
  const { release = 18 } = options;
  const started = await startServers(
    "setup.sh",
    "start.sh",
    `Keystone and Trove ${release}`,
    SUITES[release],
    {
      // A moving suite may have a newer release by now. Then the test is skipped, because it is not this release.
      TROVE_MAJOR: release,
      TOKEN_SECONDS: options.tokenSeconds,
      RATE: options.rate,
      MAX_INSTANCES: options.maxInstances,
      PACE: options.pace,
    },
  );
  if ("skipped" in started) return started;
  const [keystone, trove, fakeAuth] = started.ports;
  return {
    authUrl: `http://127.0.0.1:${keystone}/v3`,
    troveUrl: `http://127.0.0.1:${trove}/v1.0`,
    fakeAuthUrl: `http://127.0.0.1:${fakeAuth}/v1.0`,
    seed: started.seed,
    python: `${started.base}/py`,
    stop: started.stop,
  };
}

/** A Keystone and a Nova that run. */
export interface Nova {
  /** Keystone, with its version. */
  authUrl: string;
  /** Nova, with its version. */
  novaUrl: string;
  seed: Seed;
  /** Stops both, and deletes their data. */
  stop(): Promise<void>;
}

/** How Nova is to be. */
export interface NovaOptions {
  /** How long a token lives, in seconds. Default 3600. */
  tokenSeconds?: number;
  /** How long each piece of a hypervisor's work takes, in seconds. Default 0.2. */
  hypervisorSeconds?: number;
  /** Servers that a project may have. Default 200. */
  quota?: number;
  /** Records that a page of a list holds at most. Default 1000. */
  maxLimit?: number;
}

/** Starts a real Keystone and a real Nova; see {@linkcode startOpenStack}. */
export async function startNova(options: NovaOptions = {}): Promise<Nova | { skipped: string }> {
  const started = await startServers("nova/setup.sh", "nova/start.sh", "Keystone and Nova", "bookworm", {
    TOKEN_SECONDS: options.tokenSeconds,
    HYPERVISOR_SECONDS: options.hypervisorSeconds,
    QUOTA_INSTANCES: options.quota,
    MAX_LIMIT: options.maxLimit,
  });
  if ("skipped" in started) return started;
  const [keystone, nova] = started.ports;
  return {
    authUrl: `http://127.0.0.1:${keystone}/v3`,
    novaUrl: `http://127.0.0.1:${nova}/v2.1`,
    seed: started.seed,
    stop: started.stop,
  };
}

/** Sets up, once, and starts on three free ports. */
async function startServers(
  setup: string,
  start: string,
  what: string,
  suite: string,
  settings: Readonly<Record<string, number | undefined>>,
): Promise<
  { base: string; ports: readonly number[]; seed: Seed; stop(): Promise<void> } | { skipped: string }
> {
  const all = Deno.env.get("MUSTER_INTEROP_DIR") ??
    `${Deno.env.get("TMPDIR")?.replace(/\/$/, "") || "/tmp"}/muster-interop`;
  const base = `${all}/${suite}`;
  const env = Object.fromEntries(
    Object.entries({ ...settings, OWNER_PID: Deno.pid }).filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
  const setUp = await script(setup, [base, suite], env).catch((error) => ({ code: 75, said: String(error) }));
  if (setUp.code === 75) {
    const skipped = setUp.said.trim().split("\n").at(-1) ?? `${setup} gave no reason`;
    if (Deno.env.get("MUSTER_INTEROP") === "required") {
      throw new Error(`No real ${what} here: ${skipped}`);
    }
    Deno.stderr.writeSync(new TextEncoder().encode(`Skipped: no real ${what} here: ${skipped}\n`));
    return { skipped };
  }
  if (setUp.code !== 0) throw new Error(`${setup} ended with ${setUp.code}: ${setUp.said}`);
  await Deno.mkdir(`${base}/runs`, { recursive: true });
  const run = await Deno.makeTempDir({ dir: `${base}/runs` });
  const attempt = async () => {
    const ports = freePorts(3);
    const { code, said } = await script(start, [base, run, ...ports.map(String)], env);
    if (code !== 0) throw new Error(`${start} ended with ${code}: ${said}`);
    return ports;
  };
  // Another test's servers may take a free port before it is used. Then it tries once more with other ports.
  const ports = await attempt().catch(attempt);
  return {
    base,
    ports,
    seed: JSON.parse(await Deno.readTextFile(`${base}/seed.json`)),
    async stop() {
      await script("stop.sh", [run], {});
      await Deno.remove(run, { recursive: true });
    },
  };
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
