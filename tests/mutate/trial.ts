/**
 * Whether the tests of a source file notice a change in it. They run in a copy of the checkout, many test files in one
 * process, the nearest first, and the first test that fails ends it.
 *
 * @module
 */
import { testsOf } from "./importers.ts";
import type { Mutant } from "./mutants.ts";

/**
 * The tests that are run: those on virtual time. What meets real servers, other clients, terminals or a whole build is too
 * slow, and seldom the one that notices.
 */
const QUICK = [
  /^tests\/(engine|behaviour)\//,
  /^tests\/safety\/(?!.*(server_that|says_on_a_terminal|evil_names|do_without))/,
  /^tests\/(clouds|command|task|property|http)\/(?!.*(_served|ssh_steps|permissions|crash|worlds|engine|stale_looks|nothing_unseen|websocket|connections|tls))/,
];
/** A snapshot lies beside the file that was run, which a file that imports its test is not. */
const SNAPSHOTS = /\.assertSnapshot\(/;

/** The tests have so many times the processor time that they take unchanged, and so many seconds more. */
const TIMES = 3, MORE = 10;
/** And so many times the time that they take by the clock: then they wait for what does not come. */
const WAITS = 10;

/** What came of a change. */
export type Outcome =
  | { readonly noticed: false; readonly tests: number }
  | { readonly noticed: true; readonly by: string };

interface Took {
  /** Processor time and time by the clock, ms. */
  readonly cpu: number;
  readonly wall: number;
}

/** Tries changes in a copy of the checkout. */
export class Trial {
  readonly #copy: string;
  readonly #importers: ReadonlyMap<string, readonly string[]>;
  readonly #unchanged = new Map<string, Took>();
  /** Whether a test file needs a process of its own. */
  readonly #alone = new Map<string, boolean>();
  #groups = 0;

  constructor(copy: string, importers: ReadonlyMap<string, readonly string[]>) {
    this.#copy = copy;
    this.#importers = importers;
  }

  /** Changes one thing, runs the tests, and changes it back. */
  async of(mutant: Mutant): Promise<Outcome> {
    const tests = testsOf(mutant.file, this.#importers);
    const groups = QUICK.map((some) => tests.filter((test) => some.test(test))).filter(({ length }) =>
      length > 0
    );
    for (const group of groups) {
      const usual = await this.#usual(group);
      const by = await this.#changed(mutant, () => this.#noticed(group, usual));
      if (by !== undefined) return { noticed: true, by };
    }
    return { noticed: false, tests: groups.flat().length };
  }

  async #changed<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = `${this.#copy}/${mutant.file}`;
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end));
    try {
      return await work();
    } finally {
      await Deno.writeTextFile(path, text);
    }
  }

  /** What unchanged tests take. */
  async #usual(group: readonly string[]): Promise<Took> {
    const key = group.toSorted().join();
    const known = this.#unchanged.get(key);
    if (known) return known;
    for (;;) {
      const { success, said, took } = await this.#run(group, { cpu: 600_000, wall: 1_200_000 });
      if (success) {
        this.#unchanged.set(key, took);
        return took;
      }
      // A test that others in its process are in the way of gets one of its own.
      const file = /^ERRORS[^]*? => \.\/(tests\/[^:]+)/m.exec(said.replace(/^ +/gm, ""))?.[1];
      if (file === undefined || this.#alone.get(file)) {
        throw new Error(`Cannot try changes: the tests fail without any:\n${said.slice(-3000)}`);
      }
      this.#alone.set(file, true);
    }
  }

  /** The test that failed, or the time that was over; undefined where all pass. */
  async #noticed(group: readonly string[], usual: Took): Promise<string | undefined> {
    const most = { cpu: usual.cpu * TIMES + MORE * 1000, wall: usual.wall * WAITS + MORE * 1000 };
    for (let attempt = 1;; attempt++) {
      const { success, said, took } = await this.#run(group, most);
      if (success) return undefined;
      if (took.cpu >= most.cpu) return "time: it computed without an end";
      if (took.wall < most.wall) return failedIn(said);
      // Only what the machine is not to blame for: unchanged they would have been done long before.
      this.#unchanged.delete(group.toSorted().join());
      const now = await this.#usual(group);
      if (now.wall * 3 < took.wall) return "time: it waited without an end";
      if (attempt === 3) throw new Error("Cannot try changes: the machine is too busy to tell what hangs");
    }
  }

  async #run(
    group: readonly string[],
    most: Took,
  ): Promise<{ success: boolean; said: string; took: Took }> {
    const args = ["test", "--no-check", "--fail-fast", "--lock=deno.lock", "--frozen", "--allow-all"];
    const began = performance.now();
    const child = new Deno.Command("bash", {
      args: [
        "-c",
        `ulimit -t ${Math.ceil(most.cpu / 1000)}; TIMEFORMAT=$'\\ntook %U %S'; time "$@"`,
        "bash",
        Deno.execPath(),
        ...args,
        ...await this.#files(group),
      ],
      cwd: this.#copy,
      env: { NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let over = false;
    // Bash is left to say what it took: what it runs is ended.
    const timer = setTimeout(() => {
      over = true;
      new Deno.Command("pkill", { args: ["-KILL", "-P", String(child.pid)] }).spawn();
    }, most.wall);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    const talk = new TextDecoder().decode(stderr);
    const [, user = "0", system = "0"] = /\ntook ([\d.]+) ([\d.]+)\s*$/.exec(talk) ?? [];
    const cpu = (Number(user) + Number(system)) * 1000;
    const wall = over ? most.wall : Math.min(performance.now() - began, most.wall - 1);
    // What was ended for the processor time it took may be counted a little less than that.
    return {
      success,
      said: new TextDecoder().decode(stdout) + talk,
      took: { cpu: cpu > most.cpu * 0.95 ? most.cpu : cpu, wall },
    };
  }

  /** One file that imports them all: what they share is loaded once. */
  async #files(group: readonly string[]): Promise<string[]> {
    const alone: string[] = [];
    const together: string[] = [];
    for (const test of group) (await this.#isAlone(test) ? alone : together).push(test);
    const name = `tests/group_${this.#groups++}.ts`;
    const text = together.map((test) => `import "../${test}";\n`).join("");
    for (let old = this.#groups - 3; old >= 0 && old > this.#groups - 6; old--) {
      await Deno.remove(`${this.#copy}/tests/group_${old}.ts`).catch(() => {});
    }
    await Deno.writeTextFile(`${this.#copy}/${name}`, text);
    return [...(together.length > 0 ? [name] : []), ...alone];
  }

  async #isAlone(test: string): Promise<boolean> {
    const known = this.#alone.get(test) ??
      SNAPSHOTS.test(await Deno.readTextFile(`${this.#copy}/${test}`));
    this.#alone.set(test, known);
    return known;
  }
}

/** The first test that failed, from what `deno test` printed. */
function failedIn(said: string): string {
  return /^(.*?) \.\.\. FAILED/m.exec(said)?.[1]?.trim() ??
    (/error: (.*)/.exec(said)?.[1] ?? said.trim().split("\n").at(-1) ?? "").slice(0, 120);
}
