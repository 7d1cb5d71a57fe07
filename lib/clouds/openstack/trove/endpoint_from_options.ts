/**
 * Finds the endpoint for a database service's options: the simulator, or a real cloud with a login.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { numberOf } from "../../../http/endpoint.ts";
import { type Connection, endpointOf, type ProjectEndpoint, transportOf } from "./connect.ts";
import type { Tokens } from "../keystone/keystone.ts";
import type { DatabaseServiceOptions } from "./options.ts";
import { notice } from "../../../platform/notice.ts";
import type { Settings } from "../settings/settings.ts";
import type { ApiVersion } from "./catalogue/versions.ts";

/** Counts logins whose user is not known. */
let anonymous = 0;

/** Whether the options mean the simulator: its name, without the URL of anything else. */
export function isSimulator({ name, cloud, authUrl, endpoint }: DatabaseServiceOptions): boolean {
  return name === "sim" && cloud === undefined && authUrl === undefined && endpoint === undefined;
}

/**
 * The endpoint for the options. Reads the environment and `clouds.yaml`, and logs in.
 *
 * @throws {CredentialsError} when the options do not give a cloud, or Keystone refuses the login.
 */
export async function endpointFromOptions(options: DatabaseServiceOptions): Promise<ProjectEndpoint> {
  if (isSimulator(options)) {
    const { settings, fetch, clock } = await simulated(options);
    return await connect("sim", settings, { ...options, fetch, clock });
  }
  if (options.name === "sim" && options.cloud === undefined) {
    throw new CredentialsError(
      `Cannot open ${
        options.authUrl ?? options.endpoint
      } under the name sim: sim is the built-in simulator, where ` +
        `nothing real is touched, and the two would look the same. Give it another name.`,
    );
  }
  // Loaded only now: a handle that is never used reads nothing, and the simulator needs none of it.
  const { resolveCloud } = await import("../settings/clouds.ts");
  const { name, settings } = await resolveCloud(options);
  const { region } = settings.service;
  // A cloud that comes only from variables and arguments has no name.
  const cloud = options.cloud ?? (["arguments", "envvars"].includes(name) ? options.name : name);
  const called = cloud === undefined
    ? region ?? name
    : region === undefined || region === cloud
    ? cloud
    : `${cloud}/${region}`;
  return await connect(called, settings, options);
}

/**
 * The versions of the server's API. Logs in only if the URL is known only from the catalogue.
 *
 * @param address The URL to ask instead: `http://cloud.example.org:8779`.
 */
export async function openVersions(
  options: DatabaseServiceOptions,
  address = options.endpoint,
): Promise<ApiVersion[]> {
  const { askVersions } = await import("./catalogue/versions.ts");
  if (isSimulator(options)) {
    const { settings, fetch, clock, sim } = await simulated(options);
    const own = sim.addresses.database[settings.service.region ?? ""]?.public ?? "";
    return await askVersions(address ?? own, { ...options, fetch, clock });
  }
  if (address !== undefined) return await askVersions(address, options, { insecure: options.insecure });
  const { resolveCloud } = await import("../settings/clouds.ts");
  const { readTrusted } = await import("../settings/clouds_tls.ts");
  const { settings } = await resolveCloud(options);
  const trust = { insecure: settings.tls.insecure, caCerts: await readTrusted(settings.tls) };
  const fixed = settings.endpoint?.replace(/[%$]\(.*$|\{.*$/, "");
  const where = fixed ??
    await (await tokensFor(settings, options, trust)).endpoint({ signal: options.signal });
  return await askVersions(where, options, trust);
}

async function connect(
  name: string,
  settings: Settings,
  options: DatabaseServiceOptions,
): Promise<ProjectEndpoint> {
  const { tls } = settings;
  if (options.timeout === undefined && settings.timeout !== undefined) {
    options = { ...options, timeout: settings.timeout };
  }
  const { readTrusted } = await import("../settings/clouds_tls.ts");
  const trust = { insecure: tls.insecure, caCerts: await readTrusted(tls) };
  const tokens = await tokensFor(settings, options, trust);
  const { user, project } = await tokens.get({ signal: options.signal });
  const url = await tokens.endpoint({ signal: options.signal });
  const account = user?.id ?? `anonymous ${++anonymous}`;
  const key = `trove ${numberOf(options.fetch)} ${url} ${project?.id ?? ""} ${account}`;
  const projectId = project?.id ?? /\/v1\.0\/([^/]+)$/.exec(url)?.[1];
  // Two projects in one region are two places. The simulator has only its name.
  const place = project?.name && !isSimulator(options) ? `${name}, project ${project.name}` : name;
  return endpointOf({ name: place, url, key, projectId, tokens, ...trust }, options);
}

const shared = new Map<string, Tokens>();

/** The tokens of a login. Handles with the same login share them, so `dbaas()` may be called often. */
async function tokensFor(
  settings: Settings,
  options: DatabaseServiceOptions,
  trust: Pick<Connection, "insecure" | "caCerts">,
): Promise<Tokens> {
  const { createTokens } = await import("../keystone/keystone.ts");
  const { secretDigest } = await import("../keystone/fingerprint.ts");
  const { fetch, clock } = options;
  const key = `${numberOf(fetch)} ${numberOf(clock)} ${await secretDigest({ settings, trust })}`;
  let tokens = shared.get(key);
  if (!tokens) {
    tokens = createTokens({ settings, ...transportOf(options), ...trust, notice });
    shared.set(key, tokens);
  }
  return tokens;
}

type Simulator = Awaited<ReturnType<typeof import("../../../sim/built_in.ts").simulatedDatabases>>;
let simulator: Promise<Simulator> | undefined;

/** The process's only simulated database service. It is imported at its first use, and only under this name. */
async function simulated(options: DatabaseServiceOptions) {
  const { fetch, clock, authUrl, username, password, project, domain, region, sim } =
    await (simulator ??= (async () => {
      const { simulatedDatabases } = await import("../../../sim/built_in.ts");
      const made = await simulatedDatabases();
      notice(`dbaas("sim") is the built-in simulator: nothing real is touched`);
      return made;
    })());
  const { secret } = await import("../settings/secret.ts");
  const settings: Settings = {
    login: {
      method: "password",
      authUrl,
      user: { name: options.username ?? username, domain: { name: domain } },
      password: secret(options.password ?? password),
      scope: { project: { name: options.project ?? project, domain: { name: domain } } },
    },
    service: { region: options.region ?? region },
    tls: {},
  };
  return { settings, fetch: fetch as typeof globalThis.fetch, clock, sim };
}
