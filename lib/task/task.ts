/**
 * Tasks: named, described, typed units of work in a user's file.
 *
 * @module
 */
import { permittedVariable } from "../platform/permissions.ts";
import { copied } from "../engine/select/copy_conditions.ts";
import { TaskError } from "../engine/errors.ts";
import { refuseMore } from "../engine/select/extra_arguments.ts";
import { type Arguments, checkDeclaration, type Given, readArguments, type Values } from "./arguments.ts";

/**
 * The parts of a task.
 *
 * @example
 * ```ts
 * import { type Arguments, dc, task, type TaskDefinition } from "@muster/muster";
 *
 * const definition: TaskDefinition<Arguments, Promise<number>> = {
 *   description: "Count machines",
 *   run: () => dc("sim").machines().count(),
 * };
 * console.log(task(definition).description);
 * ```
 */
export interface TaskDefinition<A extends Arguments, Result> {
  /** One line that describes it. */
  readonly description: string;
  /** Its arguments, by name. Default: none. */
  readonly args?: A;
  /** Command lines to show in `--help`, without `muster run`. */
  readonly examples?: readonly string[];
  /**
   * The work. It may return a chain, or an array or object of chains, which then run together; or it may be async and
   * do anything. Any other result is printed.
   *
   * @param args Its arguments. Those that are required or have a default are present.
   */
  run(args: Values<A>): Result;
}

/** Where a task keeps its definition. Another copy of this library uses the same symbol for its tasks. */
const TASK: unique symbol = Symbol.for("muster.task.1");

/**
 * Its definition. It distinguishes a task from other functions.
 *
 * @internal
 */
interface Keeping<A extends Arguments, Result> {
  readonly [TASK]: TaskDefinition<A, Result>;
}

/**
 * A task. Call it to do its work, from another task or a script.
 *
 * @example
 * ```ts
 * import { dc, task, type Task } from "@muster/muster";
 *
 * const count: Task = task({
 *   description: "Count machines",
 *   examples: ["count", "count --dc=us-east-1"],
 *   run: () => dc("sim").machines().count(),
 * });
 * console.log(count.description, count.examples, await count());
 * ```
 */
export interface Task<A extends Arguments = Arguments, Result = unknown> extends Keeping<A, Result> {
  /**
   * Does the work with these arguments. Missing ones get their defaults, or come from their variables.
   *
   * @param args The arguments, as an object.
   * @throws {TaskError} with all mistakes in the arguments.
   */
  (...args: Record<never, never> extends Given<A> ? [given?: Given<A>] : [given: Given<A>]): Result;
  /** One line that describes it. */
  readonly description: string;
  /** The declaration of its arguments, by name. */
  readonly args: A;
  /** Command lines to show in `--help`. */
  readonly examples: readonly string[];
  /**
   * Makes a script from the task's file: `if (import.meta.main) await cull.main();`. It accepts the options of `muster
   * run` and ends the process with the command's exit code.
   *
   * @param typed Default: `Deno.args`.
   */
  main(typed?: readonly string[]): Promise<never>;
}

/**
 * Makes a task from a function. A file's default export is a task named after the file, any other export is named after
 * the export.
 *
 * @param definition The parts of the task.
 * @throws {TaskError} when the declaration of its arguments is invalid.
 *
 * @example
 * ```ts
 * import { dc, task } from "@muster/muster";
 *
 * const cull = task({
 *   description: "Stop and delete every machine with a tag",
 *   args: { type: { type: "string", required: true } },
 *   run: ({ type }) => dc("sim").machines({ type }).max(40).stop().waitUntil("stopped").delete(),
 * });
 * await cull({ type: "test" });
 * ```
 */
export function task<const A extends Arguments = Record<never, never>, Result = unknown>(
  definition: TaskDefinition<A, Result>,
): Task<A, Result> {
  refuseMore("task()", arguments, 1);
  const own = copied("task()", definition);
  const { description, args = {} as A, examples = [] } = own;
  if (typeof description !== "string" || description.trim() === "") {
    throw new TaskError(
      "Cannot make a task: it has no description. Give one line that says what the task does.",
    );
  }
  if (typeof own.run !== "function") {
    throw new TaskError(`Cannot make the task "${description}": its run is not a function.`);
  }
  checkDeclaration(args);
  const call = function (said: Readonly<Record<string, unknown>> = {}): Result {
    refuseMore(`the task "${description}"`, arguments, 1);
    const mistakes: string[] = [];
    const { values } = readArguments(args, said, permittedVariable, mistakes);
    if (mistakes.length > 0) {
      throw new TaskError(`Cannot run the task "${description}": ${mistakes.join("; ")}`);
    }
    return own.run(values as Values<A>);
  };
  const made = Object.freeze(
    Object.defineProperties(call, {
      description: { value: description, enumerable: true },
      args: { value: args, enumerable: true },
      examples: { value: examples, enumerable: true },
      main: {
        value: async (typed: readonly string[] = Deno.args) => {
          Deno.exit(await (await scripts())(made as unknown as Task, typed));
        },
      },
      [TASK]: { value: own },
    }),
  ) as unknown as Task<A, Result>;
  return made;
}

/** Runs a task as the script of its file; resolves to the exit code. */
export type RunScript = (task: Task, typed: readonly string[]) => Promise<number>;

/** Loads the function that runs scripts. The command line depends on tasks, so it registers this function here. */
let scripts: () => Promise<RunScript> = () =>
  Promise.reject(new TaskError("Cannot run a task as a script: no command line is loaded"));

/** Registers the function that runs tasks as scripts. */
export function scriptsAreRunBy(load: () => Promise<RunScript>): void {
  scripts = load;
}

/** Whether a value is a task, of this or another copy of muster. */
export function isTask(value: unknown): value is Task {
  return typeof value === "function" && TASK in value;
}
