/**
 * Serves the simulated CloudAPI on a port of this machine, for clients that use real HTTP.
 *
 * @module
 */
import { systemClock } from "../engine/time/clock.ts";
import { type CloudApiOptions, type CloudApiSim, createCloudApi } from "./cloudapi/server.ts";
import { ConnectionFault } from "./faults.ts";
import { serveFeed } from "./feed_socket.ts";
import { type ConnectionCutter, startConnectionCutter } from "./connection_cutter.ts";

/** How to serve, besides the options of the datacenter. */
export interface ServeOptions extends CloudApiOptions {
  /** Default 0: any free one. */
  port?: number;
  /**
   * How much faster than usual machines change. The clock for signatures and the rate limit stays the real one. Default
   * 1.
   */
  speed?: number;
  /** Adds a proxy that can really cut connections, which the dropping faults need. Default false. */
  killable?: boolean;
  /** Aborting stops serving. */
  signal?: AbortSignal;
}

/** A simulated CloudAPI that is being served. */
export interface ServedCloudApi {
  /** `http://127.0.0.1:<port>` */
  url: string;
  sim: CloudApiSim;
  /** Stops serving, and cuts all connections. */
  close(): Promise<void>;
}

/** Serves a simulated CloudAPI on 127.0.0.1, by default with the system's clock. */
export function serve(options: ServeOptions = {}): Promise<ServedCloudApi> {
  const { port = 0, speed = 1, killable = false, signal, ...rest } = options;
  if (!(speed > 0)) throw new RangeError(`Cannot serve: the speed is not above zero: ${speed}`);
  const sim = createCloudApi({ ...rest, clock: rest.clock ?? systemClock });
  const { settings } = sim.world;
  for (const name of ["transition", "updates", "lag"] as const) {
    settings[name] = { min: settings[name].min / speed, max: settings[name].max / speed };
  }
  settings.purgeAfter /= speed;
  const sockets = new Set<WebSocket>();
  const stopping = new AbortController();
  const connections: { killer?: ConnectionCutter } = {};

  const server = Deno.serve(
    { hostname: "127.0.0.1", port: killable ? 0 : port, signal: stopping.signal, onListen: () => {} },
    async (request, info) => {
      const { hostname, port: from } = info.remoteAddr as Deno.NetAddr;
      try {
        const response = await sim.answer(request, hostname, stopping.signal);
        const owner = sim.feedOf(response);
        if (owner === undefined) return response;
        const { socket, response: upgraded } = Deno.upgradeWebSocket(request);
        sockets.add(socket);
        socket.addEventListener("close", () => sockets.delete(socket));
        serveFeed(sim, socket, owner);
        return upgraded;
      } catch (error) {
        if (!(error instanceof ConnectionFault)) {
          if (stopping.signal.aborted) return new Response(null, { status: 499 }); // nobody is left to read it
          throw error;
        }
        if (connections.killer?.kill(from)) return new Response(null, { status: 499 });
        const message = "Cannot cut the connection: the simulator is served without `killable: true`.";
        return Response.json({ message }, { status: 500 });
      }
    },
  );
  if (killable) connections.killer = startConnectionCutter(server.addr.port, port);
  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= (async () => {
      for (const socket of sockets) socket.close();
      await connections.killer?.close();
      stopping.abort();
      await server.finished;
    })();
  signal?.addEventListener("abort", () => void close(), { once: true });
  return Promise.resolve({
    url: `http://127.0.0.1:${connections.killer?.port ?? server.addr.port}`,
    sim,
    close,
  });
}
