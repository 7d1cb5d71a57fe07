/**
 * Finds the cloud and its settings: from arguments, `OS_*` variables and `clouds.yaml`, as OpenStack's users expect. It
 * records where each setting came from.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { processTerminal } from "../../../platform/terminal.ts";
import { askSecret } from "./ask_secret.ts";
import { type OpenStackVariables, readEnvironment, systemEnvironment } from "./clouds_env.ts";
import { type CloudFiles, type CloudsInFiles, readCloudFiles, systemFiles } from "./clouds_files.ts";
import { type Layer, layer, overlay, withoutKeys } from "./clouds_layer.ts";
import { argumentsOf, type CloudOptions, isWholeLogin } from "./clouds_options.ts";
import { missingIn, settingsOf } from "./clouds_settings.ts";
import type { Settings } from "./settings.ts";

export type { CloudOptions } from "./clouds_options.ts";

/** A cloud that was found, and how. */
export interface ResolvedCloud {
  /** The cloud's name in `clouds.yaml`; `envvars` (or `OS_CLOUD_NAME`) for the variables; `arguments`. */
  name: string;
  settings: Settings;
  /** Where each setting came from, by its key in `clouds.yaml`. Without the values. */
  origins: Readonly<Record<string, string>>;
  /** The names of all clouds. */
  clouds: readonly string[];
}

/** What a cloud is resolved with, if not with this process's own. */
export interface CloudSources {
  env?: OpenStackVariables;
  files?: CloudFiles;
  /** Asks for a password; returns undefined if nobody answers. */
  ask?: (question: string) => Promise<string | undefined>;
}

/**
 * Finds a cloud's settings. The cloud is the one named in the arguments, else `OS_CLOUD`, else the one that the
 * variables describe, else the only one in `clouds.yaml`. A name that does not belong to a cloud is a region of that
 * cloud. Arguments override the cloud's settings, but a password is never used for another server or user.
 *
 * @param options A name, or settings.
 * @throws {CredentialsError} when there is no such cloud, or something is missing; the message says what, and where
 * muster looked.
 */
export async function resolveCloud(
  options: string | CloudOptions = {},
  sources: CloudSources = {},
): Promise<ResolvedCloud> {
  const { env = systemEnvironment(), files = systemFiles() } = sources;
  const asked = typeof options === "string" ? { name: options } : options;
  const given = argumentsOf(asked);
  const environment = readEnvironment(env);
  if (isWholeLogin(given)) {
    // Only the secret may come from a variable.
    const secrets = new Map([...environment.cloud ?? []].filter(([key]) => IDENTITY.has(key)));
    return finish({ name: "arguments", all: withArguments(secrets, given), clouds: [] }, env, sources.ask);
  }
  const found = await readCloudFiles(env, files);
  const names = environment.cloud ? [...new Set([...found.names, environment.name])] : [...found.names];
  const region = given.get("region_name")?.value;
  const byName = (name: string): Layer | undefined =>
    found.cloud(name, region) ?? (name === environment.name ? environment.cloud : undefined);
  const unknown = (name: string, from: string): CredentialsError =>
    new CredentialsError(
      `Cannot use cloud ${JSON.stringify(name)} (${from}): there is none with that name: ` +
        `${inventory(names, found, environment.hidden)}`,
    );

  const named = asked.cloud ?? (asked.name !== undefined && byName(asked.name) ? asked.name : undefined);
  if (named !== undefined) {
    const base = byName(named);
    if (!base) throw unknown(named, "arguments");
    if (!given.has("database_endpoint_override")) checkRegion(base, region);
    return finish({ name: named, all: withArguments(base, given), clouds: names }, env, sources.ask);
  }
  if (asked.name !== undefined && region !== undefined) throw unknown(asked.name, "arguments");
  const current = environment.chosen ??
    (environment.cloud ? environment.name : found.names.length === 1 ? found.names[0]! : undefined);
  if (current === undefined) throw nothingChosen(asked.name, given, names, found, environment.hidden);
  const wanted = region ?? asked.name ?? environment.choices.get("region_name")?.value;
  const base = found.cloud(current, wanted) ?? (current === environment.name ? environment.cloud : undefined);
  if (!base) throw unknown(current, "OS_CLOUD");
  const asRegion = region ?? asked.name;
  const choices = asRegion === undefined
    ? environment.choices
    : withoutKeys(environment.choices, ["region_name", "database_region_name"]);
  const chosen = overlay(base, choices);
  if (!given.has("database_endpoint_override")) checkRegion(chosen, asRegion);
  const all = withArguments(chosen, overlay(layer([["region_name", asked.name]], "arguments"), given));
  const word = asked.name === undefined ? {} : { word: names };
  return finish({ name: current, all, clouds: names, ...word }, env, sources.ask);
}

/** A cloud before it is known whether its settings are complete. */
interface Candidate {
  name: string;
  all: Layer;
  clouds: readonly string[];
  /** All clouds, if the region may have been meant as one of them. */
  word?: readonly string[];
}

const SECRETS = ["password", "passcode", "token", "api_key", "application_credential_secret"];
const NAMES = ["user_id", "username", "application_credential_id", "application_credential_name"];
const IDENTITY: ReadonlySet<string> = new Set(["auth_url", ...SECRETS, ...NAMES]);

