/**
 * Runs one command over a connection.
 *
 * @module
 */
import { deadline, showTime } from "./deadline.ts";
import { OutputCollector } from "./output_lines.ts";
import type { SshConnection } from "./connection.ts";
import { exportsOf } from "./shell_quote.ts";
import type { Channel } from "./ssh2.ts";
import { failure, messageOf } from "./target.ts";

/** Options of a command. */
export interface SshRunOptions {
  /** The command's standard input. It ends after that; without it, at once. */
  stdin?: string | Uint8Array | ReadableStream<Uint8Array> | undefined;
  /**
   * Environment variables, set by a POSIX login shell before the command. The remote process list shows them, so put
   * secrets into `stdin`.
   */
  env?: Readonly<Record<string, string>> | undefined;
  /** Time limit of the command, in milliseconds. Default 300,000. */
  timeout?: number | undefined;
  /** After the time limit `TERM` is sent, and this many milliseconds later `KILL`. Default 2,000. */
  killAfter?: number | undefined;
  /** Called for every line of output as it comes, without its line ending. */
  onLine?: ((line: string, stream: "stdout" | "stderr") => void) | undefined;
  /** Aborting stops the command as the time limit does. */
  signal?: AbortSignal | undefined;
  /** The encoding of the output, as `TextDecoder` names it. Default `utf-8`. */
  encoding?: string | undefined;
  /** How many bytes of stdout, and of stderr, are kept. `onLine` gets the lines beyond that too. Default 10,000,000. */
  maxOutput?: number | undefined;
}

/**
 * How a command on a machine ended.
 *
 * @example
 * ```ts
 * import { type CommandResult, dc } from "@muster/muster";
 *
 * const words = ({ stdout, exitCode }: CommandResult) => exitCode === 0 ? stdout.split(/\\s+/) : [];
 * console.log(dc("sim").machines({ type: "web" }).ssh("who", { parse: words }));
 * ```
 */
export interface CommandResult {
  /** Null if a signal ended it. */
  exitCode: number | null;
  /** The signal that ended it, such as `SIGKILL`. */
  signal?: string;
  /** Standard output, as far as it was kept. */
  stdout: string;
  /** Standard error, as far as it was kept. */
  stderr: string;
  /** How many bytes of each were not kept, because there were more than `maxOutput`. */
  cut: { stdout: number; stderr: number };
  /** From the request to the end, in milliseconds. */
  durationMs: number;
}

/** How long a connection may take to end a killed command, in milliseconds. */
const LAST_WORDS = 1000;

/** Runs a command to its end, or ends it. See `SshSession.run`. */
export async function runCommand(
  link: SshConnection,
  command: string,
  options: SshRunOptions,
): Promise<CommandResult> {
  const { encoding = "utf-8", maxOutput = 10_000_000, timeout = 300_000, onLine, signal } = options;
  const what = `run ${shown(command)} on ${link.name}`;
  if (signal?.aborted) throw failure(what, "it was cancelled before it began", signal.reason);
  if (!link.open) throw failure(what, link.lostReason(), link.lost);
  const line = (stream: "stdout" | "stderr") => onLine && ((text: string) => onLine(text, stream));
  const stdout = new OutputCollector(encoding, maxOutput, line("stdout"));
  const stderr = new OutputCollector(encoding, maxOutput, line("stderr"));
  const sent = options.env ? exportsOf(options.env) + command : command;
  const started = link.clock.now();
  const limit = deadline(link.clock, timeout, signal);
  link.busy++;
  const run = new Running(link, sent, stdout, stderr, options.stdin);
  try {
    const outcome = await Promise.race([run.ended, limit.over]);
    if (typeof outcome === "string") {
      const how = await run.stop(options.killAfter ?? 2000);
      const because = outcome === "timeout"
        ? `it did not end within ${showTime(timeout)}`
        : "it was cancelled";
      throw failure(
        what,
        `${because}: ${how}`,
        outcome === "aborted" ? signal?.reason : undefined,
        "unknown",
      );
    }
    if (outcome.failed) {
      if (link.open) await run.stop(options.killAfter ?? 2000);
      throw failure(what, outcome.failed, outcome.cause, run.begun ? "unknown" : "no");
    }
    if (outcome.code === undefined) {
      const why = link.open
        ? "the server ended it without an exit status: its session was most likely killed"
        : link.lostReason();
      throw failure(what, `${why}. It is not known whether it has finished its work`, link.lost, "unknown");
    }
    return {
      exitCode: outcome.code,
      ...(outcome.signal === undefined ? {} : { signal: outcome.signal }),
      stdout: stdout.text(),
      stderr: stderr.text(),
      cut: { stdout: stdout.dropped, stderr: stderr.dropped },
      durationMs: link.clock.now() - started,
    };
  } finally {
    link.busy--;
    limit.clear();
    run.forget();
  }
}

/** `code` undefined: no status was received. `failed`: the error on our side. */
interface Ending {
  code?: number | null;
  signal?: string;
  failed?: string;
  cause?: unknown;
}

/** A command in progress. */
class Running {
  readonly ended: Promise<Ending>;
  readonly #link: SshConnection;
  readonly #cleanup: (() => void)[] = [];
  #channel: Channel | undefined;
  #settle!: (ending: Ending) => void;
  #over = false;
  #deaf = false;
  #closed: Promise<unknown>;

