/**
 * A chain as text for a person, before its members are known.
 *
 * @module
 */
import { isDestructive } from "../plan/consent/destructive.ts";
import { type ChainState, showChain } from "../plan/plan.ts";
import { DEFAULT_MAX } from "../plan/consent/consent_options.ts";
import { isUnbounded } from "../select/read.ts";
import { alignedRows } from "../plan/text.ts";
import { inkOf } from "../text/palette.ts";
import { labelOf, limitOf, type Step } from "../resource/steps.ts";

/** The selection and its steps, one on each line, with their limits. Sends nothing. */
export function chainText(state: ChainState, colors: boolean): string {
  const { bold, dim, yellow } = inkOf(colors);
  const { steps, rails } = state;
  const selection = bold(showChain({ ...state, steps: [] }));
  if (steps.length === 0 && state.source.kind !== "create") {
    return `${selection}${dim("  a selection: await it to read it")}`;
  }
  const destroys = (step: Step) => isDestructive(state.resource, step);
  const rows = alignedRows(steps.map((step, index) => [
    `${index + 1}.`,
    labelOf(step),
    [limitOf(step), destroys(step) ? "cannot be undone" : ""].filter(Boolean).join(", "),
  ])).map((row, index) => destroys(steps[index]!) ? yellow(row) : row);
  const notes = [];
  if (isUnbounded(state.source, state.conditions) && !rails.all) {
    notes.push("It selects everything. To run it, add .all().");
  }
  if (steps.some(destroys) && rails.expect === undefined) {
    notes.push(`It asks before it destroys more than ${rails.max ?? DEFAULT_MAX}.`);
  }
  notes.push("Not run yet. Await it to run it, or call .plan() to see what it would do.");
  return [selection, ...rows, ...notes.map((note) => dim(`  ${note}`))].join("\n");
}
