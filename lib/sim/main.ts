#!/usr/bin/env -S deno run --allow-net=127.0.0.1 --allow-write
/**
 * `deno task sim`: a simulated CloudAPI, Keystone and Trove on ports, until Ctrl-C. It prints what clients need on
 * stdout, as shell commands for `eval "$(…)"` in another terminal; notices go to stderr.
 *
 * @module
 */
import { makeTemporaryHome } from "./temporary_home.ts";
import { showcase } from "./seed.ts";
import { serveOpenStack } from "./openstack/mod.ts";
import { serve } from "./serve.ts";

const HELP =
  `Serves a simulated Triton datacenter, and a simulated Keystone and Trove, on 127.0.0.1 until Ctrl-C.

Options:
  --port N         port of the datacenter (default: any free one)
  --os-port N      port of Keystone and Trove (default: any free one)
  --machines N     how many machines there are (default: about 60 of all sorts)
  --seed N         equal seeds give equal datacenters (default: 1)
  --speed N        machines change N times as fast (default: 1; a stop takes 10 to 30 s)
  --throttle B/R   rate limit: B requests at once, R per second (default: 30/10)
  --no-throttle    no rate limit
  --rsa            an RSA-2048 key instead of an Ed25519 one
  --help           this text
`;

const write = (stream: { writeSync(bytes: Uint8Array): number }, text: string) =>
  void stream.writeSync(new TextEncoder().encode(text));

function fail(message: string): never {
  write(Deno.stderr, `${message}\nTry --help.\n`);
  Deno.exit(2);
}

function number(name: string, text: string | undefined, low: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= low)) {
    fail(`Cannot start: --${name} must be a number from ${low}: ${text}`);
  }
  return value;
}

async function parse(args: string[]) {
  // Only when served from the command line, because its import takes 9 ms.
  const { parseArgs } = await import("node:util");
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args,
      options: {
        port: text,
        "os-port": text,
        machines: text,
        seed: text,
        speed: text,
        throttle: text,
        "no-throttle": flag,
        rsa: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    fail(`Cannot start: an option is wrong: ${(error as Error).message}`);
  }
}

/** Serves until Ctrl-C, with these arguments of the command line. */
export async function main(args: string[] = Deno.args): Promise<void> {
  const options = await parse(args);
  if (options.help) return write(Deno.stdout, HELP);
  const [burst, rate] = (options.throttle ?? "30/10").split("/").map(Number);
  if (!(burst! >= 1 && rate! > 0)) fail(`Cannot start: --throttle must be like 30/10: ${options.throttle}`);
  const port = number("port", options.port, 0) ?? 0;
  const databasesPort = number("os-port", options["os-port"], 0) ?? 0;
  const machines = number("machines", options.machines, 0) ?? showcase();
  const seed = number("seed", options.seed, 0) ?? 1;
  const speed = number("speed", options.speed, 0.001) ?? 1;

  const home = await makeTemporaryHome(options.rsa ? "rsa" : "ed25519");
  try {
    const server = await serve({
      port,
      machines,
      seed,
      speed,
      account: "sim",
      keys: [home.publicKey],
      throttle: options["no-throttle"] ? false : { burst: burst!, rate: rate! },
    });
    const databases = await serveOpenStack({ port: databasesPort, speed, seed });
    write(
      Deno.stdout,
      `export TRITON_URL=${server.url}\nexport TRITON_ACCOUNT=sim\n` +
        `export TRITON_KEY_ID=${home.keyId}\nexport MUSTER_KEY_PATH=${home.keyPath}\n` +
        Object.entries(databases.environment).map(([name, value]) => `export ${name}=${value}\n`).join(""),
    );
    write(
      Deno.stderr,
      `A simulated datacenter is at ${server.url}. For clients that look for keys in ~/.ssh: HOME=${home.path}\n` +
        `A simulated Keystone is at ${databases.authUrl}.\nCtrl-C ends both.\n`,
    );
    await interrupted();
    await Promise.all([server.close(), databases.close()]);
  } finally {
    await home.remove();
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      Deno.removeSignalListener("SIGINT", stop);
      Deno.removeSignalListener("SIGTERM", stop);
      resolve();
    };
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
  });
}

if (import.meta.main) await main();
