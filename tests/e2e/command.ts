/**
 * The command as a process of its own, against a simulated datacenter served by the test.
 */
import { makeTemporaryHome, serve, type ServedCloudApi, type ServeOptions } from "../../lib/sim/mod.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

/** What docs/permissions.md says the command needs for a server on this machine and a key's file. */
export function permissionsFor(home: string, url: string): string[] {
  const { host } = new URL(url);
  return [
    `--allow-net=${host}`,
    "--allow-env=MUSTER_URL,MUSTER_ACCOUNT,MUSTER_KEY_ID,MUSTER_KEY_PATH,MUSTER_STATE,MUSTER_PROFILE,HOME",
    `--allow-read=${home},${home}/state,tasks`,
    `--allow-write=${home}/state,${home}/out`,
  ];
}

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** A folder, a datacenter, and the command in it. */
export class CommandBox {
  readonly home: string;
  readonly server: ServedCloudApi;
  readonly environment: Readonly<Record<string, string>>;
  readonly #remove: () => Promise<void>;

  private constructor(
    home: string,
    server: ServedCloudApi,
    env: Record<string, string>,
    remove: () => Promise<void>,
  ) {
    this.home = home;
    this.server = server;
    this.environment = env;
    this.#remove = remove;
  }

  static async make(options: ServeOptions = {}): Promise<CommandBox> {
    const scratch = await makeTemporaryHome();
    const server = await serve({
      account: "sim",
      keys: [scratch.publicKey],
      datacenter: "test-1",
      throttle: false,
      transition: { min: 100, max: 400 },
      slowness: () => 1,
      ...options,
    });
    await Deno.mkdir(`${scratch.path}/tasks`);
    await Deno.mkdir(`${scratch.path}/out`);
    return new CommandBox(scratch.path, server, {
      HOME: scratch.path,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: Deno.env.get("DENO_DIR") ??
        `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`,
      NO_COLOR: "1",
      MUSTER_URL: server.url,
      MUSTER_ACCOUNT: "sim",
      MUSTER_KEY_ID: scratch.keyId,
      MUSTER_KEY_PATH: scratch.keyPath,
      MUSTER_STATE: `${scratch.path}/state`,
    }, scratch.remove);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.#remove();
  }

  /** Writes a task file; `muster:` stands for the public module. */
  async task(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(
      `${this.home}/tasks/${name}.ts`,
      text.replaceAll("muster:", `file://${ROOT}/mod.ts`),
    );
  }

  /** Starts the command. */
  start(
    words: readonly string[],
    options: { permissions?: readonly string[]; env?: Record<string, string> } = {},
  ) {
    const permissions = options.permissions ?? permissionsFor(this.home, this.server.url);
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        `--config=${ROOT}/deno.json`,
        ...permissions,
        `${ROOT}/cli.ts`,
        ...words,
      ],
      cwd: this.home,
      clearEnv: true,
      env: { ...this.environment, ...options.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Runs the command to its end. */
  async run(words: readonly string[], options: Parameters<CommandBox["start"]>[1] = {}): Promise<Ended> {
    const { code, stdout, stderr } = await this.start(words, options).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), err: text.decode(stderr) };
  }

  /** Writes that the datacenter has executed. */
  get writes(): number {
    return this.server.sim.writes.length;
  }
}

/** This many running machines, tagged `type=test`. */
export const tests = (count: number) => ({
  count,
  each: (index: number) => ({ name: `test-${index}`, state: "running", tags: { type: "test" } }),
});
