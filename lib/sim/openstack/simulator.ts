/**
 * The simulated OpenStack: a function from requests to answers, and access to what happens behind it.
 *
 * @module
 */
import { VirtualClock } from "../clock.ts";
import type { LoggedRequest } from "../cloudapi/request_log.ts";
import { Faults } from "../faults.ts";
import { Random } from "../random.ts";
import { destinationOf, inventedAddresses } from "./addresses.ts";
import { OpenStackControl } from "./control.ts";
import { Catalog } from "./keystone/catalog.ts";
import { Identity } from "./keystone/identity.ts";
import { type Keystone, serveKeystone } from "./keystone/keystone.ts";
import { TokenStore } from "./keystone/tokens.ts";
import { travel } from "./network.ts";
import { type Addresses, DEFAULT_USERS, type OpenStackOptions, type Quota, TRANSITIONS } from "./options.ts";
import { toResponse } from "./reply.ts";
import { ProjectRateLimits } from "./trove/protocol/rate_limit.ts";
import { Region } from "./trove/region.ts";
import { serveTrove } from "./trove/trove.ts";

const HOUR = 3_600_000;

/** A simulated Keystone and Trove. */
export class OpenStackSim extends OpenStackControl {
  readonly #limiters = new Map<string, ProjectRateLimits>();
  readonly #options: OpenStackOptions;
  readonly #requestIds: Random;
  /** The URLs of the parts. */
  readonly addresses: Addresses;

  constructor(options: OpenStackOptions = {}) {
    const seed = options.seed ?? 1;
    const clock = options.clock ?? new VirtualClock();
    const chance = new Random(seed, 101);
    const faults = new Faults(() => chance.next());
    faults.latency = options.latency ?? 0;
    for (const rule of options.faults ?? []) faults.add(rule);
    const addresses = options.addresses ?? inventedAddresses(options.regions ?? ["RegionOne", "RegionTwo"]);
    const keystone = makeKeystone(options, addresses, seed);
    const regions = Object.keys(addresses.database).map((name, i) =>
      new Region({
        name,
        identity: keystone.identity,
        random: new Random(seed, 110 + i),
        durations: durations(options),
        spread: options.spread ?? 0.5,
        quota: quota(options),
        maxVolumeSize: options.maxVolumeSize ?? 25,
        clusters: options.clusters ?? false,
        release: options.release ?? 18,
      })
    );
    super(clock, keystone, regions, faults);
    this.addresses = addresses;
    this.#options = options;
    this.#requestIds = new Random(seed, 102);
    for (const seeded of options.instances ?? []) this.add(seeded);
  }

  /**
   * Answers a request; can be used as a `fetch`. Rejects as `fetch` does: with the signal's reason when aborted, with a
   * TypeError when a fault breaks the connection.
   */
  readonly fetch = (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    return this.#travel(request, request.signal);
  };

  /** The same for a server, which is notified of an aborted request itself. */
  answer(request: Request): Promise<Response> {
    return this.#travel(request, undefined);
  }

  #travel(request: Request, signal: AbortSignal | undefined): Promise<Response> {
    const url = new URL(request.url);
    let entry: LoggedRequest | undefined;
    const arrived = () => void (entry = this.requests.arrived(request.method, url, this.clock.now()));
    return travel(request, signal, this.clock, this.faults, arrived, async (instead) => {
      const text = await request.text();
      const now = this.clock.now();
      const [route, response] = instead === undefined ? this.#serve(request, url, text, now) : ["", instead];
      if (entry !== undefined) this.requests.answered(entry, route, response.status);
      response.headers.set("date", new Date(now).toUTCString());
      return response;
    });
  }

  #serve(request: Request, url: URL, text: string, now: number): [route: string, Response] {
    const { method, headers } = request;
    const to = destinationOf(url, this.addresses);
    const common = { method, path: to.path, query: url.searchParams, headers, text, now };
    if (to.service === "identity") {
      const reply = serveKeystone(this.keystone, common);
      const response = toResponse(reply, method);
      response.headers.set("vary", "X-Auth-Token");
      response.headers.set("x-openstack-request-id", `req-${this.#requestIds.uuid()}`);
      if (reply.status === 204) response.headers.delete("content-type");
      return [`identity ${method} ${to.path}`, response];
    }
    const region = this.region(to.region);
    region.timeline.settle(now);
    const { reply, route } = serveTrove({
      ...common,
      region,
      keystone: this.keystone,
      limiter: (project) => this.#limiterOf(region, project.id, now),
      fakeAuth: this.#options.fakeAuth ?? false,
      host: url.host,
      protocol: url.protocol,
    });
    return [route ?? "", toResponse(reply, method)];
  }

  #limiterOf(region: Region, project: string, now: number): ProjectRateLimits {
    const key = `${region.name} ${project}`;
    let limiter = this.#limiters.get(key);
    if (limiter === undefined) {
      this.#limiters.set(key, limiter = new ProjectRateLimits(rates(this.#options), now));
    }
    return limiter;
  }
}

/** Makes a simulated OpenStack. */
export function createOpenStack(options: OpenStackOptions = {}): OpenStackSim {
  return new OpenStackSim(options);
}

function makeKeystone(options: OpenStackOptions, addresses: Addresses, seed: number): Keystone {
  const random = new Random(seed, 103);
  const type = options.legacyIdentity === "rackspace" ? "rax:database" : "database";
  return {
    identity: new Identity(options.users ?? DEFAULT_USERS, random),
    catalog: new Catalog(addresses, type, () => random.hex(32)),
    tokens: new TokenStore(random, options.tokenTtl ?? HOUR),
    base: addresses.identity,
    legacy: options.legacyIdentity,
  };
}

function durations({ transition }: OpenStackOptions) {
  if (typeof transition !== "number") return { ...TRANSITIONS, ...transition };
  // The lag is not a transition; it stays short whatever they take.
  const all = Object.fromEntries(Object.keys(TRANSITIONS).map((name) => [name, transition]));
  return { ...TRANSITIONS, ...all, lag: Math.min(TRANSITIONS.lag, transition / 10) };
}

function quota({ quota, instances = [] }: OpenStackOptions): Quota {
  const volumes = instances.reduce((sum, one) => sum + (one.volume ?? 1), 0);
  return {
    instances: Math.max(55, instances.length + 25),
    volumes: Math.max(200, volumes + 100),
    backups: 50,
    ram: -1,
    ...quota,
  };
}

function rates({ rateLimit }: OpenStackOptions) {
  const all = typeof rateLimit === "number" ? rateLimit : 100_000;
  const one = typeof rateLimit === "object" ? rateLimit : {};
  return { POST: all, PUT: all, DELETE: all, GET: all, ...one };
}
