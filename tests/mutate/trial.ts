/**
 * Finds out whether the tests notice a mutant. They run in a copy of the checkout that contains all chosen mutants,
 * switched off. One run shows which tests reach which mutant. After that a mutant needs only those tests, the shortest
 * first, and the first failure ends it.
 *
 * @module
 */
import { type Numbered, woven } from "./weave.ts";
import type { Recorded, Task } from "./witness.ts";

/**
 * The tests that are run: those on virtual time. Tests with real servers, other clients, terminals or a whole build are
 * too slow, and are rarely the ones that notice.
 */
const QUICK = [
  /^tests\/(api|engine|behaviour|sim|view)\//,
  /^tests\/safety\/(?!.*(server_that|says_on_a_terminal|evil_names|do_without))/,
  /^tests\/(clouds|command|task|property|http)\/(?!.*(_served|ssh_steps|permissions|crash|worlds|websocket|connections|tls))/,
];

/** The time limit of the tests: this many times their usual time, plus this many seconds. */
const TIMES = 4, MORE = 10;
/** So much longer a test may take by the clock: then it waits for what does not come. */
const WAITS = 20;
/** The shortest tests are tried first, alone: this many milliseconds of them. */
const FIRST = 1_500;

/** What came of a change. */
export type Tried =
  | { readonly noticed: false; readonly tests: number }
  | { readonly noticed: true; readonly by: string };

/** Tries mutants in a copy of the checkout. */
export class Trial {
  readonly #copy: string;
  readonly #covering = new Map<number, Recorded[]>();
  #tasks = 0;

  private constructor(copy: string) {
    this.#copy = copy;
  }

  /** Puts the mutants into the copy, runs all tests once, and says which could not be used. */
  static async of(
    copy: string,
    mutants: readonly Numbered[],
    tests: readonly string[],
  ): Promise<{ trial: Trial; unused: readonly string[] }> {
    const trial = new Trial(copy);
    for (const file of new Set(mutants.map((one) => one.file))) {
      const path = `${copy}/${file}`;
      const own = mutants.filter((one) => one.file === file);
      await Deno.writeTextFile(path, woven(await Deno.readTextFile(path), own));
    }
    // Scripts import the sources here, not the built files.
    await Deno.writeTextFile(`${copy}/mod.ts`, `export * from "./lib/muster.ts";\n`);
    await Deno.writeTextFile(`${copy}/api.ts`, `export * from "./lib/api/mod.ts";\n`);
    const files = tests.filter((test) => QUICK.some((some) => some.test(test)));
    const unused = await trial.#record(files);
    return { trial, unused };
  }

  /** Wakes one mutant, and runs the tests that come to it. */
  async wake({ number }: Numbered): Promise<Tried> {
    const tests = (this.#covering.get(number) ?? []).toSorted((a, b) => a.ms - b.ms);
    let sum = 0;
    const first = tests.filter(({ ms }) => (sum += ms) <= FIRST);
    for (const some of [first, tests.slice(first.length)]) {
      if (some.length === 0) continue;
      const by = await this.#noticed(number, some);
      if (by !== undefined) return { noticed: true, by };
    }
    return { noticed: false, tests: tests.length };
  }

  async #record(files: readonly string[]): Promise<string[]> {
    const unused: string[] = [];
    const record = `${this.#copy}/recorded.json`;
    const { said } = await this.#run({ files, record }, { cpu: 1_800, wall: 3_600_000 }, false);
    let text: string;
    try {
      text = await Deno.readTextFile(record);
    } catch {
      throw new Error(`Cannot try changes: the tests did not run to their end:\n${said.slice(-3000)}`);
    }
    const { recorded, atStart } = JSON.parse(text) as {
      recorded: readonly Recorded[];
      atStart: readonly number[];
    };
    for (const one of recorded) {
      if (one.failed) unused.push(one.key);
      else for (const number of one.met) this.#add(number, one);
    }
    // What runs only while files are loaded may show in any test.
    const usable = recorded.filter(({ failed }) => !failed);
    for (const number of atStart) if (!this.#covering.has(number)) this.#covering.set(number, usable);
    return unused;
  }

  #add(number: number, test: Recorded): void {
    const known = this.#covering.get(number);
    if (known) known.push(test);
    else this.#covering.set(number, [test]);
  }

  async #noticed(number: number, tests: readonly Recorded[]): Promise<string | undefined> {
    const usual = tests.reduce((sum, { ms }) => sum + ms, 0);
    const most = { cpu: Math.ceil(usual / 1000 * TIMES + MORE), wall: usual * WAITS + 60_000 };
    const files = [...new Set(tests.map(({ file }) => file))];
    const task = { files, awake: number, tests: tests.map(({ key }) => key) };
    const { success, said, over } = await this.#run(task, most, true);
    if (success) return undefined;
    return over ? "time: it computed or waited without an end" : failedIn(said);
  }

  /** @param most Seconds of CPU time, and milliseconds of real time. */
  async #run(task: Task, most: { cpu: number; wall: number }, failFast: boolean) {
    const path = `${this.#copy}/task_${this.#tasks++}.json`;
    await Deno.writeTextFile(path, JSON.stringify(task));
    const child = new Deno.Command("bash", {
      args: [
        "-c",
        `ulimit -t ${most.cpu}; exec "$@"`,
        "bash",
        Deno.execPath(),
        ...["test", "--no-check", ...failFast ? ["--fail-fast"] : [], "--lock=deno.lock", "--frozen"],
        ...["--allow-all", "tests/mutate/witness.ts"],
      ],
      cwd: this.#copy,
      env: { NO_COLOR: "1", MUTATE_TASK: path },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      child.kill("SIGKILL");
    }, most.wall);
    const { success, stdout, stderr, signal } = await child.output();
    clearTimeout(timer);
    await Deno.remove(path);
    const decoder = new TextDecoder();
    return { success, said: decoder.decode(stdout) + decoder.decode(stderr), over: over || signal !== null };
  }
}

/** The first test that failed, from what `deno test` printed. */
function failedIn(said: string): string {
  return /^(.*?) \.\.\. FAILED/m.exec(said)?.[1]?.trim() ??
    (/error: (.*)/.exec(said)?.[1] ?? said.trim().split("\n").at(-1) ?? "").slice(0, 120);
}
