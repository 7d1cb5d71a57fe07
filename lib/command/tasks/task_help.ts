/**
 * The help of one task.
 *
 * @module
 */
import { type Argument, kebab } from "../../task/arguments.ts";
import type { FoundTask } from "./find_tasks.ts";
import { optionLines, type Options } from "../options.ts";

const PLACE: Record<Argument["type"], string> = {
  string: "TEXT",
  number: "N",
  boolean: "",
  duration: "TIME",
  choice: "",
  list: "A,B",
  tags: "KEY=VALUE",
};

/** The placeholder for an argument's value. */
export const placeholder = (arg: Argument) => arg.type === "choice" ? arg.choices.join("|") : PLACE[arg.type];

/** A task's options, for the command line. */
export function optionsOf({ task }: FoundTask): Options {
  return Object.fromEntries(
    Object.entries(task.args).map(([name, arg]) => [name, {
      kind: arg.type === "boolean" ? "flag" : arg.type === "list" || arg.type === "tags" ? "many" : "value",
      value: placeholder(arg),
      ...(arg.type === "choice" ? { choices: arg.choices } : {}),
      about: [
        arg.description,
        arg.required ? "required" : undefined,
        arg.default === undefined ? undefined : `default ${shown(arg.default)}`,
        arg.env === undefined ? undefined : `or ${arg.env}`,
      ].filter(Boolean).join("; "),
    }]),
  );
}

const shown = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);

/** How to call a task, with its required arguments. */
export function usageOf({ name, task }: FoundTask): string {
  const words = Object.entries(task.args).filter(([, arg]) => arg.required).map(([arg, { type }]) =>
    `--${kebab(arg)}=${placeholder(task.args[arg]!) || type}`
  );
  return [name, ...words].join(" ");
}

/** The text of `muster run <task> --help`. */
export function taskHelp(command: string, found: FoundTask, common: Options): string {
  const own = optionsOf(found);
  const examples = found.task.examples.length > 0 ? found.task.examples : [usageOf(found)];
  return [
    `${found.name}: ${found.task.description}`,
    `  (${found.source === "muster" ? "comes with muster" : found.source})`,
    "",
    ...(Object.keys(own).length > 0 ? ["Its options:", ...optionLines(own), ""] : []),
    "Options of every task:",
    ...optionLines(common),
    "",
    `Example${examples.length > 1 ? "s" : ""}:`,
    ...examples.map((line) => `  ${command === "" ? "" : `muster ${command} `}${line}`),
    "",
  ].join("\n");
}
