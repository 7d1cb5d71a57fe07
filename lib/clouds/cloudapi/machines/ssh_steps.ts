/**
 * Steps that work on machines over SSH. `npm:ssh2` is loaded when the first machine is connected.
 *
 * @module
 */
import {
  type Duration,
  milliseconds,
  MusterError,
  type Performance,
  type PerformContext,
  SshError,
} from "../../../engine/mod.ts";
import { pathValue } from "../../../engine/process/path_value.ts";
import { systemClock } from "../../../engine/time/clock.ts";
import type {
  AddressChoice,
  CommandResult,
  KeySource,
  Passphrase,
  SshPool,
  SshSession,
  SshTarget,
} from "../../../ssh/mod.ts";
import type { Machine } from "../machine_record.ts";
import { noLogins, sshLogin } from "./ssh_login.ts";

/**
 * How to connect to machines.
 *
 * @example
 * ```ts
 * import { dc, type SshConnecting } from "@muster/muster";
 *
 * const inside: SshConnecting = { user: "ops", port: 2222, address: "private", jump: { host: "jump.example.com", user: "ops" } };
 * console.log(dc("sim").machines({ type: "db" }).download("/var/log/db.log", (machine) => `${machine.name}.log`, inside));
 * ```
 */
export interface SshConnecting {
  /** The user. Default: the tag `default_user` of the machine's image, else `root`. */
  user?: string | ((machine: Machine) => string);
  /** The port. Default: the machine's tag `tritoncli.ssh.port`, else 22. */
  port?: number;
  /** The private key: a path, its text, or a function that returns either. Default: the ssh-agent's keys. */
  key?: KeySource | readonly KeySource[];
  /** The key's passphrase, or a function that returns it. */
  passphrase?: Passphrase;
  /** The ssh-agent's socket, or false for none. Default: `SSH_AUTH_SOCK`, if it may be read. */
  agent?: string | false;
  /** Which host keys to trust: only those in `known_hosts` (default), or new ones too, which are then added to it. */
  accept?: "known" | "new";
  /** The files with known host keys. Default: `~/.ssh/known_hosts`. */
  knownHosts?: string | readonly string[];
  /** The jump hosts. Default: the machine that the tag `tritoncli.ssh.proxy` names. False: none. */
  jump?: SshTarget | readonly SshTarget[] | false;
  /**
   * The address: public if there is one, private, or the result of a function. Default: the machine's tag
   * `tritoncli.ssh.ip`, else public if there is one.
   */
  address?: AddressChoice<Machine>;
  /** The most connections at once. Default 50. */
  concurrency?: number;
  /** Time limit for connecting. Default 15 s. */
  connectTimeout?: Duration;
}

/**
 * Options of a command.
 *
 * @example
 * ```ts
 * import { dc, type SshCommandOptions } from "@muster/muster";
 *
 * const options: SshCommandOptions<number> = { timeout: "1m", check: false, parse: ({ stdout }) => Number(stdout) };
 * console.log(dc("sim").machines({ type: "web" }).ssh("nproc", options));
 * ```
 */
export interface SshCommandOptions<Output = CommandResult> extends SshConnecting {
  /** Time limit of the command. Default 5 minutes. */
  timeout?: Duration;
  /** Whether the member fails if the exit code is not 0. Default true. */
  check?: boolean;
  /** Environment variables, if the machine's SSH server accepts them. */
  env?: Record<string, string>;
  /** The command's standard input. Default: empty. */
  stdin?: string;
  /** Makes the machine's output in the report from the command's result. Default: the whole result. */
  parse?: (result: CommandResult, machine: Machine) => Output;
  /** Whether a resumed run may run it again when it is not known whether it ran. Default false. */
  repeatable?: boolean;
}

/**
 * A script to run: its text, or the file it is in, and its arguments.
 *
 * @example
 * ```ts
 * import { dc, type SshScript } from "@muster/muster";
 *
 * const script: SshScript = { script: "#!/bin/sh\\necho $1", args: ["hello"] }; // or { file: "check.sh" }
 * console.log(dc("sim").machines({ type: "web" }).ssh(script));
 * ```
 */
