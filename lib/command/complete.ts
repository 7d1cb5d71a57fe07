/**
 * The next words on the command line, for the shells' completions.
 *
 * Called at every Tab: it runs no task's code before the task is named, and sends no request.
 *
 * @module
 */
import type { Command, Commands } from "./command.ts";
import { type Option, type Options, typedName } from "./options.ts";

/** A word, and its description. */
export interface Completion {
  readonly word: string;
  readonly about?: string;
}

/** The shells that have completions. */
export const SHELL_NAMES = ["bash", "zsh", "fish"];

/** Words that are safe in a shell without quotes, because anybody may have named a file. */
const SAFE = /^[\p{L}\p{N}_.:@%+,/=-]+$/u;

/**
 * The next words; empty if a file may follow.
 *
 * @param typed All words after `muster`; the last is the one being typed.
 * @param commands Every command.
 */
export async function complete(typed: readonly string[], commands: Commands): Promise<Completion[]> {
  const current = typed.at(-1) ?? "";
  const found = await candidates(typed.slice(0, -1), current, commands);
  return found.filter(({ word }) => SAFE.test(word));
}

async function candidates(
  before: readonly string[],
  current: string,
  commands: Commands,
): Promise<Completion[]> {
  const [name, ...words] = before;
  if (name === undefined) {
    if (current.startsWith("-")) return plain(["--help", "--version"]);
    return [...commandNames(commands), { word: "help" }, { word: "version", about: "print the version" }];
  }
  if (name === "help") return words.length === 0 ? commandNames(commands) : [];
  const command = Object.hasOwn(commands, name) ? (await commands[name]!.load()).command : undefined;
  if (!command) return [];
  const options = await optionsFor(name, command, words);
  const value = await valuesFor(options, words.at(-1), current);
  if (value) return value;
  if (current.startsWith("-")) return optionCandidates(options);
  return await wordsFor(name, words, current) ??
    optionCandidates(options);
}

const plain = (words: readonly string[]): Completion[] => words.map((word) => ({ word }));
const commandNames = (commands: Commands): Completion[] =>
  Object.entries(commands).map(([word, { about }]) => ({ word, about }));
const optionCandidates = (options: Options): Completion[] =>
  Object.entries(options).map(([name, option]) => ({
    word: typedName(name, option) + (option.kind === "flag" ? "" : "="),
    about: option.about,
  }));

/** The options of the command, and of the named task. */
async function optionsFor(name: string, command: Command, words: readonly string[]): Promise<Options> {
  const task = words.find((word) => !word.startsWith("-"));
  if ((name !== "run" && name !== "plan") || task === undefined) return command.options;
  const [{ findTask }, { optionsOf }] = await Promise.all([
    import("./tasks/find_tasks.ts"),
    import("./tasks/task_help.ts"),
  ]);
  return { ...optionsOf(await findTask(task)), ...command.options };
}

/** The values of the option being typed; undefined if there is none, empty if they are not known. */
async function valuesFor(
  options: Options,
  last: string | undefined,
  current: string,
): Promise<Completion[] | undefined> {
  const inline = /^(--[^=]+=)/.exec(current)?.[1];
  const typed = inline?.slice(0, -1) ?? (current.startsWith("-") ? undefined : last);
  const [name, option] =
    Object.entries(options).find(([name, one]) =>
      one.kind !== "flag" && (typed === typedName(name, one) || typed === `-${one.short}`)
    ) ?? [];
  if (name === undefined || option === undefined) return undefined;
  return (await knownValues(name, option)).map((one) => ({ ...one, word: `${inline ?? ""}${one.word}` }));
}

async function knownValues(name: string, { choices }: Option): Promise<Completion[]> {
  if (choices) return plain(choices);
  if (name !== "profile") return [];
  const [{ profiles }, { processEnvironment }, { localFiles }] = await Promise.all([
    import("../clouds/cloudapi/profile/profile_store.ts"),
    import("../platform/permissions.ts"),
    import("../platform/local_files.ts"),
  ]);
  const known = await profiles(processEnvironment(), localFiles());
  return [...known.map(({ name }) => name), "sim"].map((word) => ({ word }));
}

/** The next words that are not options; undefined if only options can follow, empty if a file may follow. */
async function wordsFor(
  command: string,
  typed: readonly string[],
  current: string,
): Promise<Completion[] | undefined> {
  const first = typed.every((word) => word.startsWith("-"));
  switch (command) {
    case "run":
    case "plan":
    case "history": {
      if (!first) return undefined;
      if (/^[./]/.test(current)) return [];
      const { taskNames } = await import("./tasks/find_tasks.ts");
      return await taskNames();
    }
    case "ls":
      return first ? await kindNames(typed) : undefined;
    case "resume": {
      if (!first) return undefined;
      const { isDone, recentRuns, runId } = await import("./runs/past_runs.ts");
      const unfinished = (await recentRuns(20)).filter((run) => !isDone(run));
      return [
        { word: "last", about: "the last run" },
        ...unfinished.map((run) => ({ word: runId(run.path), about: `${run.task}, ${run.at}` })),
      ];
    }
    case "completions":
      return first ? plain(SHELL_NAMES) : undefined;
    case "apply":
    case "describe":
    case "tasks":
      return first ? [] : undefined;
    default:
      return undefined;
  }
}

/** The kinds that `ls` can list: of the files that `--api` names, else of the clouds. */
async function kindNames(typed: readonly string[]): Promise<Completion[]> {
  const files = typed.flatMap((word) => /^--api=(.+)/.exec(word)?.[1] ?? []);
  if (files.length === 0) return plain(Object.keys((await import("./commands/ls.ts")).KINDS));
  const { loadApis, ownKinds } = await import("./apis.ts");
  await loadApis(files, "ls");
  return plain(ownKinds().map(({ plural }) => plural));
}
