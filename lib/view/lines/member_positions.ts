/**
 * Where each member of a run is, for the person who stops it.
 *
 * @module
 */
import type { RunEvent } from "../../engine/run/events.ts";
import { number } from "../../engine/text/palette.ts";
import { memberCount } from "./progress.ts";
import { type Entry, RunCounts } from "./run_counts.ts";
import { fit, oneLine, widthOf, wrap } from "../width.ts";

/** At most this many lines; the rest is counted. */
const GROUPS = 12;

/** Tracks one run. */
export class MemberPositions {
  readonly #tally = new RunCounts();

  take(event: RunEvent): void {
    this.#tally.take(event);
  }
  /** Whether the run has begun its first step. Before that nothing has been changed. */
  get began(): boolean {
    return this.#tally.startedAt !== undefined;
  }
  /** Members without a fate. */
  get unfinished(): number {
    return this.#tally.total - this.#tally.done;
  }

  /** Where the unfinished members are, grouped by state and by what was being done. */
  lines(columns: number): string[] {
    const tally = this.#tally;
    if (!this.began) return [];
    const groups = new Map<string, Entry[]>();
    let left = 0;
    for (const entry of tally.entries.flat()) {
      if (entry.fate && entry.fate !== "interrupted") continue;
      left++;
      const doing = entry.fate || entry.waiting ? "" : entry.doing;
      const key = entry.state + (doing ? `, ${doing} not answered` : "");
      const group = groups.get(key);
      if (group) group.push(entry);
      else groups.set(key, [entry]);
    }
    const whole = memberCount(tally);
    if (left === 0) return [`muster: all ${whole} had finished`];
    const rows = [...groups].sort(([, a], [, b]) => b.length - a.length);
    const lines = wrap(
      `muster: ${number(left)} of ${whole} did not finish; their last known states:`,
      "",
      columns,
    );
    for (const [key, entries] of rows.slice(0, GROUPS)) {
      const head = `  ${number(entries.length)} ${oneLine(key)}: `;
      const names = entries.slice(0, 20).map((entry) => oneLine(entry.name)).join(", ");
      lines.push(
        head + fit(names + (entries.length > 20 ? ", …" : ""), Math.max(20, columns - widthOf(head))),
      );
    }
    if (rows.length > GROUPS) lines.push(`  … and ${rows.length - GROUPS} other states`);
    return lines;
  }
}
