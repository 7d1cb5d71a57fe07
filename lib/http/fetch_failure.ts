/**
 * The meaning of a failed fetch: whether the request may have reached the server, whether a retry may help, and the
 * words for it.
 *
 * Deno's fetch has no error codes, only the texts of its network library: `client error (Connect)` if no connection was
 * made, so that nothing was sent; `client error (SendRequest)` and other texts after that.
 *
 * @module
 */

type Patterns = readonly [pattern: RegExp, failure: FetchFailure][];

/** The meaning of a failed attempt. */
export interface FetchFailure {
  /** `"no"` if nothing can have reached the server. */
  sent: "no" | "unknown";
  /** Whether the same request may succeed in a moment. */
  again: boolean;
  /** For `Cannot …: <reason>`, with the fact after a colon. */
  reason: string;
  /** What to do about it; empty if nothing is known. */
  advice: string;
  /**
   * How long to keep trying a server that has never answered, in milliseconds; see `outage.ts`.
   */
  firstPatience?: number;
}

const FORBIDDEN: Patterns = [
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
];

/** Failures of a proxy on the way to the server. */
const PROXY: Patterns = [
  [/proxy authentication required/i, {
    sent: "no",
    again: false,
    reason: "the proxy wants a user and a password",
    advice: "Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT",
  }],
  [/unsuccessful tunnel|while tunneling/i, {
    sent: "no",
    again: true,
    reason: "the proxy does not connect to it",
    advice: "Check whether the proxy may and can reach it; NO_PROXY names addresses that need no proxy",
  }],
  [/kind of proxy is not supported/i, {
    sent: "no",
    again: false,
    reason: "only a proxy whose address begins with http: can be used together with insecure",
    advice: "Trust the server's authority with DENO_CERT=ca.pem instead of insecure",
  }],
];

/** Why a connection to the server or to a proxy was not made. */
const UNREACHED: Patterns = [
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
  [/no route to host|network is unreachable|host is unreachable|os error 11[03]/i, {
    sent: "no",
    again: true,
    reason: "the network has no route to it",
    advice: "Check the network, VPN and proxy settings",
  }],
];

/** Errors of TLS. */
const TLS: Patterns = [
  [/NotValidYet/i, {
    sent: "no",
    again: false,
    reason: "its certificate is not valid yet",
    advice: "Check the clock of this machine",
  }],
  [/peer certificate: Expired|certificate has expired/i, {
    sent: "no",
    again: false,
    reason: "its certificate has expired",
    advice: "Its operator must renew it. Check the clock of this machine, too",
  }],
  [/not valid for name|NotValidForName/i, {
    sent: "no",
    again: false,
    reason: "its certificate is for another name",
    advice: "Use the name that the certificate is for as the address, or have it made for this one",
  }],
  [/CaUsedAsEndEntity/i, {
    sent: "no",
    again: false,
    reason: "its certificate is that of an authority (CA), and Deno does not take it for a server's",
    advice: "Its operator must give it a server certificate, without CA:TRUE",
  }],
  [/certificate|UnknownIssuer/i, {
    sent: "no",
    again: false,
    reason: "its certificate is not trusted",
    advice:
      "Trust its authority with DENO_CERT=ca.pem or DENO_TLS_CA_STORE=system; only where nobody can be in " +
      "between, use insecure",
  }],
  // The proxy accepts the connection, and has no server to pass it on to.
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
];

const UNREACHABLE_PROXY: FetchFailure = {
  sent: "no",
  again: true,
  reason: "nothing answers there",
  advice: "",
};

const find = (text: string, patterns: Patterns) => patterns.find(([pattern]) => pattern.test(text))?.[1];

/**
 * Finds the meaning of an error of fetch.
 *
 * @param host The host, for the reason.
 * @param proxy The proxy of the request, if any: then it is the proxy that could not be reached.
 */
export function readFetchFailure(error: unknown, host: string, proxy?: URL): FetchFailure {
  const text = textOf(error);
  // It is certain that nothing was sent only if no connection was made. The words alone prove nothing, because a
  // refusal may also be a proxy's answer to half a request.
  const before = /client error \(Connect\)|requires net access|NotCapable|requests to port \d+ are blocked/i
    .test(text);
  if (before) {
    const known = find(text, FORBIDDEN) ?? find(text, PROXY) ?? find(text, UNREACHED) ?? find(text, TLS);
    if (error instanceof Deno.errors.NotCapable && !/net access/i.test(text)) {
      return {
        sent: "no",
        again: false,
        reason: `this process lacks a permission: ${error.message}`,
        advice: "",
      };
    }
    const unreached = find(text, UNREACHED) ??
      (/proxy server unreachable/i.test(text) ? UNREACHABLE_PROXY : undefined);
    if (proxy !== undefined && unreached !== undefined && !find(text, FORBIDDEN)) {
      return {
        ...unreached,
        reason: `the proxy for it cannot be reached, ${unreached.reason}: ${proxy.host}`,
        advice: `Check HTTPS_PROXY, HTTP_PROXY and ALL_PROXY; NO_PROXY=${
          host.replace(/:\d+$/, "")
        } goes without a proxy`,
      };
    }
    if (known !== undefined) return { ...known, reason: `${known.reason}${namesIn(text)}: ${host}` };
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
  if (/invalid HTTP version parsed|Expected HTTP\//i.test(text)) {
    return {
      ...lost(`it does not answer in HTTP: ${host}`),
      advice: "Check whether the address should begin with https: or have another port",
    };
  }
  return lost(`the network failed: ${host} (${shorten(text)})`);
}

/** The names that a certificate is for, if the error has them. */
function namesIn(text: string): string {
  const names = [...text.matchAll(/(?:DnsName|IpAddress)\("?([^")]+)"?\)/g)].map(([, name]) => name!);
  return names.length === 0 ? "" : ` (${names.slice(0, 5).join(", ")})`;
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

/** The last part of the error's text, which says the most, without URLs, because those may have a query. */
function shorten(text: string): string {
  const bare = text.replace(/ (from \S+ )?for (url \([^)]*\)|\S+( \([^)]*\))?)/g, "");
  const parts = bare.split(": ");
  return parts.slice(-2).join(": ").slice(0, 200);
}
