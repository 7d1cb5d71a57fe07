/**
 * Parses the `Authorization: Signature …` header as strictly as the server's library.
 *
 * @module
 */
import { invalidHeader } from "./problem.ts";

/** The claim of a client, and the text that it must have signed. */
export interface Claim {
  keyId: string;
  /** Lower case: `rsa-sha256`. */
  algorithm: string;
  signature: string;
  signingString: string;
}

/** The parts of a request that go into a signing string. */
export interface SignedRequest {
  method: string;
  /** Path and query exactly as sent. */
  target: string;
  header: (name: string) => string | null;
}

/** How far a client's clock may be off, in seconds. */
export const CLOCK_SKEW = 300;

const ALGORITHMS = new Set([
  "rsa-sha1",
  "rsa-sha256",
  "rsa-sha512",
  "dsa-sha1",
  "dsa-sha256",
  "ecdsa-sha256",
  "ecdsa-sha512",
  "ed25519-sha512",
]);

const fail = (message: string): never => {
  throw invalidHeader(`Authorization header invalid: ${message}`);
};

/**
 * Parses the header in its modern form, or else in the form of 2011 (`…,algorithm="rsa-sha256" <base64>` over only the
 * Date), which RSA keys may still use.
 *
 * @throws {Problem} 400 InvalidHeader with the modern parser's message.
 */
export function parseAuthorization(header: string, request: SignedRequest, now: number): Claim {
  try {
    return modern(header, request, now);
  } catch (refusal) {
    const claim = legacy(header, request, now);
    if (claim !== undefined) return claim;
    throw refusal;
  }
}

function modern(header: string, request: SignedRequest, now: number): Claim {
  const space = header.indexOf(" ");
  const scheme = space < 0 ? header : header.slice(0, space);
  const params = space < 0 ? {} : parseParams(header.slice(space + 1));
  if (scheme !== "Signature") fail('scheme was not "Signature"');
  for (const name of ["keyId", "algorithm", "signature"] as const) {
    if (!params[name]) fail(`${name} was not specified`);
  }
  const algorithm = params.algorithm!.toLowerCase();
  if (!ALGORITHMS.has(algorithm)) fail(`${algorithm} is not supported`);

  const fallback = request.header("x-date") === null ? "date" : "x-date";
  const names = (params.headers ?? fallback).split(" ").map((name) => name.toLowerCase());
  const lines = names.map((name) => {
    if (name === "(request-target)") return `${name}: ${request.method.toLowerCase()} ${request.target}`;
    if (name === "request-line") return `${request.method} ${request.target} HTTP/1.1`;
    const value = request.header(name);
    if (value === null) return fail(`${name} was not in the request`);
    return `${name}: ${value}`;
  });
  checkDate(request, now);
  if (!names.includes("date")) fail("date was not a signed header");
  return { keyId: params.keyId!, algorithm, signature: params.signature!, signingString: lines.join("\n") };
}

function parseParams(text: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (let at = 0; at < text.length;) {
    const [whole, name, value] = /^([A-Za-z]+)=(?:"([^"]*)"|\d+)/.exec(text.slice(at)) ??
      fail("bad param format");
    params[name!] = value ?? whole.slice(name!.length + 1);
    at += whole.length;
    if (at < text.length && text[at] !== ",") fail("bad param format");
    at++;
    // The library accepts a comma at the very end.
  }
  return params;
}

function checkDate(request: SignedRequest, now: number): void {
  const date = request.header("x-date") ?? request.header("date");
  if (date === null) return;
  const skew = Math.abs(now - Date.parse(date));
  if (skew > CLOCK_SKEW * 1000) {
    fail(`clock skew of ${skew / 1000}s was greater than ${CLOCK_SKEW}s`);
  }
}

const LEGACY = /^Signature keyId="([^"]+)",algorithm="(rsa-sha(?:1|256|512))"(?:,headers="[^"]*")? (\S+)$/i;

function legacy(header: string, request: SignedRequest, now: number): Claim | undefined {
  const match = LEGACY.exec(header);
  const date = request.header("date");
  if (match === null || date === null) return undefined;
  if (!(Math.abs(now - Date.parse(date)) <= CLOCK_SKEW * 1000)) return undefined;
  return { keyId: match[1]!, algorithm: match[2]!.toLowerCase(), signature: match[3]!, signingString: date };
}
