/**
 * Reads the files with settings and keys. Each is read once, when it is first needed.
 *
 * @module
 */
import { CredentialsError } from "../engine/errors.ts";
import { mayRead } from "./permissions.ts";

/** Read access to this machine's files, for one handle. */
export interface LocalFiles {
  /**
   * A file's content; undefined if there is no file, or it may not be read (see `denied`).
   *
   * @throws {CredentialsError} when it exists but cannot be read, is not a plain file, or is longer than 1 MB.
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The names in a folder, sorted; undefined as above. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Whether others than the owner may read or change a file. False if the system does not have such permissions. */
  exposed(path: string): Promise<boolean>;
  /** The paths that were needed and may not be read. */
  readonly denied: ReadonlySet<string>;
}

/** The longest file that is read, in bytes. No settings or key file is longer. */
const LONGEST = 1024 * 1024;

/** This machine's files. */
export function localFiles(): LocalFiles {
  const denied = new Set<string>();
  const content = new Map<string, Promise<Uint8Array | undefined>>();
  const names = new Map<string, Promise<readonly string[] | undefined>>();
  const once = <T>(kept: Map<string, Promise<T | undefined>>, path: string, read: () => T | Promise<T>) => {
    let found = kept.get(path);
    if (found === undefined) kept.set(path, found = allowed(path, read));
    return found;
  };
  const allowed = async <T>(path: string, read: () => T | Promise<T>): Promise<T | undefined> => {
    if (!mayRead(path)) {
      denied.add(path);
      return undefined;
    }
    try {
      return await read();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return undefined;
      }
      if (error instanceof CredentialsError) throw error;
      throw new CredentialsError(`Cannot read ${path}: the system refuses: ${(error as Error).message}`, {
        cause: error,
      });
    }
  };
  return {
    denied,
    read: (path) =>
      once(content, path, () => {
        // Read synchronously, because these files are few and small, and another thread takes longer.
        const { isFile, size } = Deno.statSync(path);
        // A pipe or a device could make us wait forever.
        if (!isFile) throw new CredentialsError(`Cannot read ${path}: it is not a file`);
        if (size > LONGEST) {
          throw new CredentialsError(`Cannot read ${path}: it is far too long: ${size} bytes`);
        }
        return Deno.readFileSync(path);
      }),
    list: (folder) =>
      once(names, folder, async () => {
        const found: string[] = [];
        for await (const { name } of Deno.readDir(folder)) found.push(name);
        return found.sort();
      }),
    exposed: async (path) => {
      if (Deno.build.os === "windows") return false;
      const stat = await allowed(path, () => Deno.statSync(path));
      return ((stat?.mode ?? 0) & 0o077) !== 0;
    },
  };
}

/** An absolute path, with `~` replaced and relative to `folder`, without loading `node:path`. */
export function resolvePath(path: string, home: string | undefined, folder: string): string {
  if (path === "~" || path.startsWith("~/")) {
    return home === undefined ? path : joinPath(home, path.slice(2));
  }
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || folder === ""
    ? path
    : joinPath(folder, path);
}

/** Joins `folder` and `name` with one slash. */
export function joinPath(folder: string, name: string): string {
  const bare = name.replace(/^\.\//, "");
  return bare === "" ? folder : `${folder.replace(/[\\/]+$/, "")}/${bare}`;
}
