/**
 * Finds tasks: in the folder `tasks/`, another folder, a file, a URL, or among those that come with muster.
 *
 * @module
 */
import { mayRead } from "../../platform/permissions.ts";
import { LIB } from "../../engine/process/own_files.ts";
import { TaskError } from "../../engine/errors.ts";
import { placeIn } from "../io.ts";
import { INCLUDED_TASKS } from "./included_tasks.ts";
import { suggest } from "../../engine/select/did_you_mean.ts";
import { isTask, type Task } from "../../task/task.ts";

/** A task, and its place. */
export interface FoundTask {
  /** The name to run it by. */
  readonly name: string;
  readonly task: Task;
  /** A path, a URL, or `muster` for those that come with it. */
  readonly source: string;
}

/** A file without tasks that should have some. */
export interface BrokenFile {
  readonly name: string;
  readonly source: string;
  readonly problem: string;
}

const MODULE = /\.(ts|mts|js|mjs|tsx|jsx)$/;
const isUrl = (text: string) => /^(https?|file|data):/.test(text);

/** The URL of a path or URL. */
export function urlOf(where: string): string {
  if (isUrl(where)) return where;
  const path = where.startsWith("/") ? where : `${Deno.cwd()}/${where}`;
  return new URL(`file://${path.split("/").map(encodeURIComponent).join("/")}`).href;
}

/** The tasks that a module exports: its default, named after the file, and others, named after their export. */
function tasksOf(exports: Record<string, unknown>, file: string, source: string): FoundTask[] {
  return Object.entries(exports).flatMap(([key, value]) =>
    isTask(value) ? [{ name: key === "default" ? file : `${file}.${key}`, task: value, source }] : []
  );
}

