/**
 * The files settings and keys are in. Each is read when first asked for, and only once.
 *
 * @module
 */
import { CredentialsError } from "../engine/errors.ts";
import { mayRead } from "./permissions.ts";

/** Read access to this machine's files, for one handle. */
export interface LocalFiles {
  /**
   * A file's content; undefined where there is none, or where it must not be read (see `denied`).
   *
   * @throws {CredentialsError} when it is there but cannot be read, is no plain file, or is longer than 1 MB.
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The names in a folder, sorted; undefined as above. */
  list(folder: string): Promise<readonly string[] | undefined>;
  /** Whether others than the owner may read or change a file. False where the system knows no such thing. */
  exposed(path: string): Promise<boolean>;
  /** The paths asked for that must not be read. */
  readonly denied: ReadonlySet<string>;
}

/** No settings and no key file is longer. */
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
        // These are few and small: to wait for each in another thread takes longer than to read it.
        const { isFile, size } = Deno.statSync(path);
        // A pipe or a device could keep us waiting for ever.
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

/** A path with `~` replaced and made absolute from `folder`, without loading `node:path`. */
export function resolvePath(path: string, home: string | undefined, folder: string): string {
  if (path === "~" || path.startsWith("~/")) {
    return home === undefined ? path : joinPath(home, path.slice(2));
  }
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || folder === ""
    ? path
    : joinPath(folder, path);
}

/** `folder` and `name` with one slash between. */
export function joinPath(folder: string, name: string): string {
  const bare = name.replace(/^\.\//, "");
  return bare === "" ? folder : `${folder.replace(/[\\/]+$/, "")}/${bare}`;
}
