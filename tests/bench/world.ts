/**
 * What the benchmarks share: keys, a server process, client processes, and paired measurements.
 */
import { md5Fingerprint } from "../../lib/platform/keys/fingerprint.ts";
import { publicKeyLine } from "../../lib/sim/ssh_key.ts";

/** A key made for this run: its file and its public line. */
export interface BenchKey {
  path: string;
  line: string;
}

const here = new URL(".", import.meta.url).pathname;
export const scratch = await Deno.makeTempDir({ prefix: "muster-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(scratch, { recursive: true }));

async function makeKey(name: string, algorithm: "Ed25519" | RsaHashedKeyGenParams): Promise<BenchKey> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as CryptoKeyPair;
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const path = `${scratch}/${name}`;
  const pem = der.toBase64().replace(/.{64}/g, "$&\n");
  await Deno.writeTextFile(path, `-----BEGIN PRIVATE KEY-----\n${pem}\n-----END PRIVATE KEY-----\n`, {
    mode: 0o600,
  });
  return { path, line: await publicKeyLine(pair.publicKey, name) };
}

export const ed25519 = await makeKey("id_ed25519", "Ed25519");
export const rsa = await makeKey("id_rsa", {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
});

/** What arrived at a server. */
export interface Arrived {
  requests: number;
  refused: number;
  writes: number;
  doubled: number;
  left: number;
  slowest: number;
}

/** Starts a server in its own process. */
export async function startServer(options: Record<string, unknown>) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-net=127.0.0.1", `${here}server.ts`],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const ask = async (value: unknown) => {
    await writer.write(new TextEncoder().encode(JSON.stringify(value) + "\n"));
    let text = "";
    while (!text.endsWith("\n")) {
      const { value: chunk, done } = await reader.read();
      if (done) throw new Error("the server ended");
      text += chunk;
    }
    return JSON.parse(text);
  };
  const { url } = await ask({ account: "sim", keys: [ed25519.line, rsa.line], ...options }) as {
    url: string;
  };
  return {
    url,
    arrived: () => ask({}) as Promise<Arrived>,
    async stop() {
      await writer.close();
      reader.cancel().catch(() => {});
      await child.status;
    },
  };
}

/** Runs a client process; its printed facts, and its CPU time in seconds. */
export async function runClient(facts: Record<string, unknown>) {
  return JSON.parse(
    await output(["run", "--quiet", "--no-check", ...FLAGS, `${here}client.ts`, JSON.stringify(facts)]),
  );
}

export const FLAGS = ["--allow-all"]; // /proc, where the peak memory is, wants all

/** What a `deno` command printed. */
export async function output(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env: { HOME: scratch, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`deno ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** `triton inst ls` with the RSA key. */
export async function tritonList(bin: string, url: string): Promise<void> {
  const home = `${scratch}/triton`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  await Deno.copyFile(rsa.path, `${home}/.ssh/id_rsa`);
  await Deno.writeTextFile(`${home}/.ssh/id_rsa.pub`, `${rsa.line}\n`);
  const blob = Uint8Array.fromBase64(rsa.line.split(" ")[1]!);
  const { code, stdout, stderr } = await new Deno.Command(`${bin}/triton`, {
    args: ["inst", "ls"],
    env: {
      HOME: home,
      PATH: Deno.env.get("PATH") ?? "",
      TRITON_URL: url,
      TRITON_ACCOUNT: "sim",
      TRITON_KEY_ID: md5Fingerprint(blob),
    },
    clearEnv: true,
    stdin: "null",
  }).output();
  if (code !== 0 || !new TextDecoder().decode(stdout).includes("test-0")) {
    throw new Error(`triton inst ls: ${new TextDecoder().decode(stderr)}`);
  }
}

/** The middle one. */
export const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
