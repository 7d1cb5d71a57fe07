/** `muster ssh`: logs in to a machine with the system's own ssh. @module */
import { oneLine } from "../../engine/text/visible.ts";
import { dc } from "../../clouds/cloudapi/datacenter.ts";
import { noLogins, sshLogin } from "../../clouds/cloudapi/machines/ssh_login.ts";
import { COMMON, optionLines, type Options, readOptions, refuseMistakes } from "../options.ts";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../exit_codes.ts";

const { profile, help } = COMMON;
const OPTIONS: Options = {
  profile: profile!,
  user: {
    kind: "value",
    short: "l",
    value: "NAME",
    about: "who logs in (default: what the image says, else root)",
  },
  private: { kind: "flag", about: "use a private address" },
  direct: { kind: "flag", about: "go through no other machine, whatever the tag tritoncli.ssh.proxy says" },
  print: { kind: "flag", about: "only print the ssh command" },
  help: help!,
};

/** See `muster ssh --help`. */
export const command: Command = {
  usage: "ssh <machine> [command …]",
  about: "log in to a machine, by its name or id, with the system's ssh",
  options: OPTIONS,
  async run(typed, io) {
    const mistakes: string[] = [];
    // What follows the machine belongs to the command, options included.
    const read = readOptions(typed, OPTIONS, mistakes, 1);
    if (read.values.help) {
      io.out([
        `muster ssh: ${this.about}`,
        "",
        "Usage: muster ssh [options] <machine> [command …]",
        "",
        ...optionLines(OPTIONS),
        "",
        "Example:",
        "  muster ssh web-1 uptime",
        "",
      ].join("\n"));
      return EXIT.done;
    }
    refuseMistakes("ssh", mistakes);
    const [which] = read.words;
    if (which === undefined) throw new UsageError("Cannot log in: no machine is named.", "ssh");
    const handle = dc(read.values.profile as string | undefined);
    const machine = await handle.machine(which);
    const { target: { user, host, port }, jump } = await sshLogin(
      machine,
      {
        user: read.values.user as string | undefined,
        address: read.values.private ? "private" : undefined,
        jump: read.values.direct ? false : undefined,
      },
      await handle.endpoint(),
      noLogins(),
    );
    const rest = read.rest[0] === "--" ? read.rest.slice(1) : read.rest;
    // None of these words may be taken for an option: addresses come from the server, users from images and tags.
    for (const name of [user, ...jump.map((one) => one.user)]) {
      if (!/^-|[\s@,:]|^$/.test(name)) continue;
      throw new UsageError(`Cannot log in as ${name}: that is not a user name.`, "ssh");
    }
    const through = jump.map((one) => `${one.user}@${bracketed(one.host)}${one.port ? `:${one.port}` : ""}`);
    const args = [
      "-l",
      user,
      ...port === undefined ? [] : ["-p", String(port)],
      ...through.length === 0 ? [] : ["-J", through.join(",")],
      "--",
      host,
      ...rest,
    ];
    if (read.values.print) {
      io.out(`ssh ${args.map(oneLine).join(" ")}\n`);
      return EXIT.done;
    }
    const { code } = await new Deno.Command("ssh", {
      args,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    })
      .output();
    return code;
  },
};

/** An address in the form that ssh accepts before a port. */
const bracketed = (host: string) => host.includes(":") ? `[${host}]` : host;
