import { run } from "./keys/key_matrix.ts";

/** A real `ssh-agent` while `work` runs. `add` adds a key file to it. */
export async function withAgent(
  work: (socket: string, add: (path: string) => Promise<void>, stop: () => Promise<void>) => Promise<void>,
): Promise<void> {
  // A unix socket's path must be short.
  const folder = await Deno.makeTempDir({ prefix: "ma-" });
  const socket = `${folder}/s`;
  const child = new Deno.Command("ssh-agent", {
    args: ["-D", "-a", socket],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  })
    .spawn();
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // Already gone.
    }
    await child.status;
  };
  try {
    for (let tries = 0; tries < 200; tries++) {
      if (await Deno.stat(socket).then(() => true, () => false)) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await work(
      socket,
      async (path) => void await run("ssh-add", ["-q", path], { SSH_AUTH_SOCK: socket }),
      stop,
    );
  } finally {
    await stop();
    await Deno.remove(folder, { recursive: true });
  }
}
