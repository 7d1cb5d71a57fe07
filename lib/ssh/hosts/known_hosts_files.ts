/**
 * The known_hosts files of a run: read once, used often, and appended to.
 *
 * @module
 */
import { mayReadVariable, permittedVariable } from "../../platform/permissions.ts";
import { pathValue } from "../../engine/process/path_value.ts";
import { failure, fileReason } from "../target.ts";
import {
  hostPattern,
  type HostVerdict,
  type KnownHostLine,
  lineMatches,
  parseKnownHosts,
  verdictOn,
} from "./known_hosts.ts";

/** Host keys from one or more files, and those accepted since. */
export class KnownHosts {
  /** Sentences about lines that were not used. */
  readonly ignored: readonly string[];
  /** The files; new lines are appended to the first. */
  readonly paths: readonly string[];
  #lines: KnownHostLine[];
  #matching = new Map<string, Promise<KnownHostLine[]>>();
  /** Keys are accepted one after another, so that a host never gets two lines or two different keys. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(paths: readonly string[], lines: KnownHostLine[], ignored: string[]) {
    this.paths = paths;
    this.#lines = lines;
    this.ignored = ignored;
  }

  /**
   * Reads the files. A missing file counts as empty.
   *
   * @param paths Default: `.ssh/known_hosts` in the home folder.
   * @throws {SshError} when one cannot be read, or the home folder is not known.
   */
  static async load(paths?: string | readonly string[]): Promise<KnownHosts> {
    const all = paths === undefined ? [defaultPath()] : typeof paths === "string" ? [paths] : [...paths];
    const lines: KnownHostLine[] = [];
    const ignored: string[] = [];
    for (const path of all) {
      pathValue(path, "knownHosts", "key");
      const parsed = parseKnownHosts(await readOrEmpty(path), path);
      lines.push(...parsed.lines);
      ignored.push(...parsed.ignored);
    }
    return new KnownHosts(all, lines, ignored);
  }

  /** Checks a server's key (base64). */
  async judge(host: string, port: number, key: string): Promise<HostVerdict> {
    return verdictOn(await this.#of(host, port), key);
  }

  /** The lines that match a host, in the order of the files. */
  linesFor(host: string, port: number): Promise<readonly KnownHostLine[]> {
    return this.#of(host, port);
  }

  /**
   * Checks again and, if the host is still unknown, appends a line for it to the first file. The file is created if
   * needed, readable only by its owner.
   *
   * @returns The verdict before the line was added: anything except `unknown` means that nothing was written.
   * @throws {SshError} when the file cannot be written.
   */
  accept(host: string, port: number, type: string, key: string): Promise<HostVerdict> {
    const mine = this.#turn.then(async () => {
      const before = await this.judge(host, port, key);
      if (before.verdict !== "unknown") return before;
      const name = hostPattern(host, port);
      const path = this.paths[0];
      if (path === undefined) throw failure(`remember the key of ${name}`, "no known_hosts file is named");
      await append(path, `${name} ${type} ${key}`);
      this.#lines.push({ marker: undefined, hosts: name, type, key, at: `${path} (just added)` });
      this.#matching.clear();
      return before;
    });
    this.#turn = mine.catch(() => {});
    return mine;
  }

  #of(host: string, port: number): Promise<KnownHostLine[]> {
    const name = hostPattern(host, port);
    let found = this.#matching.get(name);
    if (!found) {
      found = Promise.all(this.#lines.map((line) => lineMatches(line.hosts, name)))
        .then((hits) => this.#lines.filter((_, index) => hits[index]));
      this.#matching.set(name, found);
    }
    return found;
  }
}

function defaultPath(): string {
  const home = permittedVariable("HOME");
  if (home) return `${home}/.ssh/known_hosts`;
  throw failure(
    "check host keys",
    mayReadVariable("HOME")
      ? "HOME is not set. Name the known_hosts file in `knownHosts`"
      : "this script may not read HOME to find known_hosts. " +
        "Run it with --allow-env=HOME, or name the file in `knownHosts`",
  );
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw failure("check host keys", fileReason(path, error, "read"), error);
  }
}

/** One write for the whole line, at the end of the file, so that lines of several processes never mix. */
async function append(path: string, line: string): Promise<void> {
  try {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const options = { append: true, read: true, create: true, mode: 0o600 };
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, options);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || folder === "") throw error;
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      file = await Deno.open(path, options);
    }
    try {
      const bytes = new TextEncoder().encode(`${await endsInLine(file) ? "" : "\n"}${line}\n`);
      const written = await file.write(bytes);
      if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes were written`);
      await file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    throw failure("remember a host's key", fileReason(path, error, "write"), error);
  }
}

/** Whether the file is empty or its last line is complete. */
async function endsInLine(file: Deno.FsFile): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const last = new Uint8Array(1);
  await file.seek(size - 1, Deno.SeekMode.Start);
  await file.read(last);
  return last[0] === 10;
}