  constructor(
    link: SshConnection,
    command: string,
    stdout: OutputCollector,
    stderr: OutputCollector,
    stdin: SshRunOptions["stdin"],
  ) {
    this.#link = link;
    this.ended = new Promise((resolve) => this.#settle = resolve);
    let gone = () => {};
    this.#closed = new Promise<void>((resolve) => gone = resolve);
    this.#cleanup.push(link.onClosed(() => {
      // Output that has arrived is still passed on, until the channel closes. It should always close; the limit is a
      // precaution.
      const limit = deadline(link.clock, 200);
      this.#cleanup.push(limit.clear);
      limit.over.then(() => {
        gone();
        this.#settle({});
      });
    }));
    try {
      link.client.exec(command, (error, channel) => {
        if (!channel) return this.#settle({ failed: openReason(error), cause: error });
        if (this.#over) return channel.close();
        this.#channel = channel;
        channel.on("error", () => {});
        channel.on("data", (chunk: Uint8Array) => this.#take(stdout, chunk));
        channel.stderr.on("data", (chunk: Uint8Array) => this.#take(stderr, chunk));
        channel.on("close", (code?: number | null, signal?: string) => {
          this.#take(stdout);
          this.#take(stderr);
          gone();
          this.#settle({
            ...(code === undefined ? {} : { code }),
            ...(signal === undefined ? {} : { signal }),
          });
        });
        this.#feed(channel, stdin).catch((error) => {
          this.#settle({ failed: "its input failed. The error is in `cause`", cause: error });
        });
      });
    } catch (error) {
      this.#settle({ failed: link.open ? messageOf(error) : link.lostReason(), cause: error });
    }
  }

  /** Whether the server may have begun it: it has not refused it. */
  get begun(): boolean {
    return this.#channel !== undefined || !this.#link.open;
  }

  /** Sends `TERM`, then `KILL`, then closes the channel. Returns a sentence about what was needed. */
  async stop(killAfter: number): Promise<string> {
    const channel = this.#channel;
    this.#over = true;
    if (!channel) return "the server had not started it. It is not known whether it will";
    for (const [name, wait] of [["TERM", killAfter], ["KILL", LAST_WORDS]] as const) {
      if (!this.#link.open) return this.#link.lostReason();
      this.#link.ssh2.signal(this.#link.client, channel, name);
      if (await this.#closedWithin(wait / 2)) return `it was ended by ${name}`;
      // sshd does not accept signals for root. Only if nothing else runs here is it clear what to end instead.
      if (this.#link.busy === 1) await this.#killFromWithin(name, wait / 2);
      if (await this.#closedWithin(wait / 2)) return `it was ended by ${name}`;
    }
    channel.close();
    await this.#closedWithin(LAST_WORDS);
    return "it did not react to signals, so its channel was closed. It may still be running there";
  }

  forget(): void {
    this.#over = this.#deaf = true;
    for (const undo of this.#cleanup) undo();
  }

  /** Ends the process groups that this connection's sshd has started, with a second command. */
  async #killFromWithin(name: string, ms: number): Promise<void> {
    const others =
      `ps -A -o pid= -o ppid= | awk -v sshd=$PPID -v me=$$ '$2 == sshd && $1 != me { print $1 }'`;
    const limit = deadline(this.#link.clock, ms);
    const done = new Promise<void>((resolve) => {
      try {
        this.#link.client.exec(`for p in $(${others}); do kill -${name} -$p; done`, (_, channel) => {
          if (!channel) return resolve();
          channel.on("error", () => {});
          channel.on("data", () => {});
          channel.stderr.on("data", () => {});
          channel.on("close", () => resolve());
          channel.end();
        });
      } catch {
        resolve(); // The connection broke; that is reported elsewhere.
      }
    });
    await Promise.race([done, limit.over]);
    limit.clear();
  }

  async #closedWithin(ms: number): Promise<boolean> {
    const limit = deadline(this.#link.clock, ms);
    const first = await Promise.race([this.#closed.then(() => "closed"), limit.over]);
    limit.clear();
    return first === "closed";
  }

  /** Passes bytes (or the end) on. An error of the caller's `onLine` ends the command, not the process. */
  #take(output: OutputCollector, chunk?: Uint8Array): void {
    if (this.#deaf) return; // Keep reading, because a channel with unread output never closes.
    try {
      if (chunk) output.push(chunk);
      else output.end();
    } catch (error) {
      this.#settle({ failed: `the receiver of its output failed: ${messageOf(error)}`, cause: error });
    }
  }

  async #feed(channel: Channel, stdin: SshRunOptions["stdin"]): Promise<void> {
    const { ssh2 } = this.#link;
    if (stdin instanceof ReadableStream) {
      const reader = stdin.getReader();
      this.#cleanup.push(() => void reader.cancel().catch(() => {}));
      for (let next = await reader.read(); !next.done && !this.#over; next = await reader.read()) {
        if (channel.write(ssh2.buffer(next.value))) continue;
        await Promise.race([new Promise<void>((resolve) => channel.once("drain", resolve)), this.#closed]);
      }
    } else if (stdin !== undefined && stdin.length > 0) {
      channel.write(ssh2.buffer(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin));
    }
    if (!this.#over) channel.end();
  }
}

function openReason(error: (Error & { reason?: unknown }) | undefined): string {
  const text = messageOf(error);
  if (/Channel open failure/.test(text)) {
    return `the server opened no channel: ${text}. It may have reached its MaxSessions on this connection`;
  }
  return /No response from server/.test(text)
    ? "the connection was lost before it began"
    : `it was refused: ${text}`;
}

/** Only the first word, because the rest may contain a secret. */
function shown(command: string): string {
  const first = command.trim().split(/\s+/)[0]!.slice(0, 40);
  return /^[\w./-]+$/.test(first) ? `\`${first} …\`` : "a command";
}
