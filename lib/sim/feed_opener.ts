/**
 * The changefeed without a network: opens it on a simulator in the same process, with the simulator's clock.
 *
 * @module
 */
import { type FeedSocket, serveFeed } from "./feed_socket.ts";
import type { CloudApiSim } from "./cloudapi/server.ts";

/** Opens the changefeed's WebSocket, for `dc({ changefeed })`. */
export type FeedOpener = (
  options: { url: URL; headers: Readonly<Record<string, string>>; signal: AbortSignal },
  listener: { text(data: string): void; pong(): void; lost(): void },
) => Promise<{ send(text: string): void; ping(): void; close(): void } | { refused: number }>;

/** Makes the opener of a simulator. A message takes half the latency of a request. */
export function feedOpener(sim: CloudApiSim): FeedOpener {
  return async ({ url, headers, signal }, listener) => {
    const request = new Request(url, { headers: { ...headers, upgrade: "websocket" } });
    const response = await sim.answer(request, "127.0.0.1", signal);
    const owner = sim.feedOf(response);
    if (owner === undefined) return { refused: response.status };

    let open = true;
    const later = (what: () => void) => {
      const { latency } = sim.faults;
      void sim.world.clock.sleep(typeof latency === "number" ? latency / 2 : 0).then(what);
    };
    const socket: FeedSocket = {
      get readyState() {
        return open ? WebSocket.OPEN : WebSocket.CLOSED;
      },
      send: (text) => later(() => open && listener.text(text)),
      close() {
        if (!open) return;
        end();
        listener.lost();
      },
      onmessage: null,
      onclose: null,
      onerror: null,
    };
    const end = () => {
      open = false;
      socket.onclose?.(new CloseEvent("close"));
    };
    serveFeed(sim, socket, owner);
    return {
      send: (text) => later(() => socket.onmessage?.(new MessageEvent("message", { data: text }))),
      ping: () => later(() => later(() => open && listener.pong())),
      close: () => void (open && end()),
    };
  };
}
