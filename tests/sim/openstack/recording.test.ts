import assert from "node:assert/strict";
import { createOpenStack, type OpenStackSim } from "../../../lib/sim/openstack/mod.ts";
import { ROUTES } from "../../../lib/sim/openstack/trove/routes.ts";
import { differences } from "./shape.ts";

/** A request and answer recorded from Keystone 22 and Trove 18 (Debian 12). */
interface Exchange {
  n: number;
  note: string;
  server: "keystone" | "trove";
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Whether everything in progress had ended before it. */
  settle?: boolean;
  status: number;
  answerHeaders: Record<string, string>;
  answer?: unknown;
}

const exchanges: Exchange[] = (await Deno.readTextFile(new URL("fixtures/exchanges.jsonl", import.meta.url)))
  .trim().split("\n").map((line) => JSON.parse(line));

/** Where the simulator knowingly says more, or other words; by number. */
const LENIENT: Readonly<Record<number, readonly string[]>> = {
  // The simulated datastores have fewer parameters.
  130: ["configuration"],
  // Words of the guest's driver.
  196: ["message"],
  197: ["message"],
  // The stand-in for Nova behind the real server shows more of a server once it was read alone.
  223: ["server"],
};

/** What stands for what: the recording's ids, tokens and passwords on the left. */
class Translation {
  readonly #words = new Map<string, string>([
    ["http://keystone", "https://keystone.sim.invalid:5000"],
    ["://trove", "://trove.sim.invalid:8779"],
    ["<password of demo>", "demo-of-sim"],
    ["<password of admin>", "admin-of-sim"],
    ["<password of alt>", "alt-of-sim"],
  ]);

  constructor(sim: OpenStackSim) {
    const { id, secret } = sim.applicationCredential;
    this.#words.set("a9b13b853ad84fb1bb55f9c06a63d0ee", id).set("<app credential secret>", secret);
    for (const name of ["demo", "admin", "alt"]) this.#words.set(`<project ${name}>`, sim.projectId(name));
  }

  apply(text: string): string {
    for (const [from, to] of this.#words) text = text.replaceAll(from, to);
    return text;
  }

  /** Remembers an id where two answers have one at the same place; in lists, of items of the same name. */
  learn(recorded: unknown, simulated: unknown): void {
    if (Array.isArray(recorded) && Array.isArray(simulated)) {
      for (const [i, one] of recorded.entries()) {
        if (one?.name !== undefined && one.name === simulated[i]?.name) this.learn(one, simulated[i]);
      }
    } else if (typeof recorded === "object" && recorded !== null && typeof simulated === "object") {
      for (const [key, value] of Object.entries(recorded)) {
        this.learn(value, (simulated as Record<string, unknown> | null)?.[key]);
      }
    } else if (typeof recorded === "string" && typeof simulated === "string") {
      this.learnWord(recorded, simulated);
    }
  }

  learnWord(recorded: string, simulated: string): void {
    if (/^([0-9a-f]{32}|<(id|token) .*>)$/.test(recorded) && recorded !== simulated) {
      this.#words.set(recorded, simulated);
    }
  }
}

async function replay(sim: OpenStackSim, words: Translation, one: Exchange): Promise<string[]> {
  if (one.settle) sim.advance(600_000);
  const base = one.server === "keystone"
    ? "https://keystone.sim.invalid:5000"
    : "https://trove.sim.invalid:8779";
  const headers = Object.fromEntries(Object.entries(one.headers ?? {}).map(([k, v]) => [k, words.apply(v)]));
  const init: RequestInit = { method: one.method, headers };
  if (one.body !== undefined) {
    init.body = words.apply(typeof one.body === "string" ? one.body : JSON.stringify(one.body));
    headers["content-type"] ??= "application/json";
  }
  const response = await sim.fetch(base + words.apply(one.path), init);
  const text = await response.text();
  const found: string[] = [];
  if (response.status !== one.status) {
    found.push(`status: ${one.status} recorded, ${response.status} simulated ${text}`);
  }
  for (const [name, value] of Object.entries(one.answerHeaders)) {
    const have = response.headers.get(name);
    if (have === null) found.push(`header ${name}: only recorded`);
    else if (name === "x-subject-token") words.learnWord(value, have);
    else if (name !== "x-openstack-request-id" && have !== words.apply(value)) {
      found.push(`header ${name}: ${value} recorded, ${have} simulated`);
    }
  }
  const isText = typeof one.answer === "string";
  const answer = text === "" ? undefined : isText ? text : JSON.parse(text);
  words.learn(one.answer, answer);
  if (isText) {
    if (one.answer !== text) found.push("the page differs");
  } else found.push(...differences(one.answer, answer, { ignore: new Set(LENIENT[one.n]) }));
  return found;
}

Deno.test("the simulator answers what the real servers answered", async () => {
  const sim = createOpenStack({ transition: 10_000, regions: ["RegionOne"], tokenTtl: 1e9 });
  const words = new Translation(sim);
  const unlike: string[] = [];
  for (const one of exchanges) {
    const found = await replay(sim, words, one);
    if (found.length > 0) {
      unlike.push(`${one.n} ${one.note} (${one.method} ${one.path}): ${found.join("; ")}`);
    }
  }
  const good = exchanges.length - unlike.length;
  const all = ["GET /", ...Object.keys(ROUTES)];
  const used = all.filter((route) => sim.requests.byRoute[route] !== undefined);
  const line = `recorded exchanges: ${good} of ${exchanges.length} answered alike; ` +
    `routes among them: ${used.length} of ${all.length}\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  assert.deepEqual(unlike, []);
});
