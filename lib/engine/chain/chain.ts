/**
 * The chain: a frozen record of what is to be done. Building one sends nothing, reads no key and opens no socket.
 *
 * @module
 */
import { checkConditions } from "../select/check_conditions.ts";
import { limitArguments, refuseMore } from "../select/extra_arguments.ts";
import { copied } from "../select/copy_conditions.ts";
import { BARRIER, checkOptions, checkUsed, PLAN, RUN, WAIT } from "../run/check_options.ts";
import type { Clock } from "../time/clock.ts";
import { type AnyResource, article, DEFAULT_WAIT, type Reader } from "../resource/describe.ts";
import { milliseconds } from "../time/duration.ts";
import { ApiError, MusterError, SelectionError } from "../errors.ts";
import { isPlain } from "../resource/fields.ts";
import { shownInCell } from "../run/notebook_kernel.ts";
import { type ChainState, makePlan, type Plan, showChain } from "../plan/plan.ts";
import { chainText } from "./chain_text.ts";
import { asProtection } from "../select/protect.ts";
import { checkCount, LEAST } from "../plan/consent/consent_options.ts";
import { isId, read, type Source } from "../select/read.ts";
import { resolved } from "../select/resolve.ts";
import type { Report } from "../run/report/report.ts";
import type { RunOptions } from "../run/run_options.ts";
import { began, session } from "../run/session.ts";
import { underWay } from "../process/session_rules.ts";
import type { Step } from "../resource/steps.ts";
import type { Chain, One, PlanOptions, Selection, WaitOptions } from "./methods.ts";
import { built, used } from "./never_run.ts";

/** Where a chain keeps its state. Another copy of this library uses the same symbol for its chains. */
const STATE: unique symbol = Symbol.for("muster.chain.1");

/**
 * What keeps its state there.
 *
 * @internal
 */
interface Keeping {
  readonly [STATE]: ChainState;
}

/** The state of a chain object. For the engine, not for users. */
export function stateOf(chain: object): ChainState {
  if (!isChain(chain)) {
    throw new MusterError(`Cannot use this as a chain: it is ${Deno.inspect(chain, { depth: 1 })}.`);
  }
  return chain[STATE];
}

/** Whether a value is a chain or a selection. */
export function isChain(value: unknown): value is Keeping {
  return typeof value === "object" && value !== null && STATE in value;
}

class Recorder {
  readonly #state: ChainState;
  // Private fields stay writable in a frozen object, so the chain keeps its run here.
  #running: Promise<Report> | undefined;

  constructor(state: ChainState, from?: Recorder) {
    this.#state = state;
    if (from) {
      if (state.steps.length > 0) built(this, () => showChain(state), from);
      else used(from);
    }
    Object.freeze(this);
  }
  get [STATE](): ChainState {
    used(this);
    return this.#state;
  }

