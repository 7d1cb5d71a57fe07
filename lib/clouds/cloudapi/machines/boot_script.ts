/**
 * The script that a machine runs when it boots: its metadata `user-script`.
 *
 * @module
 */
import { pathValue } from "../../../engine/process/path_value.ts";
import { type Clock, MusterError } from "../../../engine/mod.ts";

/**
 * The script itself, or the file that contains it.
 *
 * @example
 * ```ts
 * import { type BootScript, dc } from "@muster/muster";
 *
 * const script: BootScript = "#!/bin/sh\nexec svcadm enable app\n"; // or { file: "boot.sh" }
 * console.log(dc("sim").machine("bastion").script(script));
 * ```
 */
export type BootScript = string | { readonly file: string | URL };

/**
 * Checks a boot script.
 *
 * @throws {MusterError} when it is empty or invalid.
 */
export function checkScript(script: BootScript): void {
  const given = typeof script === "object" && script !== null ? script.file : script;
  if (given instanceof URL || (typeof given === "string" && given.trim() !== "")) return;
  throw new MusterError(
    `Cannot use this as a boot script: it is ${
      given === "" ? "empty" : `neither a text nor { file }`
    }: ${typeof script}`,
  );
}

/**
 * The text of a boot script.
 *
 * @throws {MusterError} when the file cannot be read.
 */
export async function scriptText(script: BootScript, clock: Clock): Promise<string> {
  if (typeof script === "string") return script;
  if (typeof script.file === "string") {
    pathValue(script.file, "the boot script's file", "the text itself as the script");
  }
  try {
    return await clock.hold(() => Deno.readTextFile(script.file));
  } catch (error) {
    throw new MusterError(`Cannot read the boot script: ${(error as Error).message}: ${script.file}`, {
      cause: error,
    });
  }
}
