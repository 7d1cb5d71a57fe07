/**
 * Reports as text.
 *
 * @module
 */
import { alignedRows, NAMES_LISTED } from "../../plan/text.ts";
import { inkOf } from "../../text/palette.ts";
import { oneLine } from "../../text/visible.ts";
import { showDuration } from "../../time/duration.ts";
import type { ReportFacts } from "./report_facts.ts";

/** A report as text that fits on a screen. */
export function showReport(report: ReportFacts, colors: boolean): string {
  const { bold, dim, red, green, yellow } = inkOf(colors);
  const counts = [
    [report.succeeded.length, "succeeded", green],
    [report.skipped.length, "skipped", dim],
    [report.failed.length, "failed", red],
    [report.interrupted.length, "interrupted", yellow],
  ] as const;
  const lines = [
    bold(`${oneLine(report.chain)}`),
    `  ${
      counts.filter(([count]) => count > 0).map(([count, word, ink]) => ink(`${count} ${word}`)).join(", ") ||
      "no members"
    }` +
    ` in ${showDuration(report.duration)}, ${report.requests.total} requests` +
    dim(
      ` (${report.requests.writes} writes, ${report.requests.polls} looks` +
        (report.requests.retried ? `, ${report.requests.retried} retried` : "") +
        (report.requests.refused ? `, ${report.requests.refused} refused` : "") + ")",
    ),
  ];
  if (report.cancelled !== undefined) lines.push(yellow(`  stopped: ${oneLine(report.cancelled)}`));
  const { doubtful } = report;
  if (doubtful.length > 0) {
    const named = doubtful.slice(0, NAMES_LISTED).map(({ name, doubtful }) =>
      `${oneLine(name)} (${doubtful})`
    )
      .join(", ");
    const more = doubtful.length > NAMES_LISTED ? ", …" : "";
    lines.push(
      yellow(`  it is not known whether this was done: ${named}${more}. Check before you repeat it.`),
    );
  }
  const bad = [...report.failed, ...report.interrupted];
  const shown = (bad.length > 0 ? bad : report.members).slice(0, NAMES_LISTED);
  lines.push(
    ...alignedRows(
      shown.map((member) => [
        oneLine(member.name),
        member.id.slice(0, 8),
        member.fate,
        member.path.map((seen) => oneLine(seen.state)).join(" → ") +
        (member.path.at(-1)?.state === member.state ? "" : ` → ${oneLine(member.state)}`),
        member.fate === "succeeded" ? "" : oneLine(member.why),
      ]),
    ),
  );
  const left = (bad.length > 0 ? bad : report.members).length - shown.length;
  if (left > 0) lines.push(dim(`  … and ${left} more`));
  return lines.join("\n");
}
