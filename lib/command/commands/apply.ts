/** `muster apply`: runs a saved plan, with exactly its members. @module */
import { consentOf, type Drifted, planAgain } from "../../engine/journal/apply_saved.ts";
import { runMade } from "../../engine/run/run.ts";
import { oneLine, visibleJson } from "../../engine/text/visible.ts";
import { wireDefaults } from "../../view/defaults.ts";
import { readCommand } from "./help.ts";
import { loadApis } from "../apis.ts";
import { doWork } from "../runs/do_work.ts";
import { type Io, sealed } from "../io.ts";
import type { Command } from "../command.ts";
import { API, refuseMistakes } from "../options.ts";
import { EXIT } from "../exit_codes.ts";
import { placesOf } from "../../task/find_handle.ts";
import { readPlans } from "../runs/plan_file.ts";
import { showPlans } from "../tasks/plan_task.ts";
import { ALL, rulesOf, useOptions } from "../runs/rules.ts";

/** See `muster apply --help`. */
export const command: Command = {
  usage: "apply <plan file>",
  about: "do a plan that muster plan --save wrote: exactly its members, each looked at again first",
  options: { ...ALL, api: API },
  async run(typed, io) {
    const mistakes: string[] = [];
    const example = "muster plan cull --type=test --save plan.json\nmuster apply plan.json";
    const read = readCommand(this, typed, this.options, example, io, ({ words }, wrong) => {
      if (words.length !== 1) {
        wrong.push(words.length === 0 ? "no plan file is named" : "it takes one plan file");
      }
    });
    if (!read) return EXIT.done;
    const { profile, color, ...rules } = rulesOf(read.values, mistakes);
    refuseMistakes("apply", mistakes);
    const file = await readPlans(read.words[0]!);
    useOptions({ profile, color });
    await loadApis((read.values.api ?? []) as string[], "apply");
    wireDefaults();
    const drifted: Drifted[] = [];
    const find = placesOf();
    const done = await doWork(
      async () => {
        await runMade(
          async ({ signal, by }) => {
            const timed: typeof find = async (saved) => {
              const place = await find(saved);
              by(place.endpoint.clock);
              return place;
            };
            const again = await Promise.all(file.plans.map((plan) => planAgain(plan, timed, signal)));
            for (const one of again) drifted.push(...one.drifted);
            tellDrift(drifted, rules.json, io);
            // The file is the consent, because somebody has seen it and it names every member. If a member has drifted,
            // the consent no longer holds.
            return { plans: again.map(({ plan }) => plan), held: consentOf(again) };
          },
          { throwOnError: false },
          file.plans.map(({ chain }) => chain).join(", "),
        );
      },
      { ...rules, once: true, about: { ...file.about, applied: read.words[0] } },
      io,
    );
    if (rules.plan) showPlans(done.judged, rules, sealed(io));
    if (drifted.length === 0) return done.exit;
    return done.exit === EXIT.done || done.exit === EXIT.nothing ? EXIT.failed : done.exit;
  },
};

/** How many members are named one by one. */
const NAMED = 20;

function tellDrift(drifted: readonly Drifted[], json: boolean, io: Io): void {
  if (drifted.length === 0) return;
  if (json) return io.out(`${visibleJson({ type: "drifted", members: drifted })}\n`);
  io.err(
    `muster: ${drifted.length} ${
      drifted.length === 1 ? "member differs" : "members differ"
    } from the plan, ` +
      `and will not be touched:\n` +
      drifted.slice(0, NAMED).map(({ name, why }) => `  ${oneLine(name)}: ${oneLine(why)}\n`).join("") +
      (drifted.length > NAMED ? `  … and ${drifted.length - NAMED} more\n` : ""),
  );
}
