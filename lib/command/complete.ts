/**
 * What may come next on the command line, for the shells' completions.
 *
 * Called at every Tab: no task's code is run before the task is named, and no cloud is asked.
 *
 * @module
 */
import type { Command, Commands } from "./command.ts";
import { type Option, type Options, typedName } from "./options.ts";

/** A word, and what it is. */
export interface Completion {
  readonly word: string;
  readonly about?: string;
}

/** The shells there are completions for. */
export const SHELL_NAMES = ["bash", "zsh", "fish"];

/** Words that a shell can be given as they are: names of files are somebody else's. */
const SAFE = /^[\p{L}\p{N}_.:@%+,/=-]+$/u;

/**
 * What may come next; empty where a file may.
 *
 * @param typed All words after `muster`; the last is the one that is being typed.
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

/** The command's options, and those of the task that is named. */
async function optionsFor(name: string, command: Command, words: readonly string[]): Promise<Options> {
  const task = words.find((word) => !word.startsWith("-"));
  if ((name !== "run" && name !== "plan") || task === undefined) return command.options;
  const [{ findTask }, { optionsOf }] = await Promise.all([
    import("./tasks/find_tasks.ts"),
    import("./tasks/task_help.ts"),
  ]);
  return { ...optionsOf(await findTask(task)), ...command.options };
}

/** The values of the option that is being given one; undefined where none is, empty where they are not known. */
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

/** What may come that is no option; undefined for nothing but options, empty where a file may. */
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

/** What `ls` can list: of the files that `--api` names, else of the clouds. */
async function kindNames(typed: readonly string[]): Promise<Completion[]> {
  const files = typed.flatMap((word) => /^--api=(.+)/.exec(word)?.[1] ?? []);
  if (files.length === 0) return plain(Object.keys((await import("./commands/ls.ts")).KINDS));
  const { loadApis, ownKinds } = await import("./apis.ts");
  await loadApis(files, "ls");
  return plain(ownKinds().map(({ plural }) => plural));
}
