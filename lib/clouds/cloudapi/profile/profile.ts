/**
 * Where the settings of a connection come from, in this order:
 *
 * 1. the options of `dc({ … })`;
 * 2. the environment: `MUSTER_*`, else `TRITON_*`, else `SDC_*`;
 * 3. `muster.yaml` in the working folder, then in the config folder;
 * 4. the official client's profiles in `~/.triton`.
 *
 * A profile that is named, by `dc("name")` or by `MUSTER_PROFILE` or `TRITON_PROFILE`, comes before the environment,
 * which then only fills in what the profile lacks. The name `env` means only the environment.
 *
 * The permissions that each way needs:
 *
 * | settings and key from | flags |
 * |---|---|
 * | environment, a key's file | `--allow-net=<host> --allow-env=MUSTER_URL,MUSTER_ACCOUNT,MUSTER_KEY_PATH --allow-read=<the key's file>` |
 * | environment, key material | `--allow-net=<host> --allow-env=MUSTER_URL,MUSTER_ACCOUNT,MUSTER_KEY_MATERIAL` |
 * | a profile, a key in `~/.ssh` | `--allow-net=<host> --allow-env=HOME,XDG_CONFIG_HOME --allow-read=$HOME/.triton,$HOME/.ssh` (for `muster.yaml`: `muster.yaml`, `$HOME/.config/muster`) |
 * | an ssh-agent, besides | `--allow-env=SSH_AUTH_SOCK --allow-net=unix:$SSH_AUTH_SOCK --allow-read=$SSH_AUTH_SOCK --allow-write=$SSH_AUTH_SOCK` |
 * | an encrypted key, besides | `--allow-env=MUSTER_KEY_PASSPHRASE`, or nothing to be asked on the terminal |
 *
 * What may not be read is skipped, and named only if something is missing in the end.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import type { LocalFiles } from "../../../platform/local_files.ts";
import { noticeOnce } from "../../../platform/notice.ts";
import type { Environment } from "../../../platform/permissions.ts";
import { environmentFlag, environmentLayer, PROFILE_VARIABLES } from "./profile_env.ts";
import type { Profile } from "./profile_fields.ts";
import { type ProfileStore, profileStore } from "./profile_store.ts";
import { checkedUrl, type Layer, merge, type Merged, type Settings } from "./settings.ts";

/** The options of `dc()` that say where to connect and as whom. */
export interface ConnectionOptions extends Omit<Settings, "keyMaterial"> {
  /** A profile's name. Together with a `url` it is only the datacenter's name. */
  name?: string | undefined;
  /** The private key itself, as the text of a PEM or OpenSSH file. */
  keyMaterial?: string | undefined;
}

/** A connection's settings, complete except for the key, which is looked up when it is needed. */
export interface ConnectionSettings extends Settings {
  /** The profile's or the datacenter's name, else the URL's host. */
  name: string;
  url: string;
  account: string;
  /** Where each setting came from: `options`, `TRITON_URL`, `profile "us-east-1" (/home/me/.triton/…)`. */
  source: Merged["source"];
}

/**
 * The settings of a connection. Reads the environment and, unless the options are complete, files.
 *
 * @param notice Called with a line when two places disagree, saying which one is used. Default: prints it on stderr,
 * once.
 * @throws {CredentialsError} when a named profile does not exist, or no URL or account is found.
 */
export async function resolveConnection(
  options: ConnectionOptions,
  env: Environment,
  files: LocalFiles,
  notice: (line: string) => void = noticeOnce,
): Promise<ConnectionSettings> {
  const { name, keyMaterial, ...rest } = options;
  const given: Layer = {
    values: { ...rest, ...keyMaterial !== undefined && { keyMaterial: () => keyMaterial } },
    from: () => "options",
  };
  // Complete options need no other place; see `merge` for why none could add to them.
  if (given.values.url !== undefined && isWho(given.values)) return complete(name, [given], env, files);
  const surroundings = environmentLayer(env);
  const store = profileStore(env, files);
  if (options.url !== undefined) {
    const layers = [
      given,
      withoutPlace(surroundings),
      ...await credentialsFor(options.url, given, surroundings, store),
    ];
    return complete(name, layers, env, files);
  }
  const wanted = name ??
    PROFILE_VARIABLES.map((variable) => env.get(variable)).find((one) => one !== undefined);
  if (wanted === "env") return complete("env", [given, surroundings], env, files);
  if (wanted !== undefined) {
    const profile = await store.profile(wanted) ?? await unknownProfile(wanted, store, env, files);
    const url = surroundings.values.url;
    if (url !== undefined && !sameUrl(url, profile.values.url)) {
      notice(
        `the profile "${wanted}" (${profile.path}) was named, so ${surroundings.from("url")} is not used`,
      );
    }
    return complete(wanted, [given, profileLayer(profile), withoutPlace(surroundings)], env, files);
  }
  return await fromSurroundings(given, surroundings, store, env, files, notice);
}

