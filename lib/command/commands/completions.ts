/** `muster completions`: prints a shell's script that completes commands, tasks, options and values. @module */
import { oneLine } from "../../engine/text/visible.ts";
import { readCommand } from "./help.ts";
import { complete, SHELL_NAMES } from "../complete.ts";
import type { Command } from "../command.ts";
import { suggest } from "../../engine/select/did_you_mean.ts";
import { COMMON } from "../options.ts";
import { EXIT } from "../exit_codes.ts";

/**
 * Each script calls `muster completions words -- <words>`; the last word is the one under the cursor. It gets lines
 * with a word, a tab and a description. If there are none, the shell completes files.
 */
const SHELLS: Readonly<Record<string, string>> = {
  // Nothing is passed to compgen, because it would run what a word has in $( ).
  bash: `_muster() {
  local word glue= cur
  local typed=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    # bash takes --option=value for three words
    if [[ \${#typed[@]} -gt 0 && ( $word == = || -n $glue ) ]]; then typed[\${#typed[@]}-1]+=$word
    else typed+=("$word"); fi
    [[ $word == = ]] && glue=1 || glue=
  done
  cur=\${typed[\${#typed[@]}-1]}
  COMPREPLY=()
  while IFS= read -r word; do
    word=\${word%%$'\\t'*}
    [[ $word == "$cur"* ]] || continue
    [[ $cur == *=* ]] && word=\${word#*=}
    COMPREPLY+=("$word")
  done < <(muster completions words -- "\${typed[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _muster muster
`,
  zsh: `#compdef muster
_muster() {
  local line entry
  local -a lines whole open
  lines=(\${(f)"$(muster completions words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  for line in $lines; do
    entry=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ $line == *$'\\t'* ]] && entry+=:\${line#*$'\\t'}
    if [[ \${line%%$'\\t'*} == *= ]]; then open+=($entry); else whole+=($entry); fi
  done
  if (( \${#lines} )); then
    (( \${#whole} )) && _describe -t words muster whole
    (( \${#open} )) && _describe -t options option open -S ''
  else
    [[ $PREFIX == --*=* ]] && compset -P '*='
    _files
  fi
}
if [ "$funcstack[1]" = "_muster" ]; then _muster "$@"; else compdef _muster muster; fi
`,
  fish: `function __muster_words
  set -l current (commandline -ct)
  set -l found (muster completions words -- (commandline -opc)[2..] "$current" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    set -l option (string match -r -- '^--[^=]+=' "$current")
    for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$current"))
      echo "$option$path"
    end
  end
end
complete -c muster -f -a '(__muster_words)'
`,
};

/** See `muster completions --help`. */
export const command: Command = {
  usage: "completions <bash, zsh or fish>",
  about: "print completions for a shell",
  options: { help: COMMON.help! },
  async run(typed, io, commands) {
    if (typed[0] === "words") {
      // Called at every Tab: on any error the shell gets nothing.
      const found = await complete(typed.slice(typed[1] === "--" ? 2 : 1), commands).catch(() => []);
      io.out(
        found.map(({ word, about }) => about ? `${oneLine(word)}\t${oneLine(about)}\n` : `${oneLine(word)}\n`)
          .join(
            "",
          ),
      );
      return EXIT.done;
    }
    const example = "bash:  echo 'eval \"$(muster completions bash)\"' >> ~/.bashrc\n" +
      "zsh:   muster completions zsh > ~/.zfunc/_muster     (a folder of $fpath)\n" +
      "fish:  muster completions fish > ~/.config/fish/completions/muster.fish";
    const read = readCommand(this, typed, this.options, example, io, ({ words }, mistakes) => {
      if (words.length !== 1) mistakes.push(`it takes one shell: ${SHELL_NAMES.join(", ")}`);
      else if (!Object.hasOwn(SHELLS, words[0]!)) {
        mistakes.push(`${words[0]} is not supported; ${suggest(words[0]!, SHELL_NAMES)}`);
      }
    });
    if (!read) return EXIT.done;
    io.out(SHELLS[read.words[0]!]!);
    return EXIT.done;
  },
};