  /** A new chain like this one, with some parts changed. */
  with(change: Partial<ChainState>): this {
    const state = { ...this.#state, ...change };
    return Reflect.construct(Recorder, [state, this], kindOf(state.resource)) as this;
  }
  step(step: Step): this {
    return this.with({ steps: [...this.#state.steps, Object.freeze(step)] });
  }

  where(where: Record<string, unknown>): this {
    const { conditions, resource } = this.#state;
    const own: unknown = copied("where()", where);
    checkConditions("where()", own, resource);
    return this.with({ conditions: { ...conditions, where: [...conditions.where, own] } });
  }
  protect(where: Record<string, unknown>): this {
    const own: unknown = copied("protect()", where);
    const { resource, protect } = this.#state;
    const meant = isPlain(own) ? asProtection(resource, own) : own;
    checkConditions("protect()", meant, resource, "either");
    return this.with({ protect: [...protect, meant] });
  }
  max(count: number): this {
    checkCount("max()", count, LEAST.max);
    return this.with({ rails: { ...this.#state.rails, max: count } });
  }
  expect(count: number): this {
    checkCount("expect()", count, LEAST.expect);
    return this.with({ rails: { ...this.#state.rails, expect: count } });
  }
  all(): this {
    return this.with({ rails: { ...this.#state.rails, all: true } });
  }

  waitUntil(target: string | readonly string[], options?: WaitOptions): this {
    return this.#wait(true, target, options);
  }
  waitWhile(target: string | readonly string[], options?: WaitOptions): this {
    return this.#wait(false, target, options);
  }
  #wait(until: boolean, target: string | readonly string[], options: WaitOptions = {}): this {
    const { resource } = this.#state;
    const targets = typeof target === "string" ? [target] : [...target];
    const method = until ? "waitUntil" : "waitWhile";
    checkOptions(`${method}()`, options, WAIT);
    if (targets.length === 0) throw new MusterError(`Cannot ${method}: no state was given.`);
    for (const one of targets) {
      if (resource.states.includes(one) || Object.hasOwn(resource.sets ?? {}, one)) continue;
      throw new MusterError(
        `Cannot ${method} ${JSON.stringify(one)}: ${article(resource)} does not have this state. It has ${
          [...resource.states, ...Object.keys(resource.sets ?? {})].join(", ")
        }`,
      );
    }
    return this.step({
      kind: "wait",
      until,
      targets: Object.freeze(targets),
      timeout: options.timeout === undefined
        ? resource.timeout ?? DEFAULT_WAIT
        : milliseconds(options.timeout, "timeout"),
      every: options.every === undefined ? undefined : milliseconds(options.every, "every"),
    });
  }
  barrier(options: { ifFailed?: "hold" | "continue" } = {}): this {
    checkOptions("barrier()", options, BARRIER);
    return this.step({ kind: "barrier", ifFailed: options.ifFailed ?? "hold" });
  }

  async plan(options: PlanOptions = {}): Promise<Plan> {
    used(this);
    refuseMore("plan()", arguments, 1);
    checkOptions("plan()", options, PLAN);
    const { signal, timeout } = options;
    if (signal === undefined && timeout === undefined) return await makePlan(this.#state);
    const [plan] = await (await import("../run/run_limit.ts")).planWithin([this.#state], { signal, timeout });
    return plan!;
  }

  run(options: RunOptions = {}): Promise<Report> {
    used(this);
    try {
      refuseMore("run()", arguments, 1);
      checkOptions("run()", options, RUN);
    } catch (error) {
      return Promise.reject(error);
    }
    // A copy, so that nobody changes the consent while the plan is made.
    if (!this.#running || options.again) {
      this.#running = began(runChain(this.#state, { ...options }), () => showChain(this.#state));
    }
    return this.#running;
  }

  async count(): Promise<number> {
    let total = 0;
    for await (const page of this.#pages()) total += page.length;
    return total;
  }

  async *#pages(): AsyncGenerator<object[]> {
    const { resource, source } = this.#state;
    const endpoint = await this.#state.endpoint();
    const { conditions } = await underWay(resolved(this.#state, endpoint));
    const pages = read({ resource, endpoint, source, conditions });
    if (!session()?.underWay) return yield* pages;
    try {
      for (let page = await underWay(pages.next()); !page.done; page = await underWay(pages.next())) {
        yield page.value;
      }
    } finally {
      await pages.return(undefined);
    }
  }

  /** Whether the chain selects exactly one member and has no steps. */
  get isOne(): boolean {
    return this.#state.source.kind === "one" && this.#state.steps.length === 0;
  }
  /** Reads something of the one member. */
  async ask(name: string, reader: Reader<object>, args: readonly never[]): Promise<unknown> {
    used(this);
    const { resource, source } = this.#state;
    if (!this.isOne || source.kind !== "one") {
      throw new MusterError(
        `Cannot read ${name}(): it needs one ${resource.kind} and no steps, but this is ${
          showChain(this.#state)
        }`,
      );
    }
    const endpoint = await this.#state.endpoint();
    let known: Promise<object> | undefined;
    const record = () => known ??= this.#records() as Promise<object>;
    const byId = isId(resource, source.which) && this.#state.conditions.where.length === 0;
    if (!byId) return await underWay(reader({ endpoint, id: resource.id(await record()), record }, ...args));
    try {
      return await underWay(reader({ endpoint, id: source.which, record }, ...args));
    } catch (error) {
      // What looks like an id may be a name.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      const id = resource.id(await record());
      if (id === source.which) throw error;
      return await underWay(reader({ endpoint, id, record }, ...args));
    }
  }

  async #records(): Promise<unknown> {
    const records: object[] = [];
    for await (const page of this.#pages()) records.push(...page);
    if (this.#state.source.kind !== "one") return shownInCell(this.#state.resource, records);
    if (records.length === 0) {
      throw new SelectionError(`Cannot read ${showChain(this.#state)}: it does not satisfy the conditions.`);
    }
    return records[0];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<object> {
    if (this.#state.steps.length > 0) {
      throw new MusterError(
        `Cannot iterate over a chain with steps: the steps would not be done. Await the chain instead.`,
      );
    }
    for await (const page of this.#pages()) yield* page;
  }

  then(done?: (value: unknown) => unknown, failed?: (reason: unknown) => unknown): Promise<unknown> {
    used(this);
    if (this.#state.steps.length > 0 || this.#state.source.kind === "create") {
      return this.run().then(done, failed);
    }
    // A run is memoised, but a read is not, because the data may have changed since.
    return this.#records().then(done, failed);
  }

  toString(): string {
    return showChain(this.#state);
  }
  [Symbol.for("Deno.customInspect")](_inspect: unknown, options?: { colors?: boolean }): string {
    return chainText(this.#state, options?.colors ?? false);
  }
  /** The chain for a notebook cell: its outline. Nothing is sent. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return { "text/plain": chainText(this.#state, false) };
  }
}

limitArguments(Recorder, {
  where: "Chain another where() to it.",
  protect: "Chain another protect() to it.",
});

/** The code that runs chains is loaded by the first run; a script that only reads does without it. */
async function runChain(state: ChainState, options: RunOptions): Promise<Report> {
  const { runChains } = await import("../run/run.ts");
  return await runChains([state], options);
}

type Method = (this: Recorder, ...args: never[]) => unknown;

/** The class of a chain: its prototype has the methods. */
type Kind = new () => Recorder;

const kinds = new WeakMap<AnyResource, Kind>();

/** The chains of a resource: recorders with one method for each action, step and read. */
function kindOf(resource: AnyResource): Kind {
  const known = kinds.get(resource);
  if (known) return known;
  // The prototype is set once the object is complete, because adding to a prototype makes each start three times as
  // slow.
  const methods: Record<string, Method> = Object.create(null);
  const add = (name: string, method: Method) => {
    if (name in Recorder.prototype) {
      throw new MusterError(
        `Cannot describe ${resource.kind}: the action ${name} has the name of a chain's own method.`,
      );
    }
    methods[name] = method;
  };
  const { actions, steps = {}, reads = {} } = resource;
  for (const name in actions) {
    const action = actions[name]!;
    add(name, function (...given) {
      const args = copied(`${name}()`, given);
      if (args.length > 0) {
        checkUsed(`${name}()`, args, [
          { takes: action.request, skips: 1 },
          { takes: action.check, skips: 0 },
          { takes: action.label, skips: 0 },
        ]);
      }
      action.check?.(...args);
      const label = action.label?.(...args);
      return this.step({
        kind: "action",
        name,
        args,
        ...(label === undefined ? {} : { label }),
      });
    });
  }
  for (const name in steps) {
    const maker = steps[name]!;
    add(name, function (...given) {
      const args = copied(`${name}()`, given);
      if (args.length > 0) checkUsed(`${name}()`, args, [{ takes: maker, skips: 0 }]);
      return this.step({ kind: "perform", performance: maker(...args), name, args });
    });
  }
  for (const name in reads) {
    const reader = reads[name]!;
    const step = Object.hasOwn(methods, name) ? methods[name] : undefined;
    add(name, function (...given) {
      const args = copied(`${name}()`, given);
      if (!step && args.length > 0) checkUsed(`${name}()`, args, [{ takes: reader, skips: 1 }]);
      // Some names are both a step and a read. With arguments they are the step.
      return step && (args.length > 0 || !this.isOne)
        ? step.call(this, ...args)
        : this.ask(name, reader, args);
    });
  }
  const kind = Object.assign(function () {}, {
    prototype: Object.setPrototypeOf(methods, Recorder.prototype),
  }) as unknown as Kind;
  kinds.set(resource, kind);
  return kind;
}

/** What a handle passes to a new chain. */
export interface Beginning {
  /** The description of the members' resource. */
  readonly resource: AnyResource;
  /** Resolves to the endpoint that sends the requests. */
  readonly endpoint: ChainState["endpoint"];
  /** The source text of the handle: `dc("us-east-1")`. */
  readonly handle: string;
  /** Where the members come from. */
  readonly source: Source;
  /** Conditions on tags. */
  readonly tags?: Readonly<Record<string, unknown>>;
  /** The clock of the endpoint, if one was given. */
  readonly clock?: Clock | undefined;
}

function begin(beginning: Beginning): Recorder {
  const { tags = {}, source, ...rest } = beginning;
  const own = copied(beginning.resource.kind, source);
  const state: ChainState = {
    ...rest,
    endpoint: () => underWay(beginning.endpoint()),
    source: own,
    conditions: { tags, where: [] },
    protect: [],
    rails: {},
    steps: [],
  };
  return Reflect.construct(Recorder, [state], kindOf(beginning.resource)) as Recorder;
}

/**
 * Selects any number of members.
 *
 * @throws {SelectionError} when a tag's value is undefined or empty.
 */
export function select<R extends AnyResource>(resource: R, from: Omit<Beginning, "resource">): Selection<R> {
  const method = `${resource.plural ?? `${resource.kind}s`}()`;
  const tags: unknown = copied(method, from.tags ?? {});
  checkConditions(method, tags, resource, "tags");
  return begin({ ...from, resource, tags }) as unknown as Selection<R>;
}

/** Selects one member, by id or name. */
export function selectOne<R extends AnyResource>(
  resource: R,
  which: string,
  from: Omit<Beginning, "resource" | "source">,
): One<R> {
  if (typeof which !== "string" || which === "") {
    throw new SelectionError(
      `Cannot select ${article(resource)}: its id or name is ${which === "" ? "empty" : which}.`,
    );
  }
  return begin({ ...from, resource, source: { kind: "one", which } }) as unknown as One<R>;
}

/** A chain that first creates its members. */
export function creationChain<R extends AnyResource, Now extends string>(
  resource: R,
  from: Omit<Beginning, "resource">,
): Chain<R, Now> {
  const chain = begin({ ...from, resource });
  const text = showChain(chain[STATE]);
  built(chain, () => text, chain);
  return chain as unknown as Chain<R, Now>;
}
