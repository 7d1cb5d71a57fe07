/**
 * The network between client and simulated servers: latency, and broken connections.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { ConnectionFault, type Fault, type Faults } from "../faults.ts";

/**
 * Carries a request to the server and its answer back, with the faults on the way.
 *
 * @param signal The caller's signal. A server passes none, because Deno prints a warning when a served request's signal
 * is read. Only a black hole needs it, and uses the request's own.
 * @param arrived Called when the request was sent, even if the server will never see it whole.
 * @param handle Answers, or receives the answer that a fault puts in place of the server's.
 */
export async function travel(
  request: Request,
  signal: AbortSignal | undefined,
  clock: Clock,
  faults: Faults,
  arrived: () => void,
  handle: (instead: Response | undefined) => Promise<Response>,
): Promise<Response> {
  signal?.throwIfAborted();
  const { fault, delay } = faults.strike(request);
  if (delay > 0) await clock.sleep(delay / 2, signal);
  arrived();
  if (fault?.do === "drop-before") throw new ConnectionFault(request.url);
  if (fault?.do === "black-hole") return await untilAborted(request.signal);
  let response = await clock.hold(() => handle(fault?.do === "status" ? errorPage(fault) : undefined));
  if (fault?.do === "black-hole-after") return await untilAborted(request.signal);
  if (fault?.do === "drop-after") throw new ConnectionFault(request.url);
  if (fault?.do === "status-after") response = errorPage(fault);
  if (fault?.do === "malform") response = await malformed(response, fault.text);
  if (fault?.do === "truncate") response = await truncated(response);
  if (delay > 0) await clock.sleep(delay / 2, signal);
  signal?.throwIfAborted();
  return response;
}

/** A load balancer's error page. */
function errorPage(fault: Extract<Fault, { do: "status" | "status-after" }>): Response {
  const { status, body, headers } = fault;
  const html =
    `<html><body><h1>${status}</h1>\nNo server is available to handle this request.\n</body></html>\n`;
  const [text, type] = body === undefined ? [html, "text/html"] : [JSON.stringify(body), "application/json"];
  return new Response(text, { status, headers: { "content-type": type, ...headers } });
}

async function malformed(response: Response, text = "<html><body><h1>502 Bad Gateway</h1></body></html>") {
  await response.body?.cancel();
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(text, { status: response.status === 204 ? 200 : response.status, headers });
}

async function truncated(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length === 0) return new Response(null, response);
  let sent = false;
  const half = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) return controller.error(new TypeError("error reading a body from connection"));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
  });
  return new Response(half, { status: response.status, headers: response.headers });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
