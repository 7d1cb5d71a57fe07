/**
 * The line that `debug` prints for each attempt. It never contains headers or bodies, and masks what looks secret in a
 * query.
 *
 * @module
 */
import { oneLine } from "../engine/text/visible.ts";

import { concealed } from "../engine/text/secrets.ts";

/** The result of one attempt. */
export interface Attempt {
  /** The HTTP method. */
  method: string;
  /** The whole URL. */
  url: URL;
  /** The status; undefined if no answer came. */
  status?: number | undefined;
  /** How long it took, in milliseconds. */
  ms: number;
  /** The server's id of the request. */
  requestId?: string | undefined;
  /** Why it is sent again, or why it failed. */
  remark?: string | undefined;
}

const SECRET = /pass|secret|token|signature|credential|authori[sz]|api[-_]?key|access[-_]?key/i;

/** One line, such as `GET https://host/my/machines?limit=1000 200 12 ms 5d3a…`. */
export function debugLine(attempt: Attempt): string {
  return concealed(written(attempt));
}

function written(attempt: Attempt): string {
  const parts = [
    attempt.method,
    maskUrl(attempt.url),
    attempt.status === undefined ? "no answer" : String(attempt.status),
    `${Math.round(attempt.ms)} ms`,
  ];
  if (attempt.requestId) parts.push(attempt.requestId);
  // Both the id and the remark may quote the server.
  return oneLine(parts.join(" ") + (attempt.remark ? ` (${attempt.remark})` : ""));
}

function maskUrl(url: URL): string {
  const query = url.search.slice(1).split("&").filter((pair) => pair !== "").map((pair) => {
    const key = pair.split("=", 1)[0]!;
    return SECRET.test(decodeURIComponent(key)) ? `${key}=***` : pair;
  });
  return `${url.origin}${url.pathname}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}
