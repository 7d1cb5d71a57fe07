/**
 * The simulated CloudAPI: a function from requests to answers, and access to what happens behind it.
 *
 * @module
 */
import type { Clock } from "../../engine/time/clock.ts";
import { VirtualClock } from "../clock.ts";
import { ConnectionFault, type Fault, Faults } from "../faults.ts";
import { md5Base64 } from "../md5.ts";
import { Random } from "../random.ts";
import type { MachineSeeds } from "../seed.ts";
import type { Account } from "./records/account.ts";
import { type AccountSpec, addAccount } from "./account/accounts.ts";
import type { Reply } from "./protocol/call.ts";
import { SimControl } from "./control.ts";
import { dispatch, type ServerParts } from "./dispatch.ts";
import { Problem } from "./protocol/problem.ts";
import { Router } from "./protocol/router.ts";
import { routes } from "./routes.ts";
import { Throttle, type ThrottleOptions } from "./protocol/throttle.ts";
import { Verifier } from "./protocol/verify.ts";
import type { Settings } from "./settings.ts";
import { World } from "./world.ts";

/** Options of a simulated CloudAPI. All times are in milliseconds of its clock. */
export interface CloudApiOptions extends Partial<Settings> {
  /** Default: a new {@linkcode VirtualClock}. */
  clock?: Clock;
  /** Equal seeds make equal worlds. Default 1. */
  seed?: number;
  /** The login. Default `sim`. */
  account?: string;
  /** Public keys in OpenSSH format that may sign for the account. `addKey` adds more later. */
  keys?: readonly string[];
  /** Default 0. */
  machines?: MachineSeeds;
  /** Default: 30 at once and 10 per second, as on the real server. False for no limit. */
  throttle?: ThrottleOptions | false;
  /** False accepts every well-formed signature of a known key. Default true. */
  verify?: boolean;
  /** Closed for maintenance: writes get 503. */
  readOnly?: { eta?: string | Date } | false;
}

const DEFAULTS: Settings = {
  datacenter: "sim-1",
  transition: { min: 10_000, max: 30_000 },
  updates: { min: 300, max: 2000 },
  lag: { min: 0, max: 500 },
  slowness: (_, dice) => dice < 0.05 ? 5 : 1,
  purgeAfter: 3_600_000,
  pageLimit: 1000,
  stateChecks: "api",
  dnsSuffix: "sim.invalid",
};

/** A simulated CloudAPI. */
export class CloudApiSim extends SimControl {
  readonly #server: ServerParts;
  readonly #requestIds: Random;
  readonly #upgrades = new WeakMap<Response, string>();

