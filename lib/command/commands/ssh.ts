/** `muster ssh`: logs in to a machine with the system's own ssh. @module */
import { oneLine } from "../../engine/text/visible.ts";
import { dc } from "../../clouds/cloudapi/datacenter.ts";
import { chooseAddress } from "../../ssh/hosts/address.ts";
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
    about: "who logs in (default: what the image says, else admin)",
  },
  private: { kind: "flag", about: "use a private address" },
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
    // What follows the machine is the command's, options included.
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
    const user = read.values.user as string | undefined ?? await userOf(handle, machine.image);
    const address = chooseAddress(machine, read.values.private ? "private" : "public");
    const rest = read.rest[0] === "--" ? read.rest.slice(1) : read.rest;
    // No word of it can be taken for an option: the address is the server's, the user the image's.
    if (/^-/.test(user) || /[\s@]/.test(user)) {
      throw new UsageError(`Cannot log in as ${user}: that is not a user name.`, "ssh");
    }
    const args = ["-l", user, "--", address, ...rest];
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

/** The login an image was made for. */
async function userOf(handle: ReturnType<typeof dc>, image: string): Promise<string> {
  const { status, body } = await handle.request("GET", `/images/${encodeURIComponent(image)}`, {
    accept: [404, 410],
  });
  const tags = status === 200 ? (body as { tags?: Record<string, unknown> }).tags : undefined;
  return typeof tags?.default_user === "string" ? tags.default_user : "admin";
}
