/**
 * The command `muster`: finds the command that was named, and returns its exit code.
 *
 * Each command is loaded when it is needed, so that `muster ls` starts as fast as a script that lists machines.
 *
 * @module
 */
import { VERSION } from "../engine/process/version.ts";
import { type Io, processIo, sealed, tell } from "./io.ts";
import { sealAfter } from "../engine/process/session_rules.ts";
import { suggest } from "../engine/select/did_you_mean.ts";
import type { Commands } from "./command.ts";
import { EXIT, EXIT_CODES, exitCodeOf, UsageError } from "./exit_codes.ts";

/** The version, as `deno.json` has it. */
export { VERSION };

/** Every command. */
export const COMMANDS: Commands = {
  tasks: { about: "list the tasks there are", load: () => import("./commands/tasks.ts") },
  run: { about: "run a task", load: () => import("./commands/run.ts") },
  plan: { about: "show what a task would do, and change nothing", load: () => import("./commands/plan.ts") },
  apply: { about: "do a saved plan: exactly its members", load: () => import("./commands/apply.ts") },
  do: { about: "do a chain written on the command line", load: () => import("./commands/do.ts") },
  ls: { about: "list machines, instances, images and the like", load: () => import("./commands/ls.ts") },
  describe: {
    about: "write a first description of an API of your own",
    load: () => import("./commands/describe.ts"),
  },
  ssh: { about: "log in to a machine", load: () => import("./commands/ssh.ts") },
  resume: { about: "continue a run that was cut off", load: () => import("./commands/resume.ts") },
  history: { about: "list past runs", load: () => import("./commands/history.ts") },
  profiles: { about: "list the profiles", load: () => import("./commands/profiles.ts") },
  sim: { about: "serve a simulated datacenter on this machine", load: () => import("./commands/sim.ts") },
  completions: {
    about: "print completions for bash, zsh or fish",
    load: () => import("./commands/completions.ts"),
  },
};

/** The text of `muster --help`. */
export function helpText(): string {
  const rows = Object.entries({ ...COMMANDS, version: { about: "print the version" } });
  return `muster: ad-hoc cloud operations, one line each

Usage: muster <command> [options]

${rows.map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`).join("\n")}

\`muster <command> --help\` shows more. To try it without an account:
  muster do 'dc("sim").machines({ type: "test" }).max(40).stop().waitUntil("stopped").delete()'

${EXIT_CODES}
`;
}

/** Runs one command line; resolves to the exit code. Never rejects. */
export async function main(typed: readonly string[], given: Io = processIo): Promise<number> {
  const io = sealed(given);
  // The process ends with the command.
  if (given === processIo) sealAfter("the task that asks for it had already ended");
  try {
    const [first, ...rest] = typed;
    if (
      first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)
    ) {
      io[first === undefined ? "err" : "out"](helpText());
      return first === undefined ? EXIT.usage : EXIT.done;
    }
    if (["version", "--version", "-V", "-v"].includes(first)) {
      io.out(`muster ${VERSION} (deno ${Deno.version.deno})\n`);
      return EXIT.done;
    }
    if (first === "help") return await main([...rest, "--help"], io);
    if (first.startsWith("-")) {
      const name = rest.find((word) => Object.hasOwn(COMMANDS, word)) ?? "run";
      throw new UsageError(
        `Cannot read ${first}: options come after the command: muster ${name} … ${first}`,
      );
    }
    const found = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
    if (!found) {
      const names = [...Object.keys(COMMANDS), "help", "version"];
      throw new UsageError(
        `Cannot run muster ${first === "" ? '""' : first}: this command does not exist; ${
          suggest(first, names)
        }`,
      );
    }
    return await (await found.load()).command.run(rest, io, COMMANDS);
  } catch (error) {
    tell(error, io);
    return exitCodeOf(error, false);
  }
}
