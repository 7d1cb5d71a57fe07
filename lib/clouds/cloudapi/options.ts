/**
 * The options of a datacenter.
 *
 * @module
 */
import type { Clock, Duration } from "../../engine/mod.ts";
import type { OpenSocket } from "../../http/websocket.ts";
import type { Signer } from "../../platform/keys/signer.ts";

/**
 * How to reach a datacenter. Everything is optional: what is missing comes from the environment and profiles.
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
  /** The URL of the CloudAPI. Default: the profile's, else `MUSTER_URL`, `TRITON_URL` or `SDC_URL`. */
  url?: string;
  /** The account's login. */
  account?: string;
  /** A sub-user's login. */
  user?: string;
  /** The key: a fingerprint in any form, its name, or `/account/keys/…`. */
  keyId?: string;
  /** The private key's file. */
  keyPath?: string;
  /** The private key itself, as text. */
  keyMaterial?: string;
  /**
   * The key's passphrase, or a function that returns it. Default: `MUSTER_KEY_PASSPHRASE`, else a prompt on a terminal.
   */
  passphrase?: string | (() => string | Promise<string>);
  /** Signs instead of a key, for example a security module or a test. */
  signer?: Signer;
  /** The roles to use (RBAC). Default: the user's default roles. */
  roles?: readonly string[];
  /** Another account to act on, if that is allowed. */
  actAs?: string;
  /** Trusts any certificate, with a warning. */
  insecure?: boolean;
  /** Sends requests instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /**
   * Whether waits use the server's changefeed, if it has one, instead of polling all the time. Default: true; but false
   * with your own `fetch`, through a proxy, or over https without checking the certificate. Servers without one are
   * asked once. A function opens the WebSocket instead of muster.
   */
  changefeed?: boolean | OpenSocket;
  /** The source of time. Default: the system's clock. */
  clock?: Clock;
  /** Aborting stops everything on this handle. */
  signal?: AbortSignal;
  /** The most requests in flight. Default 32. */
  concurrency?: number;
  /** The highest rate, in requests per second. Default: learned from the server. */
  rate?: number;
  /** The time limit of one request. Default 30 s. */
  timeout?: Duration;
  /** Logs each request on stderr: method, URL, status, time; never a secret. Default false. */
  debug?: boolean;
}
