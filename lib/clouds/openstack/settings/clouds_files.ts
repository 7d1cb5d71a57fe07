/**
 * Finds, reads and combines `clouds.yaml`, `secure.yaml` and `clouds-public.yaml`.
 *
 * @module
 */
import { mayRead } from "../../../platform/permissions.ts";
import { loadYaml, yamlMistake } from "../../../platform/yaml.ts";
import { pathValue } from "../../../engine/process/path_value.ts";
import { CredentialsError } from "../../../engine/errors.ts";
import type { OpenStackVariables } from "./clouds_env.ts";
import { noticeOnce } from "../../../platform/notice.ts";
import { shownValue } from "../../../engine/text/secrets.ts";
import { canonicalKey, type Layer, layer, overlay } from "./clouds_layer.ts";

/** Files, as far as they may be read. */
export interface CloudFiles {
  /** The file's text; undefined if there is no file. Rejects with {@linkcode UnreadableError}. */
  read(path: string): Promise<string | undefined>;
  /** `"linux"`, `"darwin"`, `"windows"`. */
  readonly os: string;
}

/** A file may exist, but may not be read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  /** Whether the process lacks the permission, and not the user. */
  readonly permission: boolean;
  constructor(message: string, permission: boolean, options?: ErrorOptions) {
    super(message, options);
    this.permission = permission;
  }
}

/** The file system. Never asks for permission. */
export function systemFiles(): CloudFiles {
  return {
    os: Deno.build.os,
    async read(path) {
      if (!mayRead(path)) throw new UnreadableError(`run with --allow-read=${path}`, true);
      try {
        return await Deno.readTextFile(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
          return undefined;
        }
        if (error instanceof Deno.errors.IsADirectory) return undefined;
        throw new UnreadableError(error instanceof Error ? error.message : String(error), false, {
          cause: error,
        });
      }
    },
  };
}

/** The clouds in the files. */
export interface CloudsInFiles {
  /** Sorted. */
  names: readonly string[];
  /** A cloud's settings, with its secrets and its vendor profile; undefined if there is no such cloud. */
  cloud(name: string, region: string | undefined): Layer | undefined;
  /** The file with the clouds; undefined if none was found. */
  path: string | undefined;
  /** Sentences about what could not be read, and what to do. */
  unread: readonly string[];
}

type Tree = { [key: string]: unknown };

/** Profiles of clouds that need more than a URL; others come from `clouds-public.yaml`. */
const VENDORS: Tree = {
  rackspace: {
    auth: { auth_url: "https://identity.api.rackspacecloud.com/v2.0/" },
    identity_api_version: "2.0",
    database_service_type: "rax:database",
  },
};

/**
 * Finds and reads the files. Of each kind it uses the first in the current folder, the user's and the system's.
 *
 * @throws {CredentialsError} when a file is not valid YAML, or one that a variable names cannot be read.
 */
export async function readCloudFiles(env: OpenStackVariables, files: CloudFiles): Promise<CloudsInFiles> {
  const { folders, homeless } = foldersOf(env, files.os);
  const unread = new Set<string>();
  if (homeless) {
    unread.add("the home folder is not known, because HOME is not set or may not be read (--allow-env=HOME)");
  }
  const first = async (
    stem: string,
    variable?: string,
  ): Promise<{ path: string; tree: Tree } | undefined> => {
    const named = variable && env.get(variable);
    if (named) pathValue(named, variable);
    const paths = named
      ? [named]
      : folders.flatMap((at) => ["yaml", "yml", "json"].map((ext) => `${at}/${stem}.${ext}`));
    for (const path of paths) {
      try {
        const text = await files.read(path);
        if (text !== undefined) return { path, tree: await parseFile(text, path) };
        if (named) {
          throw new CredentialsError(
            `Cannot read the clouds: the file that ${variable} names does not exist: ${path}`,
          );
        }
      } catch (error) {
        if (!(error instanceof UnreadableError)) throw error;
        if (named) {
          throw new CredentialsError(
            `Cannot read ${path} (${variable}): it is not readable: ${error.message}`,
          );
        }
        unread.add(
          error.permission
            ? `clouds.yaml cannot be searched for: run with --allow-read=${folders.join(",")}`
            : `${path} could not be read: ${error.message}`,
        );
      }
    }
    return undefined;
  };
  const main = await first("clouds", "OS_CLIENT_CONFIG_FILE");
  // Without clouds the other files have nothing to add to.
  const secure = main && await first("secure", "OS_CLIENT_SECURE_FILE");
  const vendors = main && await first("clouds-public");
  const clouds = tree(main?.tree.clouds);
  return {
    names: Object.keys(clouds).sort(),
    path: main?.path,
    unread: [...unread],
    cloud(name, region) {
      if (!main || !Object.hasOwn(clouds, name)) return undefined;
      const own = flatten(tree(clouds[name]), main.path, region);
      const hidden = secure ? flatten(tree(tree(secure.tree.clouds)[name]), secure.path, region) : new Map();
      const profile = own.get("profile")?.value;
      const known = { ...VENDORS, ...tree(vendors?.tree["public-clouds"]) };
      if (profile === undefined) return overlay(own, hidden);
      if (!Object.hasOwn(known, profile)) {
        throw new CredentialsError(
          `Cannot use cloud ${JSON.stringify(name)}: its profile is not known: ${profile}. ` +
            `Known profiles are ${Object.keys(known).sort().join(", ")}. Put others into clouds-public.yaml.`,
        );
      }
      return overlay(flatten(tree(known[profile]), `profile ${profile}`, region), own, hidden);
    },
  };
}

