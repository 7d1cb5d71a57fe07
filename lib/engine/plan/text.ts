/**
 * Plans and reports as text: aligned, and coloured if wanted.
 *
 * @module
 */
import { counted } from "../resource/describe.ts";
import { isDestructive } from "./consent/destructive.ts";
import { showDuration } from "../time/duration.ts";
import type { PlanFacts } from "./plan_facts.ts";
import { showOverlaps } from "./overlap_facts.ts";
import { isRefused } from "./not_begun.ts";
import { labelOf, limitOf } from "../resource/steps.ts";
import { inkOf } from "../text/palette.ts";
import { oneLine } from "../text/visible.ts";

/** How many members a text names; further ones are counted. */
export const NAMES_LISTED = 10;

/** The width of a text on a terminal, in columns. Terminals need more than the count of characters. */
export type WidthOf = (text: string) => number;
const length: WidthOf = (text) => text.length;

/** Rows with their columns aligned. */
export function alignedRows(
  rows: readonly (readonly string[])[],
  indent = "  ",
  widthOf: WidthOf = length,
): string[] {
  const widths: number[] = [];
  // Names, states and reasons come from outside.
  const shown = rows.map((row) => row.map(oneLine));
  for (const row of shown) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return shown.map((row) =>
    indent +
    row.map((cell, index) => cell + " ".repeat(widths[index]! - widthOf(cell))).join("  ").trimEnd()
  );
}

/** What happens to a member at a step, in one word. */
export const VERDICTS: Readonly<Record<string, string>> = {
  send: "sent",
  skip: "skipped",
  wait: "waited for",
  there: "already there",
  perform: "done",
  meet: "meet",
  refuse: "REFUSED",
  withheld: "not begun",
  unreached: "not reached",
};

/** How many could be destroyed, including those that are not members. */
export function destruction({ resource, destroyed, others }: PlanFacts): string {
  const members = `could destroy ${counted(resource, destroyed - others.length)}`;
  if (others.length === 0) return members;
  const names = others.slice(0, NAMES_LISTED).map(({ kind, name }) => `${kind} ${oneLine(name)}`).join(", ");
  return `${members}, and with ${
    destroyed - others.length === 1 ? "it" : "them"
  } ${others.length} more: ${names}` +
    (others.length > NAMES_LISTED ? `, and ${others.length - NAMES_LISTED} more` : "");
}

/** A plan as text. */
export function showPlan(plan: PlanFacts, colors: boolean, widthOf: WidthOf = length): string {
  const { bold, dim, red, yellow } = inkOf(colors);
  const lines = [
    bold(`plan: ${oneLine(plan.chain)}`),
    `  ${counted(plan.resource, plan.members.length)} in ${oneLine(plan.endpoint.name)}` +
    (plan.protected.length ? `, ${plan.protected.length} protected and left out` : "") +
    (plan.refused ? red(`, ${plan.refused} will not be begun`) : "") + "; nothing has been changed",
  ];
  for (const line of showOverlaps(plan)) lines.push(yellow(`  ${oneLine(line)}`));
  const steps = plan.steps.map((step, index) => {
    const tally = [...plan.tally(index)].filter(([verdict]) => verdict !== "unreached")
      .map(([verdict, count]) => `${count} ${VERDICTS[verdict]}`).join(", ");
    const destroys = isDestructive(plan.resource, step);
    return [
      `${index + 1}.`,
      labelOf(step),
      tally,
      [limitOf(step), destroys ? "cannot be undone" : ""].filter(Boolean).join(", "),
    ];
  });
  for (const [index, row] of alignedRows(steps, "  ", widthOf).entries()) {
    lines.push(steps[index]![3]?.includes("cannot") ? yellow(row) : row);
  }
  if (plan.destroyed > 0) lines.push(yellow(`  ${destruction(plan)}`));
  if (plan.members.length > 0) lines.push(dim("  members"));
  // Members with a problem come first, because only the first of a thousand are named.
  const shown = plan.members.length > NAMES_LISTED
    ? [...plan.members.filter(isRefused), ...plan.members.filter((one) => !isRefused(one))].slice(
      0,
      NAMES_LISTED,
    )
    : plan.members;
  lines.push(
    ...alignedRows(
      shown.map((member) => [
        oneLine(member.name),
        member.id.slice(0, 8),
        oneLine(member.state),
        member.predictions.map((prediction, index) =>
          prediction.why
            ? `${labelOf(plan.steps[index]!)}: ${VERDICTS[prediction.verdict]} (${prediction.why})`
            : labelOf(plan.steps[index]!)
        ).join(" → "),
      ]),
      "    ",
      widthOf,
    ).map((row) => row.includes("REFUSED") ? red(row) : row),
  );
  if (plan.members.length > NAMES_LISTED) {
    lines.push(dim(`    … and ${plan.members.length - NAMES_LISTED} more`));
  }
  if (plan.protected.length > 0) {
    lines.push(
      dim(`  protected: ${plan.protected.slice(0, NAMES_LISTED).map((one) => oneLine(one.name)).join(", ")}`),
    );
  }
  for (const line of plan.remarks) lines.push(yellow(`  ${oneLine(line)}`));
  for (const { text, keeps } of plan.protections) {
    const line = `  ${oneLine(text)} keeps ${keeps === 0 ? "none" : keeps}`;
    lines.push(keeps === 0 ? yellow(line) : dim(line));
  }
  const { rate, estimate } = plan;
  const rated = rate.perSecond === undefined
    ? "no rate limit known yet"
    : `${rate.perSecond} requests/s (${rate.source})`;
  lines.push(
    dim(
      `  ${estimate.writes} ${estimate.writes === 1 ? "write" : "writes"}, ${estimate.reads} ${
        estimate.reads === 1 ? "read" : "reads"
      } so far; ${rated}, ${plan.endpoint.concurrency} at once` +
        (estimate.atLeast === undefined ? "" : `; at least ${showDuration(estimate.atLeast)}`),
    ),
  );
  return lines.join("\n");
}