/** Combines the arguments with a cloud's settings. Settings for another server or user are dropped. */
function withArguments(base: Layer, given: Layer): Layer {
  const differs = (keys: readonly string[]) =>
    keys.some((key) => base.has(key)) &&
    keys.some((key) => given.has(key) && bare(given.get(key)!.value) !== bare(base.get(key)?.value ?? ""));
  let kept = base;
  if (differs(["auth_url"])) kept = new Map();
  else if (differs(NAMES)) kept = withoutKeys(kept, [...SECRETS, ...NAMES, "auth_type"]);
  // A secret in the arguments is used, whatever the cloud's own login method.
  if (SECRETS.some((key) => given.has(key))) kept = withoutKeys(kept, [...SECRETS, "auth_type"]);
  // The same holds for a region; it overrides the one for databases.
  if (given.has("region_name")) kept = withoutKeys(kept, ["database_region_name"]);
  if (given.has("interface")) kept = withoutKeys(kept, ["database_interface"]);
  return overlay(kept, given);
}

function bare(url: string): string {
  return url.replace(/\/+$/, "");
}

/** A fixed URL belongs to one region, and must not be used for another. */
function checkRegion(base: Layer, asked: string | undefined): void {
  const fixed = base.get("database_endpoint_override") ?? base.get("endpoint");
  const own = base.get("database_region_name") ?? base.get("region_name");
  if (asked === undefined || fixed === undefined || asked === own?.value) return;
  throw new CredentialsError(
    `Cannot use region ${
      JSON.stringify(asked)
    }: the address of the database service is set by ${fixed.from}: ${fixed.value}. ` +
      "Leave one of them out",
  );
}

async function finish(
  { name, all, clouds, word }: Candidate,
  env: OpenStackVariables,
  ask: CloudSources["ask"] = (text) => askSecret(text, processTerminal),
): Promise<ResolvedCloud> {
  let complete = withHome(all, env);
  const { method, keys } = missingIn(all);
  if (keys.length === 1 && keys[0] === "password") {
    const who = all.get("username")?.value ?? all.get("user_id")?.value;
    const typed = await ask(
      `Password of ${who} at ${URL.parse(all.get("auth_url")!.value)?.host ?? "Keystone"}`,
    );
    if (typed !== undefined) complete = overlay(complete, layer([["password", typed]], "terminal"));
  }
  const missing = missingIn(complete).keys;
  if (missing.length > 0) throw lacking(name, method, missing, complete, env);
  const boundTo = complete.get("project_name") ?? complete.get("project_id");
  if (method === "application-credential" && boundTo?.from === "arguments") {
    throw new CredentialsError(
      `Cannot use project ${
        JSON.stringify(boundTo.value)
      }: an application credential belongs to its own project. ` +
        "Leave project out, or log in with a password.",
    );
  }
  const origins = Object.fromEntries([...complete].map(([key, { from }]) => [key, from]));
  return { name, settings: settingsOf(complete, word), origins, clouds };
}

/** Paths with `~` for the home folder. */
function withHome(all: Layer, env: OpenStackVariables): Layer {
  const made = new Map(all);
  for (const key of ["cacert", "cert", "key"]) {
    const setting = all.get(key);
    if (!setting || !/^~(?=[/\\]|$)/.test(setting.value)) continue;
    const home = env.get("HOME") ?? env.get("USERPROFILE");
    if (!home) {
      throw new CredentialsError(
        `Cannot use ${key} (${setting.from}): it is in the home folder, which is not known, because HOME is not set or may ` +
          "not be read (--allow-env=HOME).",
      );
    }
    made.set(key, { ...setting, value: home.replace(/[/\\]+$/, "") + setting.value.slice(1) });
  }
  return made;
}

function lacking(
  name: string,
  method: string,
  keys: readonly string[],
  all: Layer,
  env: OpenStackVariables,
): CredentialsError {
  const variable = (key: string) => `OS_${key.toUpperCase()}`;
  const lacks = keys.map((key) => key.split("|").map((one) => `${one} (${variable(one)})`).join(" or "));
  const from = [...new Set([...all.values()].map((setting) => setting.from))];
  const hidden = keys.flatMap((key) => key.split("|")).map(variable).filter((one) => !env.readable(one));
  return new CredentialsError(
    `Cannot log in to cloud ${JSON.stringify(name)} by ${method}: ${lacks.join(" and ")} ${
      lacks.length > 1 ? "are" : "is"
    } missing` +
      (from.length > 0 ? `. The known settings are from ${from.join(", ")}` : "") +
      (hidden.length > 0 ? `. Some variables may not be read: run with --allow-env=${hidden.join(",")}` : ""),
  );
}

function nothingChosen(
  name: string | undefined,
  given: Layer,
  names: readonly string[],
  found: CloudsInFiles,
  hidden: boolean,
): CredentialsError {
  const what = name === undefined ? "choose a cloud" : `find ${JSON.stringify(name)}`;
  const why = name === undefined
    ? names.length > 1 ? "there are several" : "none is defined"
    : "it is not a cloud, and there is no current cloud that could have a region of this name";
  const partly = given.size > 0
    ? `; the arguments alone (${[...given.keys()].join(", ")}) are not enough`
    : "";
  return new CredentialsError(`Cannot ${what}: ${why}: ${inventory(names, found, hidden)}${partly}`);
}

/** What there is to choose from, and what could not be read. */
function inventory(names: readonly string[], found: CloudsInFiles, hidden: boolean): string {
  const there = names.length > 0
    ? `there are ${names.join(", ")}; OS_CLOUD chooses one`
    : `${found.path ? `${found.path} has none` : "no clouds.yaml was found"} and OS_AUTH_URL is not set`;
  const unread = found.unread.map((sentence) => `. Also, ${sentence}`).join("");
  const env = hidden ? ". Not all OS_ variables may be read: run with --allow-env" : "";
  const sim = names.length > 0 ? "" : `. To try muster without a cloud, use dbaas("sim")`;
  return there + unread + env + sim;
}
