/**
 * The versions of a server's API. Read without credentials.
 *
 * @module
 */
import { createLimiter } from "../../../../engine/rate/limiter.ts";
import { createSend } from "../../../../http/send.ts";
import { MusterError } from "../../../../engine/mod.ts";
import { transportOf } from "../connect.ts";
import { answerShapes } from "../answer_shapes.ts";
import { explain } from "../../error_answers.ts";
import type { DatabaseServiceOptions } from "../options.ts";

/**
 * A version of the API.
 *
 * @example
 * ```ts
 * import { type ApiVersion, dbaas } from "@muster/muster";
 *
 * const versions: ApiVersion[] = await dbaas("sim").versions();
 * console.log(versions.filter(({ status }) => status === "CURRENT").map(({ id }) => id));
 * ```
 */
export interface ApiVersion {
  /** `v1.0`. */
  id: string;
  /** `CURRENT`, `SUPPORTED`, `DEPRECATED`. */
  status: string;
  /** ISO 8601. */
  updated: string;
  /** Its URL. */
  links: { rel: string; href: string }[];
}

/** Asks the server at a Trove's URL for its versions. */
export async function askVersions(
  address: string,
  options: DatabaseServiceOptions,
  trust: { insecure?: boolean | undefined; caCerts?: readonly string[] | undefined } = {},
): Promise<ApiVersion[]> {
  const transport = transportOf(options);
  const limiter = createLimiter({ clock: transport.clock, random: transport.random, concurrency: 1 });
  const send = createSend({
    ...transport,
    ...trust,
    baseUrl: rootOf(address),
    limiter: () => limiter,
    explain,
    answers: answerShapes,
    requestIdHeader: "x-openstack-request-id",
  });
  const { body } = await send({ method: "GET", path: "/" }, { signal: options.signal });
  const versions = (body as { versions?: unknown } | undefined)?.versions;
  if (Array.isArray(versions)) return versions as ApiVersion[];
  throw new MusterError(`Cannot read the versions: the server lists none: ${rootOf(address)}`);
}

/** The root of the server: `https://host:8779/v1.0/project` without the version and what follows. */
function rootOf(address: string): string {
  const url = URL.parse(address);
  if (!url) throw new MusterError(`Cannot ask for the versions: this is not an address: ${address}`);
  return url.origin + url.pathname.replace(/\/v\d+(\.\d+)?(\/.*)?$/, "").replace(/\/+$/, "");
}
