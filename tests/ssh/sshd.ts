/**
 * A real `sshd` for a test: its own configuration, host keys, port and authorized key in a folder of its own.
 *
 * @module
 */

const BINARY = "/usr/sbin/sshd";

/** Why tests with a real server cannot run here; undefined where they can. */
export const noSshd: string | undefined = (() => {
  try {
    Deno.statSync(BINARY);
    return undefined;
  } catch {
    return `skipped: there is no ${BINARY} (Debian: apt-get install openssh-server)`;
  }
})();
if (noSshd) Deno.stderr.writeSync(new TextEncoder().encode(`tests/ssh ${noSshd}\n`));

/** Runs a program to its end and returns its output. */
export async function tool(command: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** A port nobody listens on just now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** The login that every server here takes. */
export const user = Deno.env.get("USER") || await tool("id", "-un");

/** A server that runs. */
export interface Sshd extends AsyncDisposable {
  port: number;
  /** Its folder, for the test's files too. */
  dir: string;
  /** A private key it accepts. */
  key: string;
  /** A known_hosts file that knows it. */
  knownHosts: string;
  /** The process ids of its sessions. */
  sessions(): Promise<number[]>;
  target: { host: string; port: number; user: string; name: string };
}

/** Starts a server. */
export async function startSshd(
  options: { sftp?: string; extra?: string[]; hostKeys?: string[]; name?: string } = {},
): Promise<Sshd> {
  const dir = await Deno.makeTempDir({ prefix: "muster-sshd-" });
  const port = freePort();
  const types = options.hostKeys ?? ["ed25519"];
  for (const type of types) await tool("ssh-keygen", "-q", "-t", type, "-N", "", "-f", `${dir}/host_${type}`);
  await tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "login", "-f", `${dir}/login`);
  await Deno.copyFile(`${dir}/login.pub`, `${dir}/authorized_keys`);
  if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true });
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    ...types.map((type) => `HostKey ${dir}/host_${type}`),
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    "MaxStartups 1000",
    "MaxSessions 300",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UseDNS no",
    "SetEnv SHLVL=5", // Else bash reads ~/.bashrc for every command, whatever that costs here.
    `Subsystem sftp ${options.sftp ?? "internal-sftp"}`,
    ...options.extra ?? [],
  ];
  await Deno.writeTextFile(`${dir}/config`, config.join("\n") + "\n");
  const args = ["-D", "-e", "-f", `${dir}/config`];
  const child = new Deno.Command(BINARY, { args, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  const log = child.stderr.getReader();
  let said = "";
  while (!said.includes("Server listening")) {
    const { done, value } = await log.read();
    if (done) throw new Error(`sshd did not start: ${said}`);
    said += new TextDecoder().decode(value);
  }
  // sshd stops when nobody reads what it says.
  const drained = (async () => {
    while (!(await log.read()).done);
  })();
  const lines: string[] = [];
  for (const type of types) {
    const [kind, key] = (await Deno.readTextFile(`${dir}/host_${type}.pub`)).split(" ");
    lines.push(`[127.0.0.1]:${port} ${kind} ${key}\n`);
  }
  await Deno.writeTextFile(`${dir}/known_hosts`, lines.join(""));
  // A session is one process for root and two for others; none of them is the shell that it started.
  const sessions = async () => {
    const rows = (await tool("ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "comm=")).split("\n")
      .map((row) => row.trim().split(/\s+/));
    const found: number[] = [];
    for (let parents = [String(child.pid)]; parents.length > 0;) {
      const next = rows.filter(([, parent, name]) => parents.includes(parent!) && name!.startsWith("sshd"));
      parents = next.map(([pid]) => pid!);
      found.push(...parents.map(Number));
    }
    return found;
  };
  return {
    port,
    dir,
    key: `${dir}/login`,
    knownHosts: `${dir}/known_hosts`,
    sessions,
    target: { host: "127.0.0.1", port, user, name: options.name ?? "box" },
    async [Symbol.asyncDispose]() {
      for (const pid of await sessions()) {
        try {
          Deno.kill(pid, "SIGKILL");
        } catch { /* It has ended. */ }
      }
      child.kill("SIGTERM");
      await child.status;
      await drained;
      await Deno.remove(dir, { recursive: true });
    },
  };
}
