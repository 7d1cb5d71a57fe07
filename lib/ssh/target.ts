/**
 * A host to connect to, and its name in messages.
 *
 * @module
 */
import { SshError } from "../engine/errors.ts";

/**
 * A host to connect to.
 *
 * @example
 * ```ts
 * import { dc, type SshTarget } from "@muster/muster";
 *
 * const jump: SshTarget = { host: "jump.example.com", user: "ops", port: 2222 };
 * console.log(dc("sim").machines({ type: "db" }).ssh("uptime", { jump }));
 * ```
 */
export interface SshTarget {
  /** Name or address. */
  host: string;
  /** Default 22. */
  port?: number | undefined;
  /** The login user. */
  user: string;
  /** Its name in messages, such as the machine's name. Default: the host. */
  name?: string | undefined;
}

/** The port of a target. */
export function portOf(target: SshTarget): number {
  return target.port ?? 22;
}

/** `web-1 (admin@192.0.2.7:22)`. */
export function nameOf(target: SshTarget): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  const address = `${target.user}@${host}:${portOf(target)}`;
  return target.name === undefined || target.name === target.host ? address : `${target.name} (${address})`;
}

/** The operating system's or ssh2's code of an error. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * An {@linkcode SshError} with the message `Cannot <what>: <why>`.
 *
 * @param what What was tried, with the target.
 * @param why The reason with the fact and, after a full stop, what to do.
 * @param sent Whether it may have been carried out.
 */
export function failure(what: string, why: string, cause?: unknown, sent: SshError["sent"] = "no"): SshError {
  return new SshError(`Cannot ${what}: ${why}`, undefined, {
    sent,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Why a local file could not be read or written, and what to do. */
export function fileReason(path: string, error: unknown, access: "read" | "write"): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `this script may not ${access} it: ${path}. Run it with --allow-${access}=${path}`;
  }
  if (error instanceof Deno.errors.NotFound) return `the file or folder does not exist: ${path}`;
  if (error instanceof Deno.errors.PermissionDenied) return `the permission was denied: ${path}`;
  if (error instanceof Deno.errors.IsADirectory || codeOf(error) === "EISDIR") {
    return `it is a folder: ${path}`;
  }
  if (codeOf(error) === "ENOSPC") return `the disk is full: ${path}. Free some space and try again`;
  return `it failed: ${path}: ${messageOf(error)}`;
}
