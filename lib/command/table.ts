/**
 * Prints records as an aligned table.
 *
 * @module
 */
import { oneLine } from "../engine/text/visible.ts";
import { cell } from "../view/cell.ts";
import { widthOf } from "../view/width.ts";

/**
 * A table with a line of headings. No line is longer than necessary.
 *
 * @param columns The fields, in order. Default: those of the first record that are not objects.
 */
export function table(records: readonly Record<string, unknown>[], columns?: readonly string[]): string {
  const first = records[0] ?? {};
  const chosen = columns ?? Object.keys(first).filter((key) => typeof first[key] !== "object").slice(0, 8);
  const rows = [
    chosen.map((key) => oneLine(key).toUpperCase()),
    ...records.map((record) => chosen.map((key) => cell(record[key]))),
  ];
  const widths = chosen.map((_, at) => rows.reduce((most, row) => Math.max(most, widthOf(row[at]!)), 0));
  return rows.map((row) =>
    `${row.map((text, at) => text + " ".repeat(widths[at]! - widthOf(text))).join("  ").trimEnd()}\n`
  ).join("");
}
