/** `muster do`: runs one expression. @module */
import { all } from "../../engine/chain/all.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import { weighConsent } from "../../engine/plan/asking/obtain_consent.ts";
import { showPlan } from "../../engine/plan/text.ts";
import { oneLine } from "../../engine/text/visible.ts";
import { dc } from "../../clouds/cloudapi/datacenter.ts";
import { dbaas } from "../../clouds/openstack/trove/dbaas.ts";
import { stdinKeyboard } from "../../platform/terminal.ts";
import { stderrDevice } from "../../view/output_device.ts";
import { wireDefaults } from "../../view/defaults.ts";
import { widthOf } from "../../view/width.ts";
import { ConfirmationRequiredError } from "../../engine/errors.ts";
import { defaults } from "../../engine/run/defaults.ts";
import { readCommand } from "./help.ts";
import { loadApis } from "../apis.ts";
import { doWork } from "../runs/do_work.ts";
import type { Io } from "../io.ts";
import type { Command } from "../command.ts";
import { EXIT, UsageError } from "../exit_codes.ts";
import { planTask } from "../tasks/plan_task.ts";
import { ALL, rulesOf, useOptions } from "../runs/rules.ts";
import { API, refuseMistakes } from "../options.ts";

/** The names that an expression can use. */
const SCOPE = { dc, dbaas, all };

const OPTIONS = { ...ALL, api: API };

/** See `muster do --help`. */
export const command: Command = {
  usage: "do '<expression>'",
  about: "do a chain written on the command line; dc, dbaas and all are there to be used",
  options: OPTIONS,
  async run(typed, io) {
    const example = `muster do 'dc("us-east-1").machines({ type: "test" }).stop()'\n` +
      `muster do 'dc("sim").machines({ type: "web" }).count()'\n` +
      `muster do --api=./farm.ts 'jobs({ pool: "blue" }).pause()'`;
    const read = readCommand(this, typed, OPTIONS, example, io, ({ words }, wrong) => {
      if (words.length !== 1 || words[0]!.trim() === "") {
        wrong.push(
          words.length < 2 ? "no expression is given" : "it takes one expression: put it in single quotes",
        );
      }
    });
    if (!read) return EXIT.done;
    const mistakes: string[] = [];
    const { profile, color, ...rules } = rulesOf(read.values, mistakes);
    refuseMistakes("do", mistakes);
    useOptions({ profile, color });
    wireDefaults();
    const [expression] = read.words as [string];
    const own = await loadApis((read.values.api ?? []) as string[], "do", Object.keys(SCOPE));
    const work = await compiled(expression, { ...SCOPE, ...own });
    const about = { task: "do" };
    if (rules.plan) return await planTask({ work, rules: { ...rules, about }, values: {} }, io);
    // An expression that was typed in haste, or by another program, changes nothing unless somebody confirms it.
    const somebody = stdinKeyboard.terminal && stderrDevice.terminal;
    const readOnly = rules.yes || somebody ? undefined : NOBODY;
    const done = await doWork(
      work,
      { ...rules, about, readOnly, review: reviewing(rules, readOnly, io) },
      io,
    );
    return done.exit;
  },
};

/**
 * The expression as a function. It is TypeScript, as in a file, and may use `await`.
 *
 * @throws {UsageError} when it is not an expression.
 */
async function compiled(
  expression: string,
  scope: Readonly<Record<string, unknown>>,
): Promise<() => unknown> {
  const source = expression.trim().replace(/;+$/, "").replace(/^await\s+/, "");
  // An async function runs the chain that it returns. Without one the chain is shown and asked about first.
  const kind = /\bawait\b/.test(source) ? "async " : "";
  const names = Object.keys(scope).filter((name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)).join(", ");
  const module = `export default ({ ${names} }: any) => ${kind}() => (\n${source}\n);\n`;
  try {
    const made = await import(`data:application/typescript;charset=utf-8,${encodeURIComponent(module)}`);
    return made.default(scope);
  } catch (error) {
    const why = (error as Error).message.replace(/ at data:[\s\S]*$/, "").replace(/^.*SyntaxError:\s*/, "");
    throw new UsageError(`Cannot do this: it is not an expression: ${source}\n  ${why.split("\n")[0]}`, "do");
  }
}

/** Why nothing is sent if nobody can confirm. */
const NOBODY =
  "there is no terminal to ask on: stdin or stderr is not one. Nothing was sent. Add --yes to do it, " +
  "or --plan to see what it would do.";

/** Whether a plan does more than read and wait for some member. */
const acts = ({ members, steps }: Plan) =>
  members.length > 0 && steps.some(({ kind }) => kind !== "wait" && kind !== "barrier");

/** Shows a person what will be done and asks, unless the run itself asks anyway. */
function reviewing({ yes, max, expect, quiet, json }: Rails, readOnly: string | undefined, io: Io) {
  return async (plans: readonly Plan[], signal: AbortSignal): Promise<void> => {
    if (readOnly !== undefined) {
      const acting = plans.filter(acts);
      if (acting.length === 0) return;
      throw new ConfirmationRequiredError(
        `Cannot do ${oneLine(acting.map(({ chain }) => chain).join(", "))}: ${readOnly}`,
        acting.reduce((sum, { members }) => sum + members.length, 0),
      );
    }
    if (!quiet && !json && stderrDevice.terminal) {
      for (const plan of plans) io.err(`${showPlan(plan, stderrDevice.colors, widthOf)}\n`);
    }
    const writes = plans.reduce((sum, plan) => sum + plan.writes, 0);
    if (yes || writes === 0 || expect !== undefined) return;
    const said = max === undefined ? {} : { max };
    const verdict = weighConsent(plans, said);
    if ("error" in verdict || "ask" in verdict) return;
    const [first] = plans as [Plan];
    const members = plans.reduce((sum, plan) => sum + plan.members.length, 0);
    const answer = await defaults.confirm?.({
      endpoint: plans.map((plan) => plan.endpoint.name).join(", "),
      text: `do this in ${[...new Set(plans.map((plan) => plan.endpoint.name))].join(", ")}`,
      count: members,
      names: first.members.slice(0, 5).map((member) => member.name),
      irreversible: plans.flatMap((plan) => plan.irreversible),
      typeCount: false,
    }, signal);
    if (answer !== true) {
      throw new ConfirmationRequiredError("Nothing was sent, because the answer was not yes.", members);
    }
  };
}

interface Rails {
  readonly yes?: boolean | undefined;
  readonly max?: number | undefined;
  readonly expect?: number | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
}
