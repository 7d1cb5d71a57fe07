/**
 * Where journals are kept: `MUSTER_STATE`, else `$XDG_STATE_HOME/muster`, else `~/.local/state/muster`.
 *
 * @module
 */
import { JournalError } from "../../engine/errors.ts";
import { mayRead, mayWrite, permittedVariable } from "../../platform/permissions.ts";

/** The folder; undefined if the environment names none or may not be read. */
export function stateFolder(): string | undefined {
  const own = permittedVariable("MUSTER_STATE");
  if (own !== undefined) return own;
  const state = permittedVariable("XDG_STATE_HOME");
  // The specification of these variables says to ignore a path that is not absolute.
  if (state?.startsWith("/")) return `${state}/muster`;
  const home = permittedVariable("HOME");
  return home === undefined ? undefined : `${home}/.local/state/muster`;
}

/** The folder of the journals. */
export function runsFolder(): string | undefined {
  const folder = stateFolder();
  return folder === undefined ? undefined : `${folder}/runs`;
}

/**
 * The folder of the journals, created if it does not exist.
 *
 * @throws {JournalError} when that is not possible.
 */
export async function makeRunsFolder(): Promise<string> {
  const folder = runsFolder();
  const instead = "or use --no-journal: a run without a journal cannot be resumed.";
  if (folder === undefined) {
    throw new JournalError(
      `Cannot keep a journal: no folder for it is known. Set MUSTER_STATE (and --allow-env=MUSTER_STATE), ${instead}`,
    );
  }
  // Checked first, because a prompt of the runtime would interrupt the output.
  for (const [name, may] of [["read", mayRead], ["write", mayWrite]] as const) {
    if (!may(folder)) {
      throw new JournalError(
        `Cannot keep a journal: --allow-${name}=${folder} is missing. Add it, ${instead}`,
      );
    }
  }
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new JournalError(
      `Cannot keep a journal: its folder cannot be made: ${folder}: ${
        (error as Error).message
      }. Correct this, ${instead}`,
      { cause: error },
    );
  }
  return folder;
}
