/**
 * HTTP Signature, as CloudAPI checks it: what goes into `Date` and `Authorization`.
 *
 * A write signs `(request-target) date`, so what was signed can be used for nothing else. A read signs `date`
 * alone. `Date` has a resolution of one second, so the same string is signed only once in a second, however many
 * requests need it and however many of them are under way: an RSA signature costs several milliseconds.
 *
 * @module
 */
import type { Clock } from "../../../engine/time/clock.ts";
import type { Signer } from "../../../platform/keys/signer.ts";
import { serverTime } from "../../../engine/rate/server_numbers.ts";

/** The two headers that make a request a signed one. */
export interface SignedHeaders {
  date: string;
  authorization: string;
}

/** Gives the headers of a signed request. */
export interface Authorizer {
  /**
   * @param method The HTTP method, in any case.
   * @param target Path and query, exactly as they will be sent.
   * @param write Whether the request may change something; its signature is then bound to method and target.
   * @returns At once what was signed before in this second.
   * @throws {CredentialsError} when there is no usable key. The next call looks for one again.
   */
  (method: string, target: string, write: boolean): SignedHeaders | Promise<SignedHeaders>;
  /** How far the server's clock is ahead of ours, in milliseconds. 0 until set, mostly from {@linkcode skewFrom}. */
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

/** Makes the {@linkcode Authorizer} of one handle. Touches no key before it is called. */
export function createAuthorizer({ signer, clock, meanwhile }: AuthorizerOptions): Authorizer {
  const encoder = new TextEncoder();
  let finding: Promise<Signer> | undefined;
  let second = NaN;
  let date = "";
  /** Signed string to headers, of the current second only. Promises, so that requests under way share them too. */
  let signed = new Map<string, Promise<SignedHeaders>>();
  /** Those of this second's reads, once they are there. */
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
    // The key comes first: a passphrase may take a person minutes, and the date must not be that old.
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
        // The agent may have gone: another, or a file, may have the key.
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
    // No blank after a comma: the server's parser takes none.
    const authorization = `Signature keyId="${key.keyId}",algorithm="${key.algorithm}",headers="${names}",` +
      `signature="${signature.toBase64()}"`;
    return { date, authorization };
  };

  const authorizer: Authorizer = Object.assign(authorize, { skew: 0 });
  return authorizer;
}

/** What {@linkcode skewFrom} looks at. */
export interface RefusedSignature {
  status: number;
  /** The parsed JSON, or the text where it was none. */
  body: unknown;
  headers: Headers;
}

/**
 * How far the server's clock is ahead of ours, in milliseconds, if this is its refusal of our `Date`; undefined
 * for every other answer, and where the server did not say what time it has.
 *
 * CloudAPI allows 300 seconds either way and refuses with 400 `InvalidHeader` "… clock skew of … was greater than
 * 300s", or `RequestExpired`. Not with a 401.
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
