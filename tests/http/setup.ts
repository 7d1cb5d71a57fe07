/** A send() on a virtual clock against a scripted fetch. */
import { createLimiter, type Limiter } from "../../lib/engine/rate/limiter.ts";
import type { WireEvent } from "../../lib/engine/resource/endpoint.ts";
import { createSend, type Send, type SendConfig } from "../../lib/http/send.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";

/** What the scripted server does with one request: answers, throws, or answers later. */
export type Reply = (request: Request, nth: number) => Response | Promise<Response>;

export interface Bench {
  clock: VirtualClock;
  send: Send;
  limiter: Limiter;
  /** What arrived. */
  requests: Request[];
  events: WireEvent[];
  lines: string[];
  on: (event: WireEvent) => void;
}

export function bench(reply: Reply, more: Partial<SendConfig> = {}): Bench {
  const clock = new VirtualClock();
  const limiter = createLimiter({ clock, random: () => 0.5 });
  const requests: Request[] = [];
  const events: WireEvent[] = [];
  const lines: string[] = [];
  const send = createSend({
    baseUrl: "https://cloud.example",
    clock,
    limiter: () => limiter,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      requests.push(request);
      return await reply(request, requests.length);
    },
    random: () => 0.5,
    userAgent: "muster-test/1",
    explain: ({ status, body }) => {
      const { code = "", message = "" } = (body ?? {}) as { code?: string; message?: string };
      const rate = /rate of (\d+)/.exec(message)?.[1];
      return {
        code,
        message: message || (typeof body === "string" ? body : ""),
        ...(rate ? { throttle: { perSecond: Number(rate) } } : {}),
        ...(status === 503 && /upgraded/.test(message) ? { executed: false } : {}),
      };
    },
    requestIdHeader: "request-id",
    debug: (line) => lines.push(line),
    ...more,
  });
  return { clock, send, limiter, requests, events, lines, on: (event) => events.push(event) };
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** What Deno's fetch throws when nothing listens, and when the connection breaks after the request was written. */
export function refused(): TypeError {
  const text =
    "error sending request for url (https://cloud.example/): client error (Connect): tcp connect error: " +
    "Connection refused (os error 111)";
  return new TypeError("fetch failed", { cause: new Error(text) });
}
export function broken(): TypeError {
  const text = "error sending request from 127.0.0.1:1 for https://cloud.example/ (127.0.0.1:2): " +
    "client error (SendRequest): connection closed before message completed";
  return new TypeError("fetch failed", { cause: new Error(text) });
}
