/**
 * HTTP Signature, as CloudAPI checks it: the headers `Date` and `Authorization`.
 *
 * A write signs `(request-target) date`, so that the signature cannot be used for anything else. A read signs only
 * `date`. `Date` has a resolution of one second. So the same text is signed only once a second, however many requests
 * need it, because an RSA signature takes several milliseconds.
 *
 * @module
 */
import type { Clock } from "../../../engine/time/clock.ts";
import type { Signer } from "../../../platform/keys/signer.ts";
import { serverTime } from "../../../engine/rate/server_numbers.ts";

/** The two headers of a signed request. */
export interface SignedHeaders {
  date: string;
  authorization: string;
}

/** Returns the headers of a signed request. */
export interface Authorizer {
  /**
   * @param method The HTTP method, in any case.
   * @param target Path and query, exactly as they are sent.
   * @param write Whether the request may change something. If so, its signature includes the method and the target.
   * @returns Immediately the headers that were signed before in this second, otherwise a promise.
   * @throws {CredentialsError} when there is no usable key. The next call searches again.
   */
  (method: string, target: string, write: boolean): SignedHeaders | Promise<SignedHeaders>;
  /** How far the server's clock is ahead of ours, in milliseconds. 0 until set, usually from {@linkcode skewFrom}. */
  skew: number;
}

/** What {@linkcode createAuthorizer} needs. */
export interface AuthorizerOptions {
  /** Finds the key. Called when the first request needs it, and again only if it failed. */
  signer: () => Promise<Signer>;
  clock: Clock;
  /** Called once, while the first signature is being made elsewhere. */
  meanwhile?: (() => void) | undefined;
}

/** Makes the {@linkcode Authorizer} of one handle. Reads no key before it is called. */
export function createAuthorizer({ signer, clock, meanwhile }: AuthorizerOptions): Authorizer {
  const encoder = new TextEncoder();
  let finding: Promise<Signer> | undefined;
  let second = NaN;
  let date = "";
  /** Headers by signed text, only for the current second. Promises, so that requests in flight share them too. */
  let signed = new Map<string, Promise<SignedHeaders>>();
  /** The headers of this second's reads, once they are ready. */
  let reading: SignedHeaders | undefined;

  const find = () =>
    finding ??= clock.hold(signer).catch((error) => {
      finding = undefined;
      throw error;
    });

  const authorize = (method: string, target: string, write: boolean) =>
    !write && reading !== undefined && seconds() === second ? reading : sign(method, target, write);

  const seconds = () => Math.floor((clock.now() + authorizer.skew) / 1000);

  const sign = async (method: string, target: string, write: boolean): Promise<SignedHeaders> => {
    // The key comes first, because a person may take minutes to enter a passphrase, and the date must not be that old.
    const key = await find();
    const now = seconds();
    if (now !== second) {
      second = now;
      reading = undefined;
      date = new Date(now * 1000).toUTCString();
      signed = new Map();
    }
    const text = write
      ? `(request-target): ${method.toLowerCase()} ${target}\ndate: ${date}`
      : `date: ${date}`;
    const kept = signed;
    let headers = kept.get(text);
    if (headers === undefined) {
      headers = headersOf(key, text, date, write ? "(request-target) date" : "date");
      kept.set(text, headers);
      headers.catch(() => {
        kept.delete(text);
        // The agent may have gone. Another agent, or a file, may have the key.
        finding = undefined;
      });
    }
    const made = await headers;
    if (!write && kept === signed) reading = made;
    return made;
  };

  const headersOf = async (
    key: Signer,
    text: string,
    date: string,
    names: string,
  ): Promise<SignedHeaders> => {
    const signing = clock.hold(() => key.sign(encoder.encode(text)));
    meanwhile?.();
    meanwhile = undefined;
    const signature = await signing;
    // No blank after a comma, because the server's parser does not accept one.
    const authorization = `Signature keyId="${key.keyId}",algorithm="${key.algorithm}",headers="${names}",` +
      `signature="${signature.toBase64()}"`;
    return { date, authorization };
  };

  const authorizer: Authorizer = Object.assign(authorize, { skew: 0 });
  return authorizer;
}

/** What {@linkcode skewFrom} reads. */
export interface RefusedSignature {
  status: number;
  /** The parsed JSON, or the text if it was not JSON. */
  body: unknown;
  headers: Headers;
}

/**
 * How far the server's clock is ahead of ours, in milliseconds, if the server refused our `Date`. Undefined for every
 * other answer, and if the server did not send its time.
 *
 * CloudAPI allows 300 seconds either way. It refuses with 400 `InvalidHeader` "… clock skew of … was greater than
 * 300s", or `RequestExpired`, not with a 401.
 *
 * @param now Our time when the answer came, in milliseconds: `clock.now()`, without any skew.
 */
export function skewFrom(response: RefusedSignature, now: number): number | undefined {
  if (response.status !== 400) return undefined;
  const { code, message } = (typeof response.body === "object" && response.body !== null ? response.body : {
    message: String(response.body),
  }) as { code?: unknown; message?: unknown };
  if (code !== "RequestExpired" && !/clock skew/i.test(String(message))) return undefined;
  const theirs = serverTime(response.headers, now);
  return theirs === undefined ? undefined : theirs - now;
}
