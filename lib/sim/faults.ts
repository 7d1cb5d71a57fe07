/**
 * Faults that tests order: what the network and the server do to some requests.
 *
 * @module
 */

/** What happens to a request. */
export type Fault =
  /** The connection breaks before the server did anything. */
  | { do: "drop-before" }
  /** The server did what was requested, and the connection breaks before the answer arrives. */
  | { do: "drop-after" }
  /** Nothing ever comes back; it ends only when the caller gives up. The server does nothing. */
  | { do: "black-hole" }
  /** The same, but the server did what was requested. */
  | { do: "black-hole-after" }
  /** An error answer, and the server does nothing. The default body is a load balancer's. */
  | { do: "status"; status: number; body?: unknown; headers?: Record<string, string> }
  /** The server did what was requested, and answers with an error. */
  | { do: "status-after"; status: number; body?: unknown; headers?: Record<string, string> }
  /** The answer's body is cut off in the middle. */
  | { do: "truncate" }
  /** The answer's body is not JSON. */
  | { do: "malform"; text?: string }
  /** Takes this much longer. */
  | { do: "delay"; ms: number };

/** A fault, and the requests that it hits. */
export type FaultRule = Fault & {
  /** Which requests; default all. */
  when?: (request: Request) => boolean;
  /** How many requests it hits; default all, until the rule is removed. */
  times?: number;
  /** How likely it is to hit a request, from 0 to 1; default 1. */
  rate?: number;
};

/** The active faults. They can be changed at any time. */
export class Faults {
  readonly #rules: { rule: FaultRule; left: number }[] = [];
  readonly #random: () => number;
  /** How many milliseconds every request takes on the network, half of them each way. Default 0. */
  latency: number | ((request: Request) => number) = 0;
  /** How often each kind of fault has hit. */
  readonly struck: Record<string, number> = {};

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Adds a rule; returns a function that removes it. Earlier rules come first. */
  add(rule: FaultRule): () => void {
    const entry = { rule, left: rule.times ?? Infinity };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
      const place = this.#rules.indexOf(entry);
      if (place >= 0) this.#rules.splice(place, 1);
    };
  }

  /** Removes all rules. */
  clear(): void {
    this.#rules.length = 0;
    this.latency = 0;
  }

  /** The faults for this request: at most one that is not a delay, and all delays. */
  strike(request: Request): { fault: Fault | undefined; delay: number } {
    let delay = typeof this.latency === "function" ? this.latency(request) : this.latency;
    let fault: Fault | undefined;
    for (const entry of [...this.#rules]) {
      const { rule } = entry;
      if (fault !== undefined && rule.do !== "delay") continue;
      if (rule.when !== undefined && !rule.when(request)) continue;
      if (rule.rate !== undefined && this.#random() >= rule.rate) continue;
      this.struck[rule.do] = (this.struck[rule.do] ?? 0) + 1;
      if (--entry.left <= 0) this.#rules.splice(this.#rules.indexOf(entry), 1);
      if (rule.do === "delay") delay += rule.ms;
      else fault = rule;
    }
    return { fault, delay };
  }
}

/** The error with which Deno's fetch reports a broken connection. */
export class ConnectionFault extends TypeError {
  constructor(url: string) {
    const { origin, pathname } = new URL(url);
    super(`error sending request for url (${origin}${pathname}): connection reset by peer`, {
      cause: new Error("connection error: Connection reset by peer (os error 104)"),
    });
  }
}
