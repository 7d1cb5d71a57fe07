/**
 * Any service of an OpenStack cloud, for an API of your own: its URL, and the authorization of its requests. The cloud
 * is found as OpenStack's own tools find it, with one login for all requests.
 *
 * @module
 */
import type { ApiDraft } from "../../api/options.ts";
import { type Clock, MusterError, systemClock } from "../../engine/mod.ts";
import type { CloudOptions } from "./settings/clouds_options.ts";
import { notice } from "../../platform/notice.ts";
import type { Tokens } from "./keystone/keystone.ts";

/**
 * A service of a cloud. What is missing comes from the `OS_*` variables and `clouds.yaml`.
 *
 * @example
 * ```ts
 * import { openstack, type ServiceOptions } from "@muster/muster";
 *
 * const options: ServiceOptions = { serviceType: "compute", cloud: "staging" };
 * console.log(typeof openstack(options).url);
 * ```
 */
export interface ServiceOptions extends CloudOptions {
  /** The service's type in the catalogue, such as `"compute"`. */
  serviceType: string;
  /** Sends the requests to Keystone, instead of the platform's `fetch`. */
  fetch?: typeof fetch | undefined;
  /** The source of time. Default: the system's clock. */
  clock?: Clock | undefined;
}

/**
 * A service of a cloud, as options of `api()`.
 *
 * @example
 * ```ts
 * import { api, openstack, type OpenStackService } from "@muster/muster";
 *
 * const compute: OpenStackService = openstack({ serviceType: "compute" });
 * console.log(String(api("nova", { url: compute.url, authorize: compute.authorize })));
 * ```
 */
export interface OpenStackService {
  /**
   * The service's URL, from the catalogue or as given. Logs in.
   *
   * @throws {CredentialsError} when there is no such cloud or service, or Keystone refuses the login.
   */
  readonly url: () => Promise<string>;
  /** Puts a token on a request. If the service refuses the token, it is renewed once for all requests. */
  readonly authorize: (request: ApiDraft) => Promise<void>;
  /**
   * The certificates that the cloud's settings say to trust (`cacert`, `OS_CACERT`), in PEM.
   *
   * @throws {CredentialsError} when the file cannot be read.
   */
  readonly caCerts: () => Promise<readonly string[]>;
  /** Whether the cloud's settings say to trust any certificate (`verify: false`, `insecure`). */
  readonly insecure: () => Promise<boolean>;
}

/**
 * A service of an OpenStack cloud, for an API of your own. Nothing is read or sent before the first request.
 *
 * @param options The service's type, and the cloud.
 * @throws {MusterError} when the type is missing.
 *
 * @example
 * ```ts
 * import { api, openstack } from "@muster/muster";
 *
 * const compute = openstack({ serviceType: "compute" });
 * const nova = api("nova", { ...compute, headers: { "openstack-api-version": "compute 2.79" } });
 * console.log(String(nova));
 * ```
 */
export function openstack(options: ServiceOptions): OpenStackService {
  if (typeof options?.serviceType !== "string" || options.serviceType === "") {
    throw new MusterError(
      `Cannot use an OpenStack service: its serviceType is missing. Give it as serviceType: "compute".`,
    );
  }
  const own = { ...options };
  let opened: Promise<Opened> | undefined;
  const service = () =>
    opened ??= open(own).catch((error) => {
      opened = undefined; // the next request tries again, because a variable may be set by then
      throw error;
    });
  return Object.freeze({
    url: async () => await (await service()).tokens.endpoint(),
    async authorize(request: ApiDraft): Promise<void> {
      const { tokens: login } = await service();
      const sent = request.headers.get(HEADER);
      if (request.refused && sent !== null) login.forget(sent);
      const { token } = await login.get();
      if (token) request.headers.set(HEADER, token.reveal());
    },
    caCerts: async () => (await service()).caCerts,
    insecure: async () => (await service()).insecure,
  });
}

const HEADER = "x-auth-token";

/** A cloud whose settings were read. */
interface Opened {
  readonly tokens: Tokens;
  readonly caCerts: readonly string[];
  readonly insecure: boolean;
}

async function open({ fetch, clock = systemClock, ...options }: ServiceOptions): Promise<Opened> {
  const [{ resolveCloud }, { readTrusted }, { createTokens }] = await Promise.all([
    import("./settings/clouds.ts"),
    import("./settings/clouds_tls.ts"),
    import("./keystone/keystone.ts"),
  ]);
  const { settings } = await resolveCloud(options);
  // The URL in the environment or a file belongs to the database service, not to this one.
  const { endpoint: _, ...rest } = settings;
  const insecure = settings.tls.insecure === true;
  const caCerts = await readTrusted(settings.tls);
  const tokens = createTokens({
    settings: {
      ...rest,
      ...options.endpoint === undefined ? {} : { endpoint: options.endpoint },
      service: { ...settings.service, types: [options.serviceType] },
    },
    clock,
    fetch,
    random: () => Math.random(),
    insecure,
    caCerts,
    timeout: settings.timeout,
    notice,
  });
  return { tokens, caCerts, insecure };
}
