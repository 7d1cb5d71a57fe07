/**
 * Profiles in `muster.yaml`, in the working folder and in the config folder (`$XDG_CONFIG_HOME/muster`, or
 * `~/.config/muster`):
 *
 * ```yaml
 * current: us-east-1
 * profiles:
 *   us-east-1:
 *     url: https://us-east-1.api.example.com
 *     account: demo
 *     keyId: SHA256:…           # any spelling; or keyPath: ~/.ssh/id_ed25519
 *     user: deploy              # the rest is optional
 *     roles: [operator]
 *     actAs: customer
 *     insecure: false
 * ```
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { homeFolder } from "../sign/key_candidates.ts";
import { joinPath, type LocalFiles, resolvePath } from "../../../platform/local_files.ts";
import type { Environment } from "../../../platform/permissions.ts";
import { loadYaml, yamlMistake } from "../../../platform/yaml.ts";
import { type ProfileFolder, readFields } from "./profile_fields.ts";

/** The profiles of both files. Neither is read before it is needed. */
export function yamlProfiles(env: Environment, files: LocalFiles): ProfileFolder[] {
  const config = env.get("XDG_CONFIG_HOME") ?? homeConfig(env);
  const folders = config === undefined ? [""] : ["", joinPath(config, "muster")];
  return folders.map((folder) => inFile(folder, env, files));
}

function homeConfig(env: Environment): string | undefined {
  const home = env.get("APPDATA") ?? homeFolder(env);
  return home && (env.get("APPDATA") ? home : joinPath(home, ".config"));
}

function inFile(folder: string, env: Environment, files: LocalFiles): ProfileFolder {
  const path = folder === "" ? "muster.yaml" : joinPath(folder, "muster.yaml");
  let parsed: Promise<Document> | undefined;
  const document = () => parsed ??= parse(path, files);
  return {
    names: async () => Object.keys((await document()).profiles),
    current: async () => {
      const { current } = await document();
      return current === undefined ? undefined : { name: current, path };
    },
    profile: async (name) => {
      const { profiles } = await document();
      if (!Object.hasOwn(profiles, name)) return undefined;
      const values = readFields(profiles[name], name, path, true);
      if (values.keyPath) values.keyPath = resolvePath(values.keyPath, homeFolder(env), folder);
      return { name, path, values };
    },
  };
}

interface Document {
  current: string | undefined;
  profiles: Record<string, unknown>;
}

async function parse(path: string, files: LocalFiles): Promise<Document> {
  const data = await files.read(path);
  if (data === undefined) return { current: undefined, profiles: {} };
  const { load } = await loadYaml();
  let whole: unknown;
  try {
    whole = load(new TextDecoder().decode(data)) ?? {};
  } catch (error) {
    throw new CredentialsError(`Cannot use ${path}: ${yamlMistake(error)}`);
  }
  const { current, profiles = {} } = isMapping(whole) ? whole : { profiles: "none" };
  if (!isMapping(profiles ?? {}) || !["string", "undefined"].includes(typeof current)) {
    throw new CredentialsError(
      `Cannot use ${path}: it must have \`profiles\`, a mapping of names to settings, and may have \`current\`, a name.`,
    );
  }
  return { current: current as string | undefined, profiles: (profiles ?? {}) as Record<string, unknown> };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
