/**
 * The simulated CloudAPI on a port of this machine, for clients that speak real HTTP.
 *
 * @module
 */
import { ScaledClock } from "./clock.ts";
import { type CloudApiOptions, type CloudApiSim, createCloudApi } from "./cloudapi/server.ts";
import { ConnectionFault } from "./faults.ts";
import { serveFeed } from "./feed_socket.ts";
import { type Killer, startKiller } from "./killer.ts";

/** How to serve, besides how the datacenter is to be. */
export interface ServeOptions extends CloudApiOptions {
  /** Default 0: any free one. */
  port?: number;
  /** Simulated seconds in a real one, where no clock is given. Default 1. */
  speed?: number;
  /** Puts a proxy in front that can really cut connections, as the dropping faults need. Default false. */
  killable?: boolean;
  /** Stops serving when aborted. */
  signal?: AbortSignal;
}

/** A simulated CloudAPI that is being served. */
export interface ServedCloudApi {
  /** `http://127.0.0.1:<port>` */
  url: string;
  sim: CloudApiSim;
  /** Stops serving, and cuts what connections there are. */
  close(): Promise<void>;
}

/** Serves a simulated CloudAPI on 127.0.0.1, by default with a clock that runs in real time. */
export function serve(options: ServeOptions = {}): Promise<ServedCloudApi> {
  const { port = 0, speed = 1, killable = false, signal, ...rest } = options;
  const sim = createCloudApi({ ...rest, clock: rest.clock ?? new ScaledClock(speed) });
  const sockets = new Set<WebSocket>();
  const stopping = new AbortController();
  let killer: Killer | undefined;

  const server = Deno.serve(
    { hostname: "127.0.0.1", port: killable ? 0 : port, signal: stopping.signal, onListen: () => {} },
    async (request, info) => {
      const { hostname, port: from } = info.remoteAddr as Deno.NetAddr;
      try {
        const response = await sim.answer(request, hostname);
        const owner = sim.feedOf(response);
        if (owner === undefined) return response;
        const { socket, response: upgraded } = Deno.upgradeWebSocket(request);
        sockets.add(socket);
        socket.addEventListener("close", () => sockets.delete(socket));
        serveFeed(sim, socket, owner);
        return upgraded;
      } catch (error) {
        if (!(error instanceof ConnectionFault)) {
          if (request.signal.aborted) return new Response(null, { status: 499 }); // nobody is there to read it
          throw error;
        }
        if (killer?.kill(from)) return new Response(null, { status: 499 });
        throw new Error("Cannot cut a connection as the server was started without killable: true", {
          cause: error,
        });
      }
    },
  );
  killer = killable ? startKiller(server.addr.port, port) : undefined;
  let closed: Promise<void> | undefined;
  const close = () =>
    closed ??= (async () => {
      for (const socket of sockets) socket.close();
      await killer?.close();
      stopping.abort();
      await server.finished;
    })();
  signal?.addEventListener("abort", () => void close(), { once: true });
  return Promise.resolve({ url: `http://127.0.0.1:${killer?.port ?? server.addr.port}`, sim, close });
}
