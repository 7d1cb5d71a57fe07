/**
 * How much slower muster's SSH is than plain ssh2. A number of sessions at once, each of which connects, runs one
 * command and closes, alternately in the two ways against one local `sshd`. Prints the ratio of the medians.
 *
 *     deno run -A tests/bench/ssh.ts [sessions=200] [rounds=5]
 *
 * @module
 */
import { createSshPool } from "../../lib/ssh/mod.ts";
import { noSshd, type Sshd, startSshd } from "../ssh/sshd.ts";

const SPEC = "npm:ssh2@1.17.0";
/** No round may take longer. */
const LIMIT = 60_000;

interface BareChannel {
  on(event: "data", listener: (chunk: Uint8Array) => void): this;
  on(event: "close", listener: (code: number) => void): this;
  stderr: { resume(): void };
}
interface BareClient {
  on(event: string, listener: (error: Error) => void): this;
  connect(config: object): void;
  exec(command: string, done: (error: Error | undefined, channel: BareChannel) => void): void;
  end(): void;
}

/** One session the way ssh2's own documentation does it. */
function bare(
  Client: new () => BareClient,
  server: Sshd,
  privateKey: string,
  command: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    let text = "";
    client.on("error", reject);
    client.on("close", () => resolve(text));
    client.on("ready", () => {
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        channel.on("data", (chunk) => text += new TextDecoder().decode(chunk));
        channel.stderr.resume();
        channel.on("close", () => client.end());
      });
    });
    const { host, port, user } = server.target;
    client.connect({ host, port, username: user, privateKey, readyTimeout: LIMIT });
  });
}

function ours(server: Sshd, sessions: number): Promise<string>[] {
  const pool = createSshPool({
    key: server.key,
    knownHosts: server.knownHosts,
    agent: false,
    concurrency: sessions,
    connectTimeout: LIMIT,
    idle: 0,
  });
  const all = Array.from({ length: sessions }, (_, i) =>
    // A name of its own for each keeps the pool from sharing connections: the bare side does not share either.
    pool.use(
      { ...server.target, name: `m${i}` },
      async (session) => (await session.run(`echo ${i}`)).stdout,
    ));
  return [...all, Promise.allSettled(all).then(() => pool.close()).then(() => "")];
}

/** Runs one round and returns its milliseconds; every session must have answered. */
async function round(start: () => Promise<string>[], sessions: number): Promise<number> {
  const began = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a round took more than ${LIMIT} ms`)), LIMIT);
  });
  const texts = await Promise.race([Promise.all(start()), late]).finally(() => clearTimeout(timer));
  const took = performance.now() - began;
  const lost = Array.from({ length: sessions }, (_, i) => i).filter((i) => texts[i] !== `${i}\n`);
  if (lost.length > 0) throw new Error(`${lost.length} of ${sessions} sessions lost`);
  return took;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  const [sessions, rounds] = [Number(Deno.args[0] ?? 200), Number(Deno.args[1] ?? 5)];
  if (noSshd) {
    say(noSshd);
    Deno.exit(0);
  }
  await using server = await startSshd();
  const { default: { Client } } = await import(SPEC) as { default: { Client: new () => BareClient } };
  const privateKey = await Deno.readTextFile(server.key);
  const withBare = () =>
    Array.from({ length: sessions }, (_, i) => bare(Client, server, privateKey, `echo ${i}`));
  const withOurs = () => ours(server, sessions);
  await round(withBare, sessions); // Not counted: the first of each pays for loading.
  await round(withOurs, sessions);
  const times: { bare: number[]; ours: number[] } = { bare: [], ours: [] };
  for (let i = 0; i < rounds; i++) {
    // The order alternates, so that neither always has the quieter moment.
    for (const side of i % 2 ? ["ours", "bare"] as const : ["bare", "ours"] as const) {
      times[side].push(await round(side === "bare" ? withBare : withOurs, sessions));
    }
  }
  const [a, b] = [median(times.bare), median(times.ours)];
  say(`bare ssh2  ${times.bare.map((ms) => ms.toFixed(0)).join(" ")}  median ${a.toFixed(0)} ms`);
  say(`muster     ${times.ours.map((ms) => ms.toFixed(0)).join(" ")}  median ${b.toFixed(0)} ms`);
  say(`${sessions} sessions at once, none lost: ${(b / a).toFixed(2)} times bare ssh2 (target 1.15)`);
}
