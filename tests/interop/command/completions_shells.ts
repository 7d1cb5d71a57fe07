/** What real shells make of words and a Tab. */

const decoder = new TextDecoder();

/** Completes each line in a folder; returns the lines afterwards. */
export type Completer = (lines: readonly string[], home: string) => Promise<string[]>;

/** A shell's completer; or, as text, why there is none. */
export async function suggestion(shell: "bash" | "zsh" | "fish"): Promise<Completer | string> {
  const run = await Deno.permissions.query({ name: "run", command: shell });
  if (run.state !== "granted") return `--allow-run=${shell} is not granted`;
  try {
    const test = new Deno.Command(shell, { args: ["-c", "true"], stdout: "null", stderr: "null" });
    if ((await test.output()).success) return COMPLETERS[shell];
  } catch { /* no such command */ }
  return `${shell} is not installed`;
}

async function script(shell: string, args: readonly string[], home: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(shell, {
    args: [...args],
    cwd: home,
    clearEnv: true,
    env: {
      HOME: home,
      PATH: `${home}/bin:${Deno.env.get("PATH")}`,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${shell}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Puts the only candidate in place of the typed word; lists several. */
const put = (line: string, found: readonly string[], from = line.lastIndexOf(" ") + 1) =>
  found.length === 1 ? line.slice(0, from) + found[0] : `${line} -> ${found.join(" ")}`;

const COMPLETERS: Record<"bash" | "zsh" | "fish", Completer> = {
  async fish(lines, home) {
    const completed: string[] = [];
    for (const line of lines) {
      const out = await script("fish", [
        "--no-config",
        "-c",
        `muster completions fish | source; complete -C '${line}'`,
      ], home);
      completed.push(put(line, out.split("\n").filter(Boolean).map((one) => one.split("\t")[0]!)));
    }
    return completed;
  },
  async bash(lines, home) {
    // Readline splits at = as well, and puts the answer after the last one. Files are its own affair.
    const out = await script("bash", [
      "--norc",
      "-c",
      `eval "$(muster completions bash)"; compopt() { :; }
      while IFS= read -r line; do
        IFS=' ' read -ra COMP_WORDS <<< "\${line//=/ = }"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
        _muster; cur=\${COMP_WORDS[COMP_CWORD]}
        [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$cur"))
        echo "\${COMPREPLY[*]}"
      done <<'EOF'
${lines.join("\n")}
EOF`,
    ], home);
    return out.trimEnd().split("\n").map((found, index) => {
      const line = lines[index]!;
      return put(line, found.split(" "), Math.max(line.lastIndexOf(" "), line.lastIndexOf("=")) + 1);
    });
  },
  async zsh(lines, home) {
    await Deno.writeTextFile(
      `${home}/setup.zsh`,
      `PROMPT=''; unsetopt list_beep; autoload -U compinit; compinit -u -D
       source <(muster completions zsh)
       tell() { print -r -- "$BUFFER" >> ${home}/told; BUFFER='' }
       zle -N tell; bindkey '^X' tell; bindkey '^I' complete-word
       print -r -- ready > ${home}/told\n`,
    );
    const typed = lines.map((line) => `zpty -w -n z $'${line}\\t\\x18'; wait_for`).join("\n");
    await script("zsh", [
      "-f",
      "-c",
      `zmodload zsh/zpty zsh/zselect
       zpty -b z zsh -f -i
       integer told=0
       wait_for() {
         (( told++ ))
         repeat 2000; do
           zpty -r -t z line
           [[ -f told ]] && (( $(wc -l < told) >= told )) && return
           zselect -t 1
         done
         exit 3
       }
       zpty -w z "source ${home}/setup.zsh"; wait_for
       ${typed}
       zpty -d z`,
    ], home);
    return (await Deno.readTextFile(`${home}/told`)).split("\n").slice(1, -1).map((line) => line.trimEnd());
  },
};