export type SshScript = { script: string; args?: readonly string[] } | {
  file: string | URL;
  args?: readonly string[];
};

/**
 * A command line or a script, or a function that returns one for each machine.
 *
 * @example
 * ```ts
 * import { dc, type SshCommand } from "@muster/muster";
 *
 * const greet: SshCommand = (machine) => `echo ${machine.name}`;
 * console.log(dc("sim").machines({ type: "web" }).ssh(greet));
 * ```
 */
export type SshCommand = string | SshScript | ((machine: Machine) => string | SshScript);

/** SSH sessions for one step of one run: opened for the first machine, closed with the run. */
class Sessions {
  readonly #options: SshConnecting;
  #pool: Promise<SshPool> | undefined;
  #known = noLogins();

  constructor(options: SshConnecting) {
    this.#options = options;
  }

  async use<T>(context: PerformContext<Machine>, work: (session: SshSession) => Promise<T>): Promise<T> {
    const ssh = await import("../../../ssh/mod.ts");
    const { accept } = this.#options;
    this.#pool ??= Promise.resolve(ssh.createSshPool(this.#poolOptions()));
    let { record } = context;
    // When the record of a new machine was read, it may not have had an address yet.
    if ((record.ips ?? []).length === 0) record = await context.refresh();
    const { target, jump } = await sshLogin(record, this.#options, context, this.#known);
    const pool = await this.#pool;
    // SSH takes real time, whatever the API's clock. Waiting for a connection can be cancelled, a command cannot.
    return await context.clock.hold(() =>
      pool.use(target, work, {
        signal: context.signal,
        jump,
        ...(accept === undefined ? {} : { accept }),
      })
    );
  }

  #poolOptions() {
    const { key, passphrase, agent, accept, knownHosts, concurrency, connectTimeout } = this.#options;
    return {
      clock: systemClock,
      ...(key === undefined ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(agent === undefined ? {} : { agent }),
      ...(accept === undefined ? {} : { accept }),
      ...(knownHosts === undefined ? {} : { knownHosts }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(connectTimeout === undefined
        ? {}
        : { connectTimeout: milliseconds(connectTimeout, "connectTimeout") }),
    };
  }

  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = undefined;
    this.#known = noLogins();
    await pool?.close();
  }
}

const short = (text: string) => text.length > 50 ? `${text.slice(0, 47)}…` : text;

/** The text of a command in a plan. It never shows all arguments, or what goes to stdin. */
function labelOf(name: string, command: unknown): string {
  if (typeof command === "function") return `${name}(…)`;
  if (typeof command === "string") return `${name}(${JSON.stringify(short(command))})`;
  const { file } = command as { file?: string | URL };
  return file === undefined ? `${name}({ script })` : `${name}({ file: ${JSON.stringify(String(file))} })`;
}

function checkCommand(command: unknown): void {
  const ok = typeof command === "function" || (typeof command === "string" && command.trim() !== "") ||
    (typeof command === "object" && command !== null && ("script" in command || "file" in command));
  if (!ok) {
    throw new MusterError(
      `Cannot run this over SSH: it is not a command, script or function: ${
        JSON.stringify(command) ?? String(command)
      }`,
    );
  }
}

/** The last lines of an error output, for a message. */
const tail = (text: string) => text.trim().split("\n").slice(-3).join(" | ").slice(-300);

async function run(
  session: SshSession,
  command: string | SshScript,
  options: SshCommandOptions<unknown>,
  context: PerformContext<Machine>,
): Promise<CommandResult> {
  const how = {
    onLine: context.line,
    ...(options.timeout === undefined ? {} : { timeout: milliseconds(options.timeout, "timeout") }),
    ...(options.env === undefined ? {} : { env: options.env }),
  };
  if (typeof command === "string") {
    return await session.run(command, {
      ...how,
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    });
  }
  const text = "file" in command ? await readScript(command.file) : command.script;
  return await session.script(text, { ...how, args: [...command.args ?? []] });
}

async function readScript(file: string | URL): Promise<string> {
  if (typeof file === "string") pathValue(file, "the script's file", "{ script }");
  try {
    return await Deno.readTextFile(file);
  } catch (error) {
    throw new SshError(`Cannot read the script: ${(error as Error).message}: ${file}`, undefined, {
      cause: error,
    });
  }
}

/** A command that may have been started by a run that died is not started again, unless that does no harm. */
function refuseDoubt(context: PerformContext<Machine>, what: string, repeatable: boolean): void {
  if (!context.doubt || repeatable) return;
  throw new SshError(
    `Cannot tell whether ${what} was done on ${context.member.name}: the previous run ended in the middle of it. Check, ` +
      `and use { repeatable: true } if doing it again does no harm.`,
    undefined,
    { sent: "unknown" },
  );
}

/** The SSH steps of machines. */
export const sshSteps = {
  /**
   * Runs a command or script on each machine. Its output is in the report.
   *
   * If the exit code is not 0, the machine fails with an `SshError`, unless `check: false`.
   */
  ssh<Output = CommandResult>(
    command: SshCommand,
    options: SshCommandOptions<Output> = {},
  ): Performance<Machine> {
    checkCommand(command);
    const sessions = new Sessions(options);
    return {
      name: "ssh",
      label: labelOf("ssh", command),
      async perform(context) {
        refuseDoubt(context, "the command", options.repeatable ?? false);
        const wanted = typeof command === "function" ? command(context.record) : command;
        checkCommand(wanted);
        const result = await sessions.use(context, (session) => run(session, wanted, options, context));
        if ((options.check ?? true) && result.exitCode !== 0) {
          const how = result.exitCode === null
            ? `was ended by ${result.signal ?? "a signal"}`
            : `exited with ${result.exitCode}`;
          const said = tail(result.stderr) || tail(result.stdout);
          throw new SshError(
            `Cannot finish the command on ${context.member.name}: it ${how}${said ? `: ${said}` : ""}`,
            result.exitCode ?? undefined,
          );
        }
        return options.parse ? options.parse(result, context.record) : result;
      },
      close: () => sessions.close(),
    };
  },

  /** Copies a file to each machine: from a local path or from bytes, to a path on the machine. */
  upload(
    from: string | Uint8Array | ((machine: Machine) => string | Uint8Array),
    to: string,
    options: SshConnecting & { mode?: number } = {},
  ): Performance<Machine> {
    const sessions = new Sessions(options);
    const what = typeof from === "string" ? JSON.stringify(from) : "…";
    return {
      name: "upload",
      label: `upload(${what}, ${JSON.stringify(to)})`,
      // Writing the same file again does no harm, so a doubtful one is simply written again.
      perform: (context) =>
        sessions.use(context, async (session) => {
          const source = typeof from === "function" ? from(context.record) : from;
          const bytes = await session.upload(
            source,
            to,
            options.mode === undefined ? {} : { mode: options.mode },
          );
          return { to, bytes };
        }),
      close: () => sessions.close(),
    };
  },

  /** Copies a file from each machine to a local path, which must differ from machine to machine. */
  download(
    from: string,
    to: (machine: Machine) => string,
    options: SshConnecting = {},
  ): Performance<Machine> {
    if (typeof to !== "function") {
      throw new MusterError(
        `Cannot download to one path: the files of the machines would overwrite one another. Give a function, such as ` +
          "(machine) => `${machine.name}.log`",
      );
    }
    const sessions = new Sessions(options);
    return {
      name: "download",
      label: `download(${JSON.stringify(from)}, …)`,
      perform: (context) =>
        sessions.use(context, async (session) => {
          const path = to(context.record);
          return { path, bytes: await session.download(from, path) };
        }),
      close: () => sessions.close(),
    };
  },
};
