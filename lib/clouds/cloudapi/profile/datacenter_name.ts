/**
 * The meaning of `dc("…")`: a URL; else the profile of that name; else the datacenter of that name in the current
 * profile's account. The simulator is used only under its own name, which is decided elsewhere.
 *
 * @module
 */
import type { LocalFiles } from "../../../platform/local_files.ts";
import { noticeOnce } from "../../../platform/notice.ts";
import type { Environment } from "../../../platform/permissions.ts";
import {
  type ConnectionOptions,
  type ConnectionSettings,
  nothingFound,
  resolveConnection,
} from "./profile.ts";
import { profileStore } from "./profile_store.ts";
import { checkedUrl, isUrl } from "./settings.ts";

/** What {@linkcode resolveDatacenter} needs. */
export interface DatacenterSources {
  env: Environment;
  files: LocalFiles;
  /** Sends `GET /my/datacenters` with a connection. Returns names and URLs. */
  listDatacenters: (connection: ConnectionSettings) => Promise<Record<string, string>>;
  notice?: (line: string) => void;
}

/**
 * The connection for `dc()`'s argument.
 *
 * @throws {CredentialsError} when nothing has that name; the message lists the profiles and datacenters.
 */
export async function resolveDatacenter(
  wanted: string | ConnectionOptions | undefined,
  { env, files, listDatacenters, notice = noticeOnce }: DatacenterSources,
): Promise<ConnectionSettings> {
  const options = typeof wanted === "string"
    ? isUrl(wanted) ? { url: wanted } : { name: wanted }
    : wanted ?? {};
  const { name, ...rest } = options as ConnectionOptions;
  const store = profileStore(env, files);
  if (name === undefined || rest.url !== undefined || name === "env" || await store.profile(name)) {
    return await resolveConnection(options, env, files, notice);
  }
  const known = await store.names();
  const no = `there is no profile "${name}" (${
    known.length === 0 ? "there are none" : `there are ${known.join(", ")}`
  })`;

  let base: ConnectionSettings;
  try {
    base = await resolveConnection(rest, env, files, notice);
  } catch (cause) {
    throw nothingFound(
      `${no}, and there is no current profile, so no account can list its datacenters`,
      env,
      files,
      {
        cause,
      },
    );
  }
  let datacenters: Record<string, string>;
  try {
    datacenters = await listDatacenters(base);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw nothingFound(`${no}, and ${base.url} could not be asked for its datacenters: ${why}`, env, files, {
      cause,
    });
  }
  const url = Object.hasOwn(datacenters, name) ? datacenters[name] : undefined;
  if (url === undefined) {
    const listed = Object.keys(datacenters).sort().join(", ") || "none";
    throw nothingFound(
      `${no}, and ${base.url} has no datacenter with that name (it lists ${listed})`,
      env,
      files,
    );
  }
  const source = `the datacenters that ${base.url} lists`;
  return { ...base, name, url: checkedUrl(url, source), source: { ...base.source, url: source } };
}
