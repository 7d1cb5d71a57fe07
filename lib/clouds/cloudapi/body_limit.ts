/**
 * Limits the size of what is sent.
 *
 * @module
 */
import { MusterError } from "../../engine/mod.ts";

/** The largest body that the server accepts, in bytes (sdc-cloudapi: 413 above it). */
const MAX_BODY = 100_000;

/**
 * Refuses a body that is too large for the server.
 *
 * @param doing `create machines`, for the message.
 * @param advice What to do instead, for the message.
 * @throws {MusterError}
 */
export function checkSize(doing: string, body: unknown, advice: string): void {
  const size = new TextEncoder().encode(JSON.stringify(body)).length;
  if (size <= MAX_BODY) return;
  throw new MusterError(
    `Cannot ${doing}: the request would be ${size} bytes, and the server accepts ${MAX_BODY} at most. To make it smaller, ${advice}.`,
  );
}
