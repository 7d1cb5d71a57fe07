/**
 * Loads the user's own APIs for typed commands: `--api=./farm.ts` names the file that makes them.
 *
 * @module
 */
import { allRegistered, type Registered } from "../api/registry.ts";
import type { AnyResource } from "../engine/resource/describe.ts";
import { UsageError } from "./exit_codes.ts";
import { explained, urlOf } from "./tasks/find_tasks.ts";

/**
 * Loads the files.
 *
 * @param taken Names that their exports cannot have.
 * @returns Their exports, by name.
 * @throws {TaskError} for a file that cannot be loaded.
 * @throws {UsageError} when a name would mean two things.
 */
export async function loadApis(
  files: readonly string[],
  command: string,
  taken: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const exported: Record<string, unknown> = Object.create(null);
  for (const file of files) {
    const module = await explained(
      file,
      "file",
      () => import(urlOf(file)) as Promise<Record<string, unknown>>,
    );
    for (const [name, value] of Object.entries(module)) {
      if (name === "default") continue;
      if (taken.includes(name) || name in exported) {
        throw new UsageError(
          `Cannot use ${file} with muster ${command}: it exports ${name}, which is the name of something else there. ` +
            "Export it by another name.",
          command,
        );
      }
      exported[name] = value;
    }
  }
  return exported;
}

/** One kind of thing in a loaded API. */
export interface OwnKind {
  /** The name to list it by: `jobs`. */
  readonly plural: string;
  readonly resource: AnyResource;
  readonly api: Registered;
}

/** The kinds of all loaded APIs. */
export function ownKinds(): readonly OwnKind[] {
  return allRegistered().flatMap((api) =>
    api.resources().map((resource) => ({ plural: resource.plural ?? `${resource.kind}s`, resource, api }))
  );
}
