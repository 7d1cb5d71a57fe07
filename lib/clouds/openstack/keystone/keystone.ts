/**
 * Tokens: requested from Keystone when first needed, shared by all requests, renewed once for all of them.
 *
 * @module
 */
import type { Clock } from "../../../engine/time/clock.ts";
import { CredentialsError } from "../../../engine/errors.ts";
import { isOpenStackFault } from "../openstack_fault.ts";
import { expandEndpoint, findEndpoint } from "./catalogue.ts";
import type { RawResponse } from "../../../http/send.ts";
import { keystoneRefused } from "../error_answers.ts";
import { type KeystoneSend, keystoneSend, type KeystoneTransport } from "./keystone_exchange.ts";
import { type KeystoneAddress, type KeystoneLogin, loginRequest, readAuthUrl } from "./keystone_login.ts";
import { noKeystone, refusedLogin, strangeRefusal } from "./login_errors.ts";
import type { Secret } from "../settings/secret.ts";
import type { Settings } from "../settings/settings.ts";
import { type KeystoneSession, type LoginAnswer, readSessionV2, readSessionV3 } from "./token.ts";

/** How long before its end a token is renewed (in milliseconds); a tenth of its lifetime if that is less. */
const MARGIN = 60_000;
/**
 * Refused credentials are not sent again for this long (in milliseconds), because clouds lock a user after some wrong
 * passwords. The time doubles with each further refusal, up to the second value.
 */
const REMEMBER_REFUSAL = 30_000, REMEMBER_AT_MOST = 600_000;
/** How long to wait before the next renewal if one failed and the old token is still valid, in milliseconds. */
const RENEW_PAUSE = 5_000;

/** Options of {@linkcode createTokens}: the login, and how to send requests to Keystone. */
export interface TokensOptions extends Omit<KeystoneTransport, "random"> {
  settings: Settings;
  /** Returns a number between 0 and 1, for jitter. Default: no jitter. */
  random?: (() => number) | undefined;
  /** Sends the requests to Keystone. Default: made from the other options. */
  send?: KeystoneSend | undefined;
  /** Called at once when a login is refused that was accepted before. Default: nothing is called. */
  notice?: ((text: string) => void) | undefined;
}

/** The tokens of one login. */
export interface Tokens {
  /**
   * A valid token. Logs in if there is none or it is about to end. All callers meanwhile share one login.
   *
   * @param options.signal Aborting ends this caller's wait; the login goes on for the others.
   * @throws {CredentialsError} when Keystone refuses.
   * @throws {TransportError} when it cannot be reached.
   */
  get(options?: { signal?: AbortSignal | undefined }): Promise<KeystoneSession>;
  /**
   * Call it for an answer of 401. Returns whether the token was refused, so that one retry with a new token makes
   * sense. A token is dropped only at the first call for it, so a hundred refused requests cause one login.
   *
   * @param token The token of the request.
   */
  refused(answer: RawResponse, token: Secret | string | undefined): boolean;
  /**
   * Drops a token that its service refuses, so that the next caller logs in. Further calls for the same token do
   * nothing.
   */
  forget(token: string): void;
  /** The URL of the database service: the given one, else the catalogue's. See {@linkcode findEndpoint}. */
  endpoint(options?: { signal?: AbortSignal | undefined }): Promise<string>;
}

/** Makes the tokens of one login. Nothing is sent before the first one is needed. */
export function createTokens(options: TokensOptions): Tokens {
  return new SharedTokens(options);
}

/** A session, and when to renew it. */
interface Held {
  session: KeystoneSession;
  renewAt: number;
}

class SharedTokens implements Tokens {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #send: KeystoneSend;
  #place: KeystoneAddress | undefined;
  #held: Held | undefined;
  #renewal: Promise<KeystoneSession> | undefined;
  #refusal: { error: CredentialsError; until: number } | undefined;
  #refusals = 0;
  /** Whether a login was ever accepted. */
  #wasIn = false;
  readonly #notice: (text: string) => void;

  constructor(options: TokensOptions) {
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#notice = options.notice ?? (() => {});
    this.#send = options.send ?? keystoneSend({ ...options, random: options.random ?? (() => 0.5) });
  }

