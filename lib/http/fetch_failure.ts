/**
 * What a failed fetch means: whether the request can have reached the server, whether trying again may help,
 * and how to say it.
 *
 * Deno's fetch gives no codes, only the texts of its network library: `client error (Connect)` when no
 * connection came about, so nothing was sent; `client error (SendRequest)` and whatever else after that.
 *
 * @module
 */

/** A failed attempt, read. */
export interface FetchFailure {
  /** `"no"` when nothing can have reached the server. */
  sent: "no" | "unknown";
  /** Whether the same request may do better in a moment. */
  again: boolean;
  /** For `Cannot …: <reason>`, with the fact after a colon. */
  reason: string;
  /** What to do about it; empty where nothing is known. */
  advice: string;
  /** How long it may pass by itself where the server never answered before, ms; see `outage.ts`. */
  firstPatience?: number;
}

const PATTERNS: readonly [pattern: RegExp, failure: FetchFailure][] = [
  [/requires net access/i, {
    sent: "no",
    again: false,
    reason: "this process may not open connections to",
    advice: "Run it with --allow-net, or --allow-net=HOST for that host alone",
  }],
  [/requests to port \d+ are blocked/i, {
    sent: "no",
    again: false,
    reason: "fetch never uses that port",
    advice: "Check the address",
  }],
  [/dns error|failed to lookup address|name or service not known|no such host|nodename nor servname/i, {
    sent: "no",
    again: true,
    reason: "the host's name is not known",
    advice: "Check the address for a misspelling, and the network",
    firstPatience: 2000,
  }],
  [/connection refused|os error 111|os error 61\b|ECONNREFUSED/i, {
    sent: "no",
    again: true,
    reason: "nothing listens there (connection refused)",
    advice: "Check the port, and whether the server is up",
  }],
  [/certificate|UnknownIssuer|CaUsedAsEndEntity|NotValidForName/i, {
    sent: "no",
    again: false,
    reason: "its certificate is not trusted",
    advice:
      "Trust its authority with DENO_CERT=ca.pem or DENO_TLS_CA_STORE=system; only where nobody can be in " +
      "between, use insecure",
  }],
  // A proxy takes the connection, and has no server to hand it on to.
  [/handshake eof|eof during handshake/i, {
    sent: "no",
    again: true,
    reason: "it closed the connection before TLS was agreed on",
    advice: "Check the port, and whether the server is up",
  }],
  [/corrupt message|InvalidContentType|tls handshake|handshake failure|HandshakeFailure|AlertReceived/i, {
    sent: "no",
    again: false,
    reason: "it does not speak a TLS version that muster understands",
    advice: "Check whether the address should begin with http: or have another port",
  }],
  [/no route to host|network is unreachable|host is unreachable|os error 11[03]/i, {
    sent: "no",
    again: true,
    reason: "the network has no route to it",
    advice: "Check the network, VPN and proxy settings",
  }],
];

/** Reads what fetch threw. `host` is named in the reason. */
export function readFetchFailure(error: unknown, host: string): FetchFailure {
  const text = textOf(error);
  // Only before the connection stood is it certain that nothing was sent. The words alone prove nothing: a
  // refusal may also be a proxy's answer to half a request.
  const before = /client error \(Connect\)|requires net access|NotCapable|requests to port \d+ are blocked/i
    .test(text);
  if (before) {
    const known = PATTERNS.find(([pattern]) => pattern.test(text))?.[1];
    if (error instanceof Deno.errors.NotCapable && !/net access/i.test(text)) {
      return {
        sent: "no",
        again: false,
        reason: `this process lacks a permission: ${error.message}`,
        advice: "",
      };
    }
    if (known !== undefined) return { ...known, reason: `${known.reason}: ${host}` };
    return {
      sent: "no",
      again: true,
      reason: `the connection could not be made: ${host} (${shorten(text)})`,
      advice: "Check the network",
    };
  }
  const lost = (reason: string): FetchFailure => ({ sent: "unknown", again: true, reason, advice: "" });
  if (/reset|os error 104|broken pipe|os error 32\b/i.test(text)) {
    return lost(`the connection was reset before the answer was complete: ${host}`);
  }
  if (
    /closed before message completed|error reading a body|unexpected end of file|end of file before/i.test(
      text,
    )
  ) {
    return lost(`the connection was closed before the answer was complete: ${host}`);
  }
  return lost(`the network failed: ${host} (${shorten(text)})`);
}

/** The messages of an error and its causes. */
function textOf(error: unknown): string {
  const texts: string[] = [];
  for (let at: unknown = error, depth = 0; at !== undefined && depth < 6; depth++) {
    if (!(at instanceof Error)) {
      texts.push(String(at));
      break;
    }
    texts.push(`${at.name}: ${at.message}`);
    at = at.cause;
  }
  return texts.join("; ");
}

/** The last, most telling part of the library's text, without addresses: those may hold a query. */
function shorten(text: string): string {
  const bare = text.replace(/ (from \S+ )?for (url \([^)]*\)|\S+( \([^)]*\))?)/g, "");
  const parts = bare.split(": ");
  return parts.slice(-2).join(": ").slice(0, 200);
}
