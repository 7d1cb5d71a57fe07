/**
 * Writes to what is no machine and no image: sent once, and checked before they are sent again.
 *
 * @module
 */
import { type ApiRequest, type ApiResponse, type Endpoint, TransportError } from "../../engine/mod.ts";

/** A write is sent at most so often, each repeat only after it showed that the one before did not take. */
const ATTEMPTS = 3;

/**
 * Sends a write. When its answer is lost, `took` looks whether it was done: what that gives is the result, and only
 * where it gives nothing is the write sent again.
 *
 * @throws {TransportError} when the answer was lost three times and nothing was done.
 */
export async function checkedWrite<T>(
  endpoint: Endpoint,
  request: ApiRequest,
  took: () => Promise<T | undefined>,
): Promise<{ answer: ApiResponse } | { found: T }> {
  for (let attempt = 1;; attempt++) {
    try {
      const answer = await endpoint.send(request);
      // It was carried out, and what it says of that did not arrive.
      const made = answer.note === undefined ? undefined : await took();
      return made === undefined ? { answer } : { found: made };
    } catch (error) {
      if (!(error instanceof TransportError) || error.sent !== "unknown") throw error;
      const found = await took();
      if (found !== undefined) return { found };
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}