  get(options?: { signal?: AbortSignal | undefined }): Promise<KeystoneSession> {
    if (options?.signal?.aborted) return Promise.reject(options.signal.reason);
    const held = this.#held;
    if (held && this.#clock.now() < held.renewAt) return Promise.resolve(held.session);
    const refusal = this.#refusal;
    if (refusal && this.#clock.now() < refusal.until) return Promise.reject(refusal.error);
    this.#renewal ??= this.#renew().finally(() => this.#renewal = undefined);
    return until(this.#renewal, options?.signal);
  }

  refused(answer: RawResponse, token: Secret | string | undefined): boolean {
    if (!keystoneRefused(answer) || this.#settings.login.method === "fixed") return false;
    if (token) this.forget(token);
    return true;
  }

  forget(token: Secret | string): void {
    const held = this.#held?.session.token;
    if (this.#settings.login.method !== "fixed" && held?.equals(token)) this.#held = undefined;
  }

  async endpoint(options?: { signal?: AbortSignal | undefined }): Promise<string> {
    const { project, catalogue } = await this.get(options);
    const { endpoint: given, login, service } = this.#settings;
    if (given !== undefined) return expandEndpoint(given, project?.id);
    const scope = "scope" in login ? login.scope : undefined;
    const without = project || !scope
      ? undefined
      : "domain" in scope
      ? "a domain"
      : "system" in scope
      ? "the system"
      : undefined;
    return findEndpoint(catalogue, { ...service, ...(without ? { tokenIsFor: without } : {}) }).url;
  }

  async #renew(): Promise<KeystoneSession> {
    const { login } = this.#settings;
    const old = this.#held;
    try {
      const session = login.method === "fixed" ? fixed(login) : await this.#login(login, this.#patience());
      this.#held = { session, renewAt: this.#renewAt(session) };
      this.#refusal = undefined;
      this.#refusals = 0;
      this.#wasIn = true;
      return session;
    } catch (error) {
      if (error instanceof CredentialsError) {
        this.#held = undefined;
        if (this.#wasIn && this.#refusals === 0) {
          this.#notice(
            `${error.message}. It was accepted before. What is waited for cannot be read until it is accepted again`,
          );
        }
        const pause = Math.min(REMEMBER_REFUSAL * 2 ** this.#refusals++, REMEMBER_AT_MOST);
        this.#refusal = { error, until: this.#clock.now() + pause };
      } else if (old && this.#held === old && this.#clock.now() < old.session.expiresAt) {
        // Keystone is away for a moment, and the current token is still valid.
        old.renewAt = Math.min(this.#clock.now() + RENEW_PAUSE, old.session.expiresAt);
        return old.session;
      }
      throw error;
    }
  }

  /** While the current token is valid, nobody waits for a Keystone that is away. */
  #patience(): number | undefined {
    return this.#held && this.#clock.now() < this.#held.session.expiresAt ? 0 : undefined;
  }

  #renewAt({ expiresAt }: KeystoneSession): number {
    if (expiresAt === Infinity) return Infinity;
    // A token that was made from a token ends with it, so an earlier login would not help.
    if (this.#settings.login.method === "token") return expiresAt;
    const now = this.#clock.now();
    return expiresAt - Math.min(MARGIN, (expiresAt - now) / 10);
  }

  async #login(login: KeystoneLogin, patience: number | undefined): Promise<KeystoneSession> {
    let place = this.#place ?? readAuthUrl(login.authUrl, login);
    let askedAt = this.#clock.now();
    let answer = await this.#ask(login, place, patience);
    // If Keystone answered before, an HTML page does not mean that it is elsewhere.
    if (isElsewhere(answer) && this.#place) throw strangeRefusal(place, answer);
    if (isElsewhere(answer)) {
      place = await this.#discover(place, answer);
      askedAt = this.#clock.now();
      answer = await this.#ask(login, place, patience);
      if (isElsewhere(answer)) throw noKeystone(place, [], answer);
    }
    if (answer.status >= 400 && !isOpenStackFault(answer)) throw strangeRefusal(place, answer);
    if (answer.status >= 400) throw await refusedLogin(login, place, answer, this.#send);
    const session = (place.version === "3" ? readSessionV3 : readSessionV2)(answer, askedAt);
    if (!session) throw noKeystone(place, [], answer);
    this.#place = { ...place, guessed: false };
    return session;
  }

  #ask(login: KeystoneLogin, place: KeystoneAddress, patience: number | undefined): Promise<LoginAnswer> {
    const { path, body } = loginRequest(login, place.version);
    return this.#send({
      method: "POST",
      root: place.root,
      path: `/v${place.version}${path}`,
      body,
      patience,
    });
  }

  /** Asks the server for its versions. The host stays as given, because the URLs in the answer are often wrong. */
  async #discover(place: KeystoneAddress, refused: LoginAnswer): Promise<KeystoneAddress> {
    if (refused.headers.has("location") && refused.status > 300 && refused.status < 400) {
      throw noKeystone(place, [], refused);
    }
    const answer = await this.#send({ method: "GET", root: place.root, path: "/" });
    const versions = readVersions(answer.body);
    const other = place.version === "3" ? "2.0" : "3";
    if (place.guessed && versions.includes(`v${other}`) && !versions.includes(`v${place.version}`)) {
      return { root: place.root, version: other, guessed: false };
    }
    throw noKeystone(place, versions, refused);
  }
}

/** Whether an answer does not come from that Keystone: a page, a redirect, or a list of versions. */
function isElsewhere({ status, body }: LoginAnswer): boolean {
  if (status >= 300 && status < 400) return true;
  if (status !== 404 && status !== 405 && status !== 410) return false;
  // It also answers this for an unknown token or credential, with its own words for each.
  const { message } = (body as { error?: { message?: unknown } } | null | undefined)?.error ?? {};
  return typeof message !== "string" || /^$|not (be )?found|no such|no route/i.test(message);
}

/** `v3`, `v2.0`: from `{"versions":{"values":[…]}}` or `{"versions":[…]}`. */
function readVersions(body: unknown): string[] {
  const versions = (body as { versions?: unknown } | undefined)?.versions;
  const values = Array.isArray(versions) ? versions : (versions as { values?: unknown } | undefined)?.values;
  if (!Array.isArray(values)) return [];
  const ids = values.map((one) =>
    String(one?.id ?? "").replace(/^v3(\.\d+)?$/, "v3").replace(/^v2(\.\d+)?$/, "v2.0")
  );
  return [...new Set(ids.filter((id) => id === "v3" || id === "v2.0"))];
}

function fixed(login: Extract<Settings["login"], { method: "fixed" }>): KeystoneSession {
  const project = login.projectId === undefined ? undefined : { id: login.projectId, name: "" };
  return { token: login.token, expiresAt: Infinity, catalogue: [], project, user: undefined, roles: [] };
}

/** A promise that rejects for this caller when the signal aborts. */
function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