/** No profile was named: uses the environment, and for the rest the current profile. */
async function fromSurroundings(
  given: Layer,
  surroundings: Layer,
  store: ProfileStore,
  env: Environment,
  files: LocalFiles,
  notice: (line: string) => void,
): Promise<ConnectionSettings> {
  const alone = merge([given, surroundings]).values;
  const enough = alone.url !== undefined && isWho(alone);
  const profile = await currentOrNothing(store, enough);
  if (profile === undefined) return complete(undefined, [given, surroundings], env, files);
  const winners = (["url", "account", "keyId"] as const).filter((field) =>
    given.values[field] === undefined && surroundings.values[field] !== undefined &&
    surroundings.values[field] !== profile.values[field]
  );
  if (winners.length > 0) {
    notice(
      `${winners.map((field) => surroundings.from(field)).join(", ")} from the environment ` +
        `${winners.length > 1 ? "win" : "wins"} over the current profile "${profile.name}" (${profile.path})`,
    );
  }
  const fromProfile = merge([given, surroundings]).values.url === undefined ? profile.name : undefined;
  return complete(fromProfile, [given, surroundings, profileLayer(profile)], env, files);
}

/** A current profile that cannot be read is an error only if it is needed. */
async function currentOrNothing(store: ProfileStore, enough: boolean): Promise<Profile | undefined> {
  try {
    return await store.current();
  } catch (error) {
    if (enough) return undefined;
    throw error;
  }
}

/** The credentials for a bare URL, if neither options nor environment have any. */
async function credentialsFor(
  url: string,
  given: Layer,
  surroundings: Layer,
  store: ProfileStore,
): Promise<Layer[]> {
  if (isWho(merge([given, withoutPlace(surroundings)]).values)) return [];
  for (const name of await store.names()) {
    const profile = await store.profile(name).catch(() => undefined);
    if (profile && sameUrl(url, profile.values.url)) return [profileLayer(profile)];
  }
  const current = await store.current();
  return current ? [withoutPlace(profileLayer(current))] : [];
}

/** Whether an account and its key are given. */
function isWho({ account, keyId, keyPath, keyMaterial }: Settings): boolean {
  return account !== undefined && (keyId ?? keyPath ?? keyMaterial) !== undefined;
}

function sameUrl(a: string, b: string | undefined): boolean {
  return a.replace(/\/+$/, "") === b?.replace(/\/+$/, "");
}

/** Settings without the URL: they say who we are, but not where to connect. */
function withoutPlace(layer: Layer): Layer {
  const { url: _url, insecure: _insecure, ...values } = layer.values;
  return { ...layer, values };
}

function profileLayer({ name, path, values }: Profile): Layer {
  return { values, from: () => `profile "${name}" (${path})` };
}

function complete(
  name: string | undefined,
  layers: readonly Layer[],
  env: Environment,
  files: LocalFiles,
): ConnectionSettings {
  const { values, source } = merge(layers);
  const { url, account } = values;
  if (url === undefined) throw nothingFound("no datacenter is set", env, files);
  const checked = checkedUrl(url, source.url!);
  if (account === undefined) throw nothingFound(`no account is set for ${checked}`, env, files);
  return { ...values, name: name ?? new URL(checked).host, url: checked, account, source };
}

async function unknownProfile(
  name: string,
  store: ProfileStore,
  env: Environment,
  files: LocalFiles,
): Promise<never> {
  const known = await store.names();
  const list = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
  throw nothingFound(`there is no profile "${name}" (${list})`, env, files);
}

/** The error for missing settings: what could not be read, and what to do. */
export function nothingFound(
  reason: string,
  env: Environment,
  files: LocalFiles,
  options?: ErrorOptions,
): CredentialsError {
  const flags = [environmentFlag(env), readFlag(env, files)].filter((flag) => flag !== undefined);
  const hidden = flags.length === 0 ? "" : ` Some places may not be read: ${flags.join(" ")} would allow it.`;
  return new CredentialsError(
    `Cannot connect: ${reason}.${hidden} Set MUSTER_URL, MUSTER_ACCOUNT and MUSTER_KEY_ID, write a profile into ` +
      'muster.yaml, or give options to dc({ … }). To try muster without an account, use dc("sim").',
    options,
  );
}

function readFlag(env: Environment, files: LocalFiles): string | undefined {
  const paths = [...files.denied].filter((path) => !path.includes("/.ssh"));
  if (env.denied.has("HOME")) {
    return `--allow-env=HOME${paths.length ? ` --allow-read=${paths.join(",")}` : ""}`;
  }
  return paths.length === 0 ? undefined : `--allow-read=${paths.join(",")}`;
}
