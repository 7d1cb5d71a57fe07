/** `muster profiles`: lists the profiles. @module */
import { visibleJson } from "../../engine/text/visible.ts";
import { localFiles } from "../../platform/local_files.ts";
import { processEnvironment } from "../../platform/permissions.ts";
import { profiles } from "../../clouds/cloudapi/profile/profile_store.ts";
import { readCommand } from "./help.ts";
import type { Command } from "../command.ts";
import { LISTING } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { table } from "../table.ts";

/** See `muster profiles --help`. */
export const command: Command = {
  usage: "profiles",
  about: "list the profiles that dc() can use, and where they are defined",
  options: LISTING,
  async run(typed, io) {
    const read = readCommand(this, typed, this.options, "muster profiles", io);
    if (!read) return EXIT.done;
    const entries = await profiles(processEnvironment(), localFiles());
    if (read.values.json) { for (const entry of entries) io.out(`${visibleJson(entry)}\n`); }
    else if (entries.length > 0) {
      io.out(table(entries.map((entry) => ({
        current: entry.current ? "*" : " ",
        name: entry.name,
        account: entry.account,
        url: entry.problem === undefined ? entry.url : `BROKEN: ${entry.problem}`,
        source: entry.source,
      }))));
    } else io.err('There are no profiles; dc("sim") needs none. See docs/cli.md for how to write one.\n');
    return entries.length === 0 ? EXIT.nothing : EXIT.done;
  },
};
