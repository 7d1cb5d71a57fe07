/**
 * The official client's profiles: `profiles.d/<name>.json` and the current one's name in `config.json`, in
 * `$TRITON_CONFIG_DIR`, else in `$XDG_CONFIG_HOME/triton` if that exists, else in `~/.triton`; on Windows in
 * `%APPDATA%/Joyent/Triton`. The variable is that of the vendor's next client.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { homeFolder } from "../sign/key_candidates.ts";
import { joinPath, type LocalFiles } from "../../../platform/local_files.ts";
import type { Environment } from "../../../platform/permissions.ts";
import { type ProfileFolder, readFields } from "./profile_fields.ts";

/** The profiles of the official client. Nothing is read before it is needed. */
export function tritonProfiles(env: Environment, files: LocalFiles): ProfileFolder {
  let found: Promise<string | undefined> | undefined;
  const folder = () => found ??= findFolder(env, files);
  return {
    names: async () => {
      const base = await folder();
      const names = base === undefined ? [] : await files.list(joinPath(base, "profiles.d")) ?? [];
      return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
    },
    current: async () => {
      const base = await folder();
      if (base === undefined) return undefined;
      const path = joinPath(base, "config.json");
      const name = (await readJson(path, files) as { profile?: unknown } | undefined)?.profile;
      return typeof name === "string" && name !== "" ? { name, path } : undefined;
    },
    profile: async (name) => {
      const base = await folder();
      // The name comes from the user: it must not lead out of the folder.
      if (base === undefined || /[/\\]/.test(name)) return undefined;
      const path = joinPath(base, `profiles.d/${name}.json`);
      const value = await readJson(path, files);
      return value === undefined ? undefined : { name, path, values: readFields(value, name, path, false) };
    },
  };
}

async function findFolder(env: Environment, files: LocalFiles): Promise<string | undefined> {
  const named = env.get("TRITON_CONFIG_DIR");
  if (named !== undefined) return named;
  const windows = env.get("APPDATA");
  if (windows !== undefined) return joinPath(windows, "Joyent/Triton");
  const config = env.get("XDG_CONFIG_HOME");
  if (config !== undefined && await files.list(joinPath(config, "triton"))) return joinPath(config, "triton");
  const home = homeFolder(env);
  return home === undefined ? undefined : joinPath(home, ".triton");
}

async function readJson(path: string, files: LocalFiles): Promise<unknown> {
  const data = await files.read(path);
  if (data === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    // The parser's message quotes the text.
    throw new CredentialsError(`Cannot use ${path}: it is not valid JSON.`);
  }
}