const fileName = (where: string) =>
  decodeURIComponent(where.replace(/[?#].*$/, "").replace(/^.*\//, "")).replace(MODULE, "");

async function load(where: string): Promise<FoundTask[]> {
  const module = await import(urlOf(where));
  const found = tasksOf(module, fileName(where), where);
  if (found.length > 0) return found;
  const exported = Object.keys(module).join(", ") || "nothing";
  throw new TaskError(
    `Cannot find a task in ${where}: it exports none (it exports ${exported}). Write: export default task({ … })`,
  );
}

/** The modules in a folder that may have tasks, sorted; undefined if there is no such folder. */
async function modulesIn(folder: string): Promise<string[] | undefined> {
  if (!mayRead(folder)) return undefined;
  try {
    const names: string[] = [];
    for await (const entry of Deno.readDir(folder)) {
      if (
        entry.isFile && MODULE.test(entry.name) && !/[._](test|bench)\.[^.]+$|\.d\.ts$|^_/.test(entry.name)
      ) {
        names.push(entry.name);
      }
    }
    return names.sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw error;
  }
}

/**
 * All tasks of a place.
 *
 * @param where A folder, a file or a URL. Default: `tasks/` here, and those that come with muster.
 */
export async function listTasks(where?: string): Promise<(FoundTask | BrokenFile)[]> {
  if (where !== undefined && (isUrl(where) || MODULE.test(where))) return await load(where);
  const folder = (where ?? "tasks").replace(/\/+$/, "");
  const modules = await modulesIn(folder);
  if (where !== undefined && modules === undefined) {
    throw new TaskError(
      `Cannot list the tasks of ${where}: the folder or file does not exist, or may not be read.`,
    );
  }
  const found: (FoundTask | BrokenFile)[] = [];
  for (const name of modules ?? []) {
    const source = `${folder}/${name}`;
    try {
      found.push(...await load(source));
    } catch (error) {
      found.push({
        name: fileName(name),
        source,
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  }
  if (where === undefined) {
    for (const [name, ready] of Object.entries(INCLUDED_TASKS)) {
      if (found.some((one) => one.name === name)) continue;
      found.push(...tasksOf(await ready(), name, "muster"));
    }
  }
  return found;
}

/**
 * The names of the tasks here, and of those that come with muster. The files here are read, but not run, so only tasks
 * in the form `export const name = task(` are found.
 */
export async function taskNames(): Promise<{ word: string; about?: string }[]> {
  const found: { word: string; about?: string }[] = [];
  const files = new Set<string>();
  for (const module of await modulesIn("tasks") ?? []) {
    const name = fileName(module);
    files.add(name);
    const text = await Deno.readTextFile(`tasks/${module}`);
    const exported = [...text.matchAll(/^export (?:const|let|var) ([\w$]+)[^=\n]*=\s*task\b/gm)].map((one) =>
      one[1]!
    );
    if (exported.length === 0 || /^export default\b/m.test(text)) found.push({ word: name });
    found.push(...exported.map((one) => ({ word: `${name}.${one}` })));
  }
  for (const [name, ready] of Object.entries(INCLUDED_TASKS)) {
    if (files.has(name)) continue;
    found.push(
      ...tasksOf(await ready(), name, "muster").map((one) => ({
        word: one.name,
        about: one.task.description,
      })),
    );
  }
  return found;
}

/**
 * One task.
 *
 * @param name A name in `tasks/`, or of a task that comes with muster; or a file or URL, with `#export` for another
 * export than the default.
 * @throws {TaskError} when there is none, with the task that may have been meant.
 */
export async function findTask(name: string): Promise<FoundTask> {
  if (isUrl(name) || MODULE.test(name.replace(/#.*$/, "")) || name.includes("/")) {
    const [where, wanted] = [name.replace(/#.*$/, ""), /#(.+)$/.exec(name)?.[1]];
    const found = await loadNamed(where);
    const file = fileName(where);
    const one = found.find((each) => each.name === (wanted === undefined ? file : `${file}.${wanted}`)) ??
      (wanted === undefined && found.length === 1 ? found[0] : undefined);
    if (one) return one;
    if (wanted !== undefined) {
      const there = found.map((each) => each.name.slice(file.length + 1)).filter(Boolean);
      throw new TaskError(
        `Cannot find the task ${wanted} in ${where}: it exports none with this name; ${
          there.length > 0 ? suggest(wanted, there) : `its only task is ${where}`
        }`,
      );
    }
    throw new TaskError(
      `Cannot tell which task of ${where} is meant: ${
        found.map((each) => `${where}#${each.name.slice(file.length + 1)}`).join(", ")
      }`,
    );
  }
  const [file, exported] = [name.replace(/\..*$/, ""), /\.(.+)$/.exec(name)?.[1]];
  const modules = await modulesIn("tasks") ?? [];
  const here = modules.find((module) => fileName(module) === file);
  const ready = Object.hasOwn(INCLUDED_TASKS, file) ? INCLUDED_TASKS[file] : undefined;
  const found = here !== undefined
    ? await loadNamed(`tasks/${here}`)
    : ready
    ? tasksOf(await ready(), file, "muster")
    : [];
  const one = found.find((each) => each.name === name) ??
    (exported === undefined && found.length === 1 ? found[0] : undefined);
  if (one) return one;
  if (found.length > 0) {
    throw new TaskError(
      `Cannot run ${name}: the file does not have this task; ${
        suggest(name, found.map((each) => each.name))
      }`,
    );
  }
  // Last, because every file has to be loaded to find the name of an export.
  const all = (await listTasks()).filter((each) => "task" in each);
  const named = all.filter((each) => each.name.endsWith(`.${name}`));
  if (named.length === 1) return named[0]!;
  throw new TaskError(
    `Cannot find the task ${name}: there is none with this name; ${
      suggest(name, all.map((each) => each.name))
    }`,
  );
}

const isMissing = (path: string) =>
  Deno.stat(path).then((found) => !found.isFile, (error) => error instanceof Deno.errors.NotFound);

/** Loads a file that the user named. */
const loadNamed = (where: string): Promise<FoundTask[]> => explained(where, "task file", () => load(where));

/**
 * Loads a file that the user named, and reports its errors completely.
 *
 * @param what The word for such a file in messages.
 */
export async function explained<T>(where: string, what: string, loading: () => Promise<T>): Promise<T> {
  try {
    return await loading();
  } catch (error) {
    const { message, name, stack } = error instanceof Error ? error : new Error(String(error));
    if (name === "TaskError") { // also of another copy of muster, which a task's file may have loaded
      if (message.includes(where)) throw error;
      throw new TaskError(`${message} (in ${where})`, { cause: error });
    }
    // The error's code does not show whether this file is missing, or one that it imports.
    if (!isUrl(where) && await isMissing(where)) {
      throw new TaskError(`Cannot load the ${what}: it does not exist: ${where}`, { cause: error });
    }
    if (/"@muster\/muster" not a dependency/.test(message)) {
      throw new TaskError(
        `Cannot load the ${what} ${where}: nothing defines its import "@muster/muster": import ` +
          new URL("../mod.ts", LIB).href,
        { cause: error },
      );
    }
    const place = placeIn(stack);
    const [first, ...lines] = message.split("\n");
    if (place && !message.includes(place)) lines.push(`at ${place}`);
    throw new TaskError(`Cannot load the ${what} ${where}: it has an error: ${name}: ${first}`, {
      cause: error,
      lines,
    });
  }
}
