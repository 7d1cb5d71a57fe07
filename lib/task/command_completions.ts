/** `muster completions`: what a shell needs to complete commands, tasks and options. @module */
import { readCommand } from "./command_help.ts";
import { kebab } from "./arguments.ts";
import { type Command, COMMANDS } from "./main.ts";
import { COMMON, type Options } from "./options.ts";
import { EXIT } from "./outcome.ts";
import { suggest } from "./nearest.ts";
import { ALL } from "./rules.ts";

const SHELLS: Readonly<Record<string, string>> = {
  bash: `_muster() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(muster completions words -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${COMPREPLY[0]-} == *= ]] && compopt -o nospace
}
complete -o default -F _muster muster
`,
  zsh: `#compdef muster
_muster() {
  local -a found
  found=(\${(f)"$(muster completions words -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)"})
  compadd -Q -S '' -- \${(M)found:#*=}
  compadd -- \${found:#*=}
  (( \${#found} )) || _files
}
if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi
`,
  fish: `complete -c muster -f -a '(muster completions words -- (commandline -opc)[2..] 2>/dev/null)'
`,
};

/** See `muster completions --help`. */
export const command: Command = {
  usage: "completions <bash, zsh or fish>",
  about: "print completions for a shell",
  async run(typed, io) {
    if (typed[0] === "words") {
      // Called at every Tab: whatever goes wrong, the shell is told nothing.
      const found = await words(typed.slice(typed[1] === "--" ? 2 : 1)).catch(() => []);
      io.out(found.map((word) => `${word}\n`).join(""));
      return EXIT.done;
    }
    const example = "bash:  echo 'eval \"$(muster completions bash)\"' >> ~/.bashrc\n" +
      "zsh:   muster completions zsh > ~/.zfunc/_muster     (a folder of $fpath)\n" +
      "fish:  muster completions fish > ~/.config/fish/completions/muster.fish";
    const read = readCommand(this, typed, { help: COMMON.help! }, example, io, ({ words }, mistakes) => {
      if (words.length !== 1) mistakes.push(`it takes one of ${Object.keys(SHELLS).join(", ")}`);
      else if (!Object.hasOwn(SHELLS, words[0]!)) {
        mistakes.push(`there are none for ${words[0]}; ${suggest(words[0]!, Object.keys(SHELLS))}`);
      }
    });
    if (!read) return EXIT.done;
    io.out(SHELLS[read.words[0]!]!);
    return EXIT.done;
  },
};

const flags = (options: Options) =>
  Object.entries(options).map(([name, { kind }]) => `--${kebab(name)}${kind === "flag" ? "" : "="}`);

/** What may come after these words. */
async function words(before: readonly string[]): Promise<string[]> {
  const [command, task] = before;
  if (command === undefined) return [...Object.keys(COMMANDS), "help", "version"];
  if (command === "help" && before.length === 1) return Object.keys(COMMANDS);
  if (command === "completions" && before.length === 1) return Object.keys(SHELLS);
  if (command === "run" || command === "plan") {
    if (task === undefined) {
      const { taskNames } = await import("./find_tasks.ts");
      return await taskNames();
    }
    const [{ findTask }, { optionsOf }] = await Promise.all([
      import("./find_tasks.ts"),
      import("./task_help.ts"),
    ]);
    return [...flags(optionsOf(await findTask(task))), ...flags(ALL)];
  }
  if (command === "ls") {
    const kinds = "machines images packages networks volumes keys datacenters instances backups clusters"
      .split(" ");
    return [
      ...before.length === 1 ? kinds : [],
      "--profile=",
      "--where=",
      "--columns=",
      "--sort=",
      "--json",
      "--help",
    ];
  }
  if (command === "do" || command === "apply" || command === "resume") {
    return [...command === "resume" && before.length === 1 ? ["last"] : [], ...flags(ALL)];
  }
  return flags({ json: COMMON.json!, help: COMMON.help! });
}
