/**
 * What runs in the process that runs the tests: it wakes a mutant, or notes which tests come to which while all sleep.
 *
 * `MUTATE_TASK` is a JSON file: `{ "files": [...], "awake": 7, "tests": [...] }` or `{ "files": [...], "record": "out.json" }`.
 *
 * @module
 */

/** What the process is to do. */
export interface Task {
  /** Test files, from the root of the checkout. */
  readonly files: readonly string[];
  /** The mutant that is awake. */
  readonly awake?: number;
  /** Only these tests, in this order: {@linkcode keyOf}. Default: all. */
  readonly tests?: readonly string[];
  /** Where to write what each test came to. */
  readonly record?: string;
}

/** What a test came to. */
export interface Recorded {
  readonly file: string;
  readonly key: string;
  readonly ms: number;
  readonly failed: boolean;
  readonly met: readonly number[];
}

const task: Task = JSON.parse(Deno.readTextFileSync(Deno.env.get("MUTATE_TASK")!));
const awake = task.awake ?? -1;
let met = new Set<number>();
/** The mutants that were reached while files were loaded. */
const atStart = met;
const recorded: Recorded[] = [];

(globalThis as unknown as { __mutant(number: number): boolean }).__mutant = (number) => {
  if (task.record !== undefined) met.add(number);
  return number === awake;
};

type Fn = (t: Deno.TestContext) => void | Promise<void>;
const original = Deno.test;
let file = "";
const due = new Map<string, (() => void)[]>();

function register(...given: unknown[]): void {
  const fn = given.findLast((one) => typeof one === "function") as Fn | undefined;
  const options = given.find((one) => typeof one === "object") as Partial<Deno.TestDefinition> | undefined;
  const body = fn ?? options?.fn as Fn;
  const name = given.find((one) => typeof one === "string") as string ?? options?.name ?? body.name;
  const key = `${file} > ${name}`, from = file;
  const run: Fn = async (t) => {
    met = new Set();
    const began = performance.now();
    let failed = true;
    try {
      await body(at(t, from));
      failed = false;
    } finally {
      const ms = Math.ceil(performance.now() - began);
      recorded.push({ file: from, key, ms, failed, met: [...met] });
      met = atStart;
    }
  };
  const add = () => original({ ...options, name, fn: run });
  due.set(key, [...due.get(key) ?? [], add]);
}

/** A test's context that says which file the test is in: snapshots lie beside that. */
function at(t: Deno.TestContext, file: string): Deno.TestContext {
  const origin = new URL(`../../${file}`, import.meta.url).href;
  return new Proxy(t, {
    get: (target, name) => {
      if (name === "origin") return origin;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const replaced = Object.assign(register, {
  ignore: () => {},
  only: register,
});
Object.defineProperty(Deno, "test", { value: replaced, configurable: true, writable: true });
for (const one of task.files) {
  file = one;
  await import(new URL(`../../${one}`, import.meta.url).href);
}
for (const key of task.tests ?? due.keys()) for (const add of due.get(key) ?? []) add();

if (task.record !== undefined) {
  globalThis.addEventListener("unload", () => {
    Deno.writeTextFileSync(task.record!, JSON.stringify({ recorded, atStart: [...atStart] }));
  });
}
