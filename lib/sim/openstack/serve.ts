/**
 * Serves the simulated OpenStack on a port of this machine, for clients that use real HTTP.
 *
 * @module
 */
import { ScaledClock } from "../clock.ts";
import { ConnectionFault } from "../faults.ts";
import { type ConnectionCutter, startConnectionCutter } from "../connection_cutter.ts";
import { addressesAt } from "./addresses.ts";
import type { OpenStackOptions } from "./options.ts";
import { showcaseInstances } from "./example_databases.ts";
import { createOpenStack, type OpenStackSim } from "./simulator.ts";

/** How to serve, besides the options of the cloud. */
export interface ServeOpenStackOptions extends Omit<OpenStackOptions, "addresses"> {
  /** Default 0: any free one. */
  port?: number;
  /** Simulated seconds per real second, if no clock is given. Default 1. */
  speed?: number;
  /** Adds a proxy that can really cut connections, which the dropping faults need. Default false. */
  killable?: boolean;
  /** Aborting stops serving. */
  signal?: AbortSignal;
}

/** A simulated OpenStack that is being served. */
export interface ServedOpenStack {
  /** `http://127.0.0.1:<port>`: Trove's versions. */
  url: string;
  /** Keystone's URL, with `/v3`, for `OS_AUTH_URL`. */
  authUrl: string;
  port: number;
  sim: OpenStackSim;
  /** The `OS_*` variables for the user `demo`. */
  environment: Record<string, string>;
  /** Stops serving, and cuts all connections. */
  close(): Promise<void>;
}

/**
 * Serves a simulated OpenStack on 127.0.0.1: Keystone at `/identity/v3`, Trove at `/v1.0`, by default with the
 * instances of `dbaas("sim")` and a clock that runs in real time.
 */
export function serveOpenStack(options: ServeOpenStackOptions = {}): Promise<ServedOpenStack> {
  const { port = 0, speed = 1, killable = false, signal, ...rest } = options;
  const stopping = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: killable ? 0 : port, signal: stopping.signal, onListen: () => {} },
    async (request, info) => {
      try {
        return await sim.answer(request);
      } catch (error) {
        if (!(error instanceof ConnectionFault)) {
          if (request.signal.aborted) return new Response(null, { status: 499 }); // nobody is left to read it
          throw error;
        }
        if (killer?.kill((info.remoteAddr as Deno.NetAddr).port)) return new Response(null, { status: 499 });
        throw new Error("Cannot cut a connection: the server was started without killable: true.", {
          cause: error,
        });
      }
    },
  );
  const killer: ConnectionCutter | undefined = killable
    ? startConnectionCutter(server.addr.port, port)
    : undefined;
  const outerPort = killer?.port ?? server.addr.port;
  const url = `http://127.0.0.1:${outerPort}`;
  const regions = options.regions ?? ["RegionOne", "RegionTwo"];
  const sim = createOpenStack({
    instances: showcaseInstances(),
    maxVolumeSize: 500,
    ...rest,
    clock: rest.clock ?? new ScaledClock(speed),
    addresses: addressesAt(url, regions),
  });
  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= (async () => {
      await killer?.close();
      stopping.abort();
      await server.finished;
    })();
  signal?.addEventListener("abort", () => void close(), { once: true });
  const authUrl = `${url}/identity/v3`;
  const environment = environmentOf(sim, authUrl);
  return Promise.resolve({ url, authUrl, port: outerPort, sim, environment, close });
}

function environmentOf(sim: OpenStackSim, authUrl: string): Record<string, string> {
  const { users } = sim.keystone.identity;
  const user = users.find((one) => one.name === "demo") ?? users[0];
  if (user === undefined) throw new RangeError("Cannot serve the simulator: it has no users.");
  return {
    OS_AUTH_TYPE: "password",
    OS_AUTH_URL: authUrl,
    OS_IDENTITY_API_VERSION: "3",
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_NAME: user.defaultProject.name,
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_REGION_NAME: sim.region().name,
    OS_INTERFACE: "public",
  };
}