  constructor(options: CloudApiOptions = {}) {
    const seed = options.seed ?? 1;
    const settings = { ...DEFAULTS };
    for (const key of Object.keys(DEFAULTS) as (keyof Settings)[]) {
      if (options[key] !== undefined) Object.assign(settings, { [key]: options[key] });
    }
    const world = new World(options.clock ?? new VirtualClock(), seed, settings);
    const account = addAccount(world, {
      login: options.account ?? "sim",
      keys: options.keys ?? [],
      machines: options.machines ?? 0,
    });
    const chance = new Random(seed, 3);
    super(world, account, new Faults(() => chance.next()));
    this.#requestIds = new Random(seed, 2);
    this.#server = {
      world,
      router: new Router(routes),
      throttle: new Throttle(options.throttle ?? { burst: 30, rate: 10 }),
      verifier: options.verify === false ? undefined : new Verifier(),
      readOnly: options.readOnly ?? false,
    };
  }

  /** The rate limit. It can be changed at any time. */
  get throttle(): ThrottleOptions | false {
    return this.#server.throttle.options;
  }
  set throttle(options: ThrottleOptions | false) {
    this.#server.throttle.options = options;
  }

  /** Set while the datacenter is closed for maintenance. It can be changed at any time. */
  get readOnly(): { eta?: string | Date } | false {
    return this.#server.readOnly;
  }
  set readOnly(state: { eta?: string | Date } | false) {
    this.#server.readOnly = state;
  }

  /** How many signatures were actually verified; the others were cached. */
  get signaturesVerified(): number {
    return this.#server.verifier?.verified ?? 0;
  }

  /** Adds another account. */
  addAccount(spec: AccountSpec): Account {
    return addAccount(this.world, spec);
  }

  /**
   * Answers a request; can be used as a `fetch`. Rejects as `fetch` does: with the signal's reason when aborted, with a
   * TypeError when a fault breaks the connection.
   */
  readonly fetch = (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    return this.#travel(request, "127.0.0.1", request.signal);
  };

  /**
   * The same for a server that knows the client's address. Its requests continue to their end even if the client is
   * gone; `signal` aborts when the server itself ends.
   */
  answer(request: Request, ip: string, signal: AbortSignal): Promise<Response> {
    return this.#travel(request, ip, signal);
  }

  /** For an answer that is to be upgraded to a WebSocket: the account whose machines it reports. */
  feedOf(response: Response): string | undefined {
    return this.#upgrades.get(response);
  }

  async #travel(request: Request, ip: string, signal: AbortSignal): Promise<Response> {
    signal.throwIfAborted();
    const { clock } = this.world;
    const { fault, delay } = this.faults.strike(request);
    if (delay > 0) await clock.sleep(delay / 2, signal);
    const entry = this.requests.arrived(request.method, new URL(request.url), clock.now());
    if (fault?.do === "drop-before") throw new ConnectionFault(request.url);
    if (fault?.do === "black-hole") return await untilAborted(signal);

    let route = "";
    const arrived = clock.now();
    const reply = fault?.do === "status" ? faultReply(fault) : await clock.hold(async () => {
      try {
        this.world.agenda.settle();
        return await dispatch(this.#server, request, ip, (found) => {
          route = found.name;
        });
      } catch (error) {
        return refusal(error);
      }
    });
    if (reply.never) return await untilAborted(signal);
    // The duration of the operation itself, which continues even if the caller gives up.
    if (reply.delay !== undefined) await clock.sleep(reply.delay);
    const answer = fault?.do === "status-after" ? faultReply(fault) : reply;
    const response = this.#respond(request, answer, clock.now() - arrived, fault);
    this.requests.answered(entry, route, response.status);
    if (fault?.do === "black-hole-after") return await untilAborted(signal);
    if (fault?.do === "drop-after") throw new ConnectionFault(request.url);
    if (delay > 0) await clock.sleep(delay / 2, signal);
    signal.throwIfAborted();
    return response;
  }

  #respond(request: Request, reply: Reply, took: number, fault: Fault | undefined): Response {
    if (reply.feedOf !== undefined) {
      const upgrade = new Response(null); // a Response cannot have the status 101
      this.#upgrades.set(upgrade, reply.feedOf);
      return upgrade;
    }
    const status = reply.status ?? 200;
    let text = reply.json ?? (reply.body === undefined ? "" : JSON.stringify(reply.body));
    if (fault?.do === "malform") text = fault.text ?? "<html><body><h1>502 Bad Gateway</h1></body></html>";
    const headers: Record<string, string> = {
      "date": new Date(this.world.clock.now()).toUTCString(),
      "server": "cloudapi/9.20.0",
      "api-version": "9.0.0",
      "request-id": this.#requestIds.uuid(),
      "response-time": String(Math.round(took)),
      "access-control-allow-origin": "*",
      "access-control-allow-headers":
        "Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, Api-Version, Response-Time",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE",
      "access-control-expose-headers": "Api-Version, Request-Id, Response-Time",
      ...reply.headers,
    };
    const empty = status === 204 || status === 304;
    if (!empty && text !== "") headers["content-type"] = "application/json";
    // For large bodies the digest would take longer than everything else, and no known client needs it.
    if (text === "") headers["content-md5"] = EMPTY_MD5;
    else if (text.length < 4096) headers["content-md5"] = md5Base64(new TextEncoder().encode(text));
    if (fault?.do === "truncate") return new Response(cutOff(text), { status, headers });
    const body = request.method === "HEAD" || empty || text === "" ? null : text;
    return new Response(body, { status, headers });
  }
}

/** For answers without a body. */
const EMPTY_MD5 = md5Base64(new Uint8Array());

/** Makes a simulated CloudAPI. */
export function createCloudApi(options: CloudApiOptions = {}): CloudApiSim {
  return new CloudApiSim(options);
}

function refusal(error: unknown): Reply {
  if (error instanceof Problem) return { status: error.status, headers: error.headers, body: error.body };
  // Neither an answer nor a network failure, so that no client can cope with it.
  throw new Error("Cannot answer: the simulator itself is broken. Please report it.", { cause: error });
}

function faultReply(fault: Extract<Fault, { do: "status" | "status-after" }>): Reply {
  const body = fault.body ?? STATUS_BODIES[fault.status] ??
    { code: "InternalError", message: "Internal Error" };
  return { status: fault.status, body, ...(fault.headers === undefined ? {} : { headers: fault.headers }) };
}

const STATUS_BODIES: Record<number, unknown> = {
  400: { BadHTTPRequest: "The request could not be understood" },
  408: { IdleClientError: "Your browser didn't send a complete request in time." },
  503: { code: "ServiceUnavailable", message: "No server is available to handle this request" },
};

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Half a body, and then the error with which Deno reports that the rest is missing. */
function cutOff(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError("error reading a body from connection"));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
  });
}
