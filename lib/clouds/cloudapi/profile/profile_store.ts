/** All profiles there are, wherever they are written down. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import type { LocalFiles } from "../../../platform/local_files.ts";
import type { Environment } from "../../../platform/permissions.ts";
import { environmentLayer, PROFILE_VARIABLES } from "./profile_env.ts";
import type { Profile, ProfileFolder } from "./profile_fields.ts";
import { tritonProfiles } from "./profile_triton.ts";
import { yamlProfiles } from "./profile_yaml.ts";
import type { Settings } from "./settings.ts";

/** Looks profiles up. Reads a file when it is first needed, and once. */
export interface ProfileStore {
  /** Every name, each once, those of `muster.yaml` first. */
  names(): Promise<string[]>;
  profile(name: string): Promise<Profile | undefined>;
  /**
   * The profile that a file says is to be used when none is named; undefined where none does.
   *
   * @throws {CredentialsError} when there is no profile of that name.
   */
  current(): Promise<Profile | undefined>;
}

/** The profiles that can be seen from here. */
export function profileStore(env: Environment, files: LocalFiles): ProfileStore {
  const folders: ProfileFolder[] = [...yamlProfiles(env, files), tritonProfiles(env, files)];
  const profile = async (name: string) => {
    for (const folder of folders) {
      const found = await folder.profile(name);
      if (found) return found;
    }
    return undefined;
  };
  const names = async () => {
    const all = new Set<string>();
    for (const folder of folders) for (const name of await folder.names()) all.add(name);
    return [...all];
  };
  return {
    names,
    profile,
    async current() {
      for (const folder of folders) {
        const said = await folder.current();
        // For the official client this is the environment, which comes first here anyway.
        if (said === undefined || said.name === "env") continue;
        const found = await profile(said.name);
        if (found) return found;
        throw new CredentialsError(
          `Cannot use the current profile that ${said.path} names: ${said.name} does not exist. There are ` +
            `${(await names()).join(", ") || "none"}`,
        );
      }
      return undefined;
    },
  };
}

/** A profile in a list. Never holds key material. */
export interface ProfileEntry extends Omit<Settings, "keyMaterial"> {
  name: string;
  /** The file it is in; `environment` for the one called `env`. */
  source: string;
  /** Whether `dc()` uses it. */
  current: boolean;
  /** Why it cannot be used; undefined where it can. */
  problem?: string;
}

/**
 * Everything that is known, with its source: the environment first, if it has a URL or an account.
 *
 * A profile that cannot be read is in the list, with its `problem`.
 */
export async function profiles(env: Environment, files: LocalFiles): Promise<ProfileEntry[]> {
  const store = profileStore(env, files);
  const entries: ProfileEntry[] = [];
  const { values: { keyMaterial: _secret, ...surroundings } } = environmentLayer(env);
  const named = PROFILE_VARIABLES.map((variable) => env.get(variable)).find((one) => one !== undefined);
  const byEnvironment = named === "env" || (named === undefined && surroundings.url !== undefined);
  if (surroundings.url ?? surroundings.account) {
    entries.push({ name: "env", source: "environment", current: byEnvironment, ...surroundings });
  }
  const current = named ?? (byEnvironment ? undefined : (await store.current().catch(() => undefined))?.name);
  for (const name of await store.names()) {
    try {
      const { values, path } = (await store.profile(name))!;
      const { keyMaterial: _none, ...shown } = values;
      entries.push({ name, source: path, current: name === current, ...shown });
    } catch (error) {
      entries.push({ name, source: "?", current: name === current, problem: (error as Error).message });
    }
  }
  return entries;
}
