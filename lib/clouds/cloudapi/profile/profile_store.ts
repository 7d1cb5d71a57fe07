/** All profiles, from all places. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import type { LocalFiles } from "../../../platform/local_files.ts";
import type { Environment } from "../../../platform/permissions.ts";
import { environmentLayer, PROFILE_VARIABLES } from "./profile_env.ts";
import type { Profile, ProfileFolder } from "./profile_fields.ts";
import { tritonProfiles } from "./profile_triton.ts";
import { yamlProfiles } from "./profile_yaml.ts";
import type { Settings } from "./settings.ts";

/** Finds profiles. Each file is read once, when it is first needed. */
export interface ProfileStore {
  /** All names, each once, those of `muster.yaml` first. */
  names(): Promise<string[]>;
  profile(name: string): Promise<Profile | undefined>;
  /**
   * The default profile that a file names; undefined if none does.
   *
   * @throws {CredentialsError} when there is no profile of that name.
   */
  current(): Promise<Profile | undefined>;
}

/** The profiles on this machine. */
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
        // For the official client this means the environment, which comes first here anyway.
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

/** A profile in a list. It never has key material. */
export interface ProfileEntry extends Omit<Settings, "keyMaterial"> {
  name: string;
  /** Its file; `environment` for the one called `env`. */
  source: string;
  /** Whether `dc()` uses it. */
  current: boolean;
  /** Why it cannot be used; undefined if it can. */
  problem?: string;
}

/**
 * All profiles, with their sources. The environment comes first, if it has a URL or an account.
 *
 * A profile that cannot be read is listed with its `problem`.
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
