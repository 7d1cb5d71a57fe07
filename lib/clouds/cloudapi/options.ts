/**
 * How a datacenter is named, and with what credentials.
 *
 * @module
 */
import type { Clock, Duration } from "../../engine/mod.ts";
import type { OpenSocket } from "../../http/websocket.ts";
import type { Signer } from "../../platform/keys/signer.ts";

/**
 * How to reach a datacenter. Everything is optional: what is not said comes from the environment and profiles.
 *
 * @example
 * ```ts
 * import { type DatacenterOptions, dc, type Signer } from "@muster/muster";
 *
 * const options: DatacenterOptions = { name: "sim", concurrency: 8, rate: 5, timeout: "10s" };
 * console.log(await dc(options).machines({ type: "web" }).count());
 *
 * // A key that never leaves its security module.
 * const signer: Signer = {
 *   keyId: "/me/keys/de:ad:be:ef",
 *   algorithm: "ed25519-sha512",
 *   sign: (data) => Promise.resolve(data.slice(0, 64)),
 * };
 * console.log(String(dc({ url: "https://cloudapi.example.com", signer })));
 * ```
 */
export interface DatacenterOptions {
  /** A profile's or a datacenter's name: `us-east-1`. `sim` is the built-in simulator. */
  name?: string;
  /** The CloudAPI's address. Default: the profile's, else `MUSTER_URL`, `TRITON_URL` or `SDC_URL`. */
  url?: string;
  /** The account's login. */
  account?: string;
  /** A sub-user's login. */
  user?: string;
  /** The key: a fingerprint in any spelling, its name, or `/account/keys/…`. */
  keyId?: string;
  /** The private key's file. */
  keyPath?: string;
  /** The private key itself, as text. */
  keyMaterial?: string;
  /** The key's passphrase, or what asks for it. Default: `MUSTER_KEY_PASSPHRASE`, else a prompt on a terminal. */
  passphrase?: string | (() => string | Promise<string>);
  /** Signs instead of a key: a security module, a test. */
  signer?: Signer;
  /** Roles to act with (RBAC). Default: the user's default roles. */
  roles?: readonly string[];
  /** Another account to act on, where that is allowed. */
  actAs?: string;
  /** Trust any certificate. Warned of. */
  insecure?: boolean;
  /** Sends requests instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Whether waits are told of changes by the server's changefeed where it has one, instead of asking all the time. Default:
   * true, but with a `fetch` of one's own, through a proxy, or over https without a checked certificate, false. Servers that have none
   * are asked once. A function opens the WebSocket instead of muster.
   */
  changefeed?: boolean | OpenSocket;
  /** The source of time. Default: the machine's own. */
  clock?: Clock;
  /** Aborts whatever runs on this handle. */
  signal?: AbortSignal;
  /** Requests under way at most. Default 32. */
  concurrency?: number;
  /** Requests per second to keep to. Default: learned from the server. */
  rate?: number;
  /** Time limit of one request. Default 30 s. */
  timeout?: Duration;
  /** Echo each request on stderr: method, URL, status, time; never a secret. Default false. */
  debug?: boolean;
}
