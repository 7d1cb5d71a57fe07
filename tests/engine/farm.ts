/**
 * A tiny in-memory server for the made-up resource, with faults, on a virtual clock. It counts what it executes.
 */
import type {
  ApiRequest,
  ApiResponse,
  ChangeListener,
  Endpoint,
  Follow,
  Pushed,
  SendOptions,
} from "../../lib/engine/resource/endpoint.ts";
import { ApiError, TransportError } from "../../lib/engine/errors.ts";
import { VirtualClock } from "../../lib/sim/clock.ts";
import type { JobRecord } from "./job.ts";

let farms = 0;

export interface FarmOptions {
  /** How long pausing the nth job takes, in milliseconds. */
  takes?: (n: number) => number;
  /** How long a retried job is queued, in milliseconds. */
  turn?: number;
  /** Milliseconds between accepting an action and the state showing it. */
  lag?: number;
  /** Called for each request before it is carried out. It may throw, or return "lose" to lose the answer afterwards. */
  fault?: (request: ApiRequest, job: JobRecord | undefined) => void | "lose" | "drop";
  /** How long a request takes to the farm, and its answer back, in milliseconds. Default 5 and 0. */
  way?: (request: ApiRequest) => { there: number; back: number };
  /** Changes are pushed: what becomes of each on its way. */
  push?: (change: Pushed, pass: (change: Pushed) => void) => void;
}

export class Farm implements Endpoint {
  readonly key = `farm-${++farms}`;
  readonly name = "test";
  readonly concurrency = 8;
  readonly clock = new VirtualClock();
  readonly jobs = new Map<string, JobRecord>();
  readonly executed = new Map<string, string[]>();
  /** Changes of its state that a job is still to go through. */
  readonly pending = new Map<string, number>();
  requests: ApiRequest[] = [];
  #options: FarmOptions;
  readonly #followers = new Map<ChangeListener, () => void>();
  /** How often somebody subscribed to changes. */
  followed = 0;

  constructor(count: number, options: FarmOptions = {}) {
    this.#options = options;
    for (let n = 0; n < count; n++) this.add({ id: `j${n}` });
  }
  add(job: Partial<JobRecord> & { id: string }) {
    this.jobs.set(job.id, {
      title: `job-${job.id.slice(1)}`,
      phase: "working",
      pool: "blue",
      priority: 1,
      touched: 0,
      changed: this.clock.now(),
      ...job,
    });
  }
  rate = () => ({ perSecond: undefined, source: "unknown" as const });
  handle = () => Promise.resolve(this as Endpoint);

  changes(): Follow | undefined {
    if (!this.#options.push) return undefined;
    return (listener) => {
      this.followed++;
      const { promise, resolve } = Promise.withResolvers<"broken">();
      const end = () => {
        this.#followers.delete(listener);
        resolve("broken");
      };
      this.#followers.set(listener, end);
      listener.signal.addEventListener("abort", end, { once: true });
      listener.opened();
      return promise;
    };
  }
  get followers(): number {
    return this.#followers.size;
  }
  /** Breaks all subscriptions. */
  breakFeed(): void {
    for (const end of [...this.#followers.values()]) end();
  }
  /** Tells everybody who follows. */
  shout(change: Pushed): void {
    for (const listener of [...this.#followers.keys()]) listener.changed(change);
  }
  #publish(id: string): void {
    if (this.#followers.size === 0) return;
    const job = this.jobs.get(id);
    const change = { id, record: job && { ...job }, published: this.clock.now() + 1e6 };
    this.#options.push!(change, (passed) => this.shout(passed));
  }

  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  async send(request: ApiRequest, options: SendOptions = {}): Promise<ApiResponse> {
    options.signal?.throwIfAborted();
    const { clock } = this;
    const { method, path } = request;
    this.requests.push(request);
    options.on?.({ type: "send", method, path, attempt: 1, at: clock.now() });
    const { there, back } = this.#options.way?.(request) ?? { there: 5, back: 0 };
    await clock.sleep(there);
    const [, , id, verb] = path.split("/");
    const job = id ? this.jobs.get(id) : undefined;
    const what = this.#options.fault?.(request, job);
    if (what === "drop") throw new TransportError("Cannot reach the farm as the connection died", "unknown");
    const answer = this.#answer(request, id, job, verb);
    if (back > 0) await clock.sleep(back);
    if (what === "lose") throw new TransportError("Cannot read the answer as the connection died", "unknown");
    if (answer.status >= 400 && !request.accept?.includes(answer.status)) {
      throw new ApiError(`Cannot ${method} ${path}: the farm refused it: ${answer.status}`, {
        status: answer.status,
        code: "No",
        request: `${method} ${path}`,
      });
    }
    return answer;
  }

  #answer(request: ApiRequest, id: string | undefined, job: JobRecord | undefined, verb: string | undefined) {
    const reply = (status: number, body?: unknown): ApiResponse => ({ status, headers: new Headers(), body });
    if (!id) {
      const { from = 0, pool } = request.query ?? {};
      const all = [...this.jobs.values()].filter((one) => !pool || one.pool === pool);
      return reply(200, all.slice(Number(from), Number(from) + 50).map((one) => ({ ...one })));
    }
    if (!job) return reply(404);
    if (request.method === "GET") return reply(200, { ...job });
    const done = this.executed.get(id);
    const action = verb ?? (request.method === "DELETE" ? "remove" : "promote");
    if (done) done.push(action);
    else this.executed.set(id, [action]);
    const { lag = 0, takes = () => 3000, turn = 50 } = this.#options;
    const number = Number(id.slice(1));
    const due = (more: number) =>
      action !== "promote" && this.pending.set(id, (this.pending.get(id) ?? 0) + more);
    const later = (ms: number, change: () => void) => {
      due(1);
      void this.clock.sleep(ms).then(() => {
        change();
        due(-1);
        job.touched++;
        job.changed = this.clock.now();
        this.#publish(id);
      });
    };
    const allowed: Record<string, string[]> = {
      pause: ["working"],
      resume: ["paused"],
      retry: ["working"],
      remove: ["paused", "broken"],
    };
    if (allowed[action] && !allowed[action].includes(job.phase)) return reply(409);
    if (action === "pause") {
      later(lag, () => job.phase = "pausing");
      later(lag + takes(number), () => job.phase = "paused");
    } else if (action === "resume") {
      later(lag, () => job.phase = "queued");
      later(lag + takes(number), () => job.phase = "working");
    } else if (action === "retry") {
      later(lag + 50, () => job.phase = "queued");
      later(lag + 50 + turn, () => job.phase = "working");
    } else if (action === "promote") later(lag, () => job.priority = (request.body as JobRecord).priority);
    else later(lag, () => this.jobs.delete(id));
    return reply(202);
  }
}
