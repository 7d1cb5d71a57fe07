/**
 * A small client for the tests: logs in and asks, with nothing of the product in it.
 *
 * @module
 */
import { createOpenStack, type OpenStackOptions, type OpenStackSim } from "../../../lib/sim/openstack/mod.ts";

/** An answer, with its body parsed if it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** Sends one request to a simulator. */
export async function ask(
  sim: OpenStackSim,
  method: string,
  url: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("x-auth-token", options.token);
  const init: RequestInit = { method, headers };
  if (options.body !== undefined) {
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    init.body = typeof options.body === "string" ? options.body : JSON.stringify(options.body);
  }
  const response = await sim.fetch(url, init);
  const text = await response.text();
  const isJson = text !== "" && response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** The body of a v3 login with a password. */
export function passwordLogin(user: string, password: string, scope: unknown = undefined) {
  const identity = {
    methods: ["password"],
    password: { user: { name: user, domain: { id: "default" }, password } },
  };
  return { auth: { identity, ...(scope === undefined ? {} : { scope }) } };
}

/** A simulator and a way to ask its Trove as one user. */
export class Session {
  readonly sim: OpenStackSim;
  readonly token: string;
  readonly base: string;

  constructor(sim: OpenStackSim, token: string, base: string) {
    this.sim = sim;
    this.token = token;
    this.base = base;
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(this.sim, method, this.base + path, {
      token: this.token,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Another user of the same simulator. */
  as(user: string, password = `${user}-of-sim`, region = "RegionOne"): Promise<Session> {
    return login(this.sim, user, password, region);
  }
}

/** Logs in with v3 and takes the database endpoint from the catalogue. */
export async function login(
  sim: OpenStackSim,
  user = "demo",
  password = `${user}-of-sim`,
  region = "RegionOne",
): Promise<Session> {
  const answer = await ask(sim, "POST", `${sim.addresses.identity}/v3/auth/tokens`, {
    body: passwordLogin(user, password),
  });
  if (answer.status !== 201) {
    throw new Error(`Cannot log in: the simulator answers ${answer.status}: ${answer.text}`);
  }
  const catalog: { type: string; endpoints: { interface: string; region: string; url: string }[] }[] =
    answer.json.token.catalog;
  const endpoint = catalog.find((one) => one.type.endsWith("database"))!.endpoints
    .find((one) => one.interface === "public" && one.region === region)!;
  return new Session(sim, answer.headers.get("x-subject-token")!, endpoint.url);
}

/** A new simulator, with a session of the user `demo`. */
export function session(options: OpenStackOptions = {}): Promise<Session> {
  return login(createOpenStack(options));
}