function foldersOf(env: OpenStackVariables, os: string): { folders: string[]; homeless: boolean } {
  const home = env.get("HOME") ?? env.get("USERPROFILE");
  const config = env.get("XDG_CONFIG_HOME") || (home && `${home}/.config`);
  const local = env.get("LOCALAPPDATA");
  const user = os === "darwin"
    ? [home && `${home}/Library/Application Support/openstack`, config && `${config}/openstack`]
    : os === "windows"
    ? [local && `${local}/OpenStack/openstack`]
    : [config && `${config}/openstack`];
  const own = user.filter((folder): folder is string => Boolean(folder));
  return { folders: [".", ...own, "/etc/openstack"], homeless: own.length === 0 };
}

/** A cloud's entry as one layer: `auth` on the same level as the rest, and the values of the wanted region over it. */
function flatten(entry: Tree, from: string, wanted: string | undefined): Layer {
  const pairs: [string, string | undefined][] = [];
  if (entry.auth !== undefined && entry.auth !== null && tree(entry.auth) !== entry.auth) {
    throw new CredentialsError(`Cannot use ${from}: its setting auth is not a group of settings.`);
  }
  for (const [key, value] of Object.entries(tree(entry.auth))) {
    if (!AUTH.has(canonicalKey(key))) {
      noticeOnce(
        `${from} has a setting in auth that muster does not know, and does not use: ${shownValue(key)}`,
      );
    }
    pairs.push([key, textOf(key, value, from)]);
  }
  for (const [key, value] of Object.entries(entry)) {
    // Other keys in a file are for other tools.
    if (USED.has(canonicalKey(key)) || AUTH.has(canonicalKey(key))) {
      pairs.push([key, textOf(key, value, from)]);
    }
  }
  const own = layer(pairs, from);
  const regions = Array.isArray(entry.regions) ? entry.regions : [];
  const named = regions.map((region) =>
    typeof region === "string"
      ? { name: region, values: {} }
      : { name: String(tree(region).name ?? ""), values: tree(tree(region).values) }
  );
  const name = wanted ?? own.get("region_name")?.value ?? named[0]?.name;
  const region = named.find((one) => one.name === name);
  if (!region) return own;
  return overlay(own, layer([["region_name", region.name]], from), flatten(region.values, from, undefined));
}

/** The parts of a login, by their current names. */
const AUTH: ReadonlySet<string> = new Set([
  ...["auth_url", "username", "user_id", "password", "passcode", "token", "api_key", "endpoint"],
  ...[
    "user_domain_name",
    "user_domain_id",
    "project_name",
    "project_id",
    "project_domain_name",
    "project_domain_id",
  ],
  ...["domain_name", "domain_id", "default_domain", "default_domain_name", "default_domain_id"],
  ...["application_credential_id", "application_credential_name", "application_credential_secret"],
  ...["system_scope", "trust_id"],
]);
/** The other settings in a cloud's entry that are used. */
const USED: ReadonlySet<string> = new Set([
  ...["auth_type", "profile", "region_name", "interface", "identity_api_version", "api_timeout"],
  ...["verify", "insecure", "cacert", "cert", "key"],
  ...["database_service_type", "database_service_name", "database_endpoint_override", "database_interface"],
  ...["database_region_name"],
]);

/** A setting as text. Null means not set. A list, which only the interface may be, becomes its parts with commas. */
function textOf(key: string, value: unknown, from: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "number") return String(value);
  const isInterface = /interface$|^endpoint[_-]type$/.test(key);
  if (isInterface && Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return value.join(",");
  }
  throw new CredentialsError(
    `Cannot use ${from}: its setting ${shownValue(key)} is ${
      Array.isArray(value) ? "a list" : "a group of settings"
    }, ` +
      `and should be ${isInterface ? "a text or a list of texts" : "a text"}.`,
  );
}

/** The settings in a file. JSON does not need the library. */
async function parseFile(text: string, path: string): Promise<Tree> {
  if (!path.endsWith(".json")) return await parseYaml(text, path);
  try {
    return tree(JSON.parse(text));
  } catch {
    // The engine's own message quotes the text, which may contain a password.
    throw new CredentialsError(`Cannot read ${path}: it is not valid JSON.`);
  }
}

/** Every scalar as text, except null, because a password 0123 is not a number, nor is a project 1e5. */
async function parseYaml(text: string, path: string): Promise<Tree> {
  const { load, FAILSAFE_SCHEMA, types } = await loadYaml();
  const schema = FAILSAFE_SCHEMA.extend({ implicit: [types.merge, types.null] });
  try {
    return tree(load(text, { schema, filename: path }));
  } catch (error) {
    throw new CredentialsError(`Cannot read ${path}: ${yamlMistake(error)}`);
  }
}

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Tree : {};
}
