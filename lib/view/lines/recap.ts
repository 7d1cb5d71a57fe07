/**
 * The end of a run on one screen: how many members, how long, how many requests, and what failed.
 *
 * @module
 */
import { showDuration } from "../../engine/time/duration.ts";
import type { MemberReport } from "../../engine/run/report/report_facts.ts";
import type { Report } from "../../engine/run/report/report.ts";
import { causesOf } from "./causes.ts";
import type { Device } from "../output_device.ts";
import { type Ink, inkOf, many, number, perSecond } from "../../engine/text/palette.ts";
import type { RunFacts } from "./run_counts.ts";
import { fit, flow, oneLine, widthOf, wrap } from "../width.ts";

/** How many causes are shown; the others are counted. */
const CAUSES = 10;

/** Options of a recap. */
export interface RecapOptions {
  /** Facts from the run's events that are not in the report: a {@linkcode RunCounts}. */
  facts?: RunFacts | undefined;
  /** Columns, rows and colours. Default: 80 columns, 24 rows, no colours. */
  device?: Pick<Device, "size" | "colors"> | undefined;
}

/** The recap, without a line end. */
export function recap(report: Report, options: RecapOptions = {}): string {
  const { columns, rows } = options.device?.size() ?? { columns: 80, rows: 24 };
  const ink = inkOf(options.device?.colors ?? false);
  const chains = report.chain.split("\n");
  const lines = [
    ink.bold(fit(oneLine(chains[0]!), columns)),
    ...chains.slice(1, 4).map((chain) => ink.bold(fit(oneLine(chain), columns))),
    ...flow(counts(report), ", ", columns - 2).map((pieces) =>
      `  ${pieces.map((one) => tint(one, ink)).join(", ")}`
    ),
    ...wrap(requests(report, options.facts, false), "  ", columns),
  ];
  const rates = [...options.facts?.rates ?? []];
  const known = rates.filter(([endpoint]) => report.endpoints.includes(endpoint));
  for (const [endpoint, rate] of known.length > 0 ? known : rates) {
    lines.push(
      ...wrap(`${oneLine(endpoint)} was found to allow ${perSecond(rate)} requests a second`, "  ", columns),
    );
  }
  if (report.cancelled !== undefined) {
    lines.push(...wrap(`stopped: ${oneLine(report.cancelled)}`, "  ", columns).map(ink.yellow));
    // After Ctrl-C, the code that handles it has already said where everything is.
    if (report.cancelled !== "Ctrl-C") lines.push(...left(report.interrupted, columns));
  }
  const { doubtful } = report;
  if (doubtful.length > 0) {
    lines.push(
      ink.yellow(fit(namesLine("  it is not known whether this was done: ", doubtful, columns), columns)),
    );
  }
  return [...lines, ...failures(report, ink, columns, Math.max(6, rows - lines.length - 2))].join("\n");
}

/** The recap of a run in one line. */
export function recapLine(report: Report, options: RecapOptions = {}): string {
  const { columns } = options.device?.size() ?? { columns: 80 };
  const ink = inkOf(options.device?.colors ?? false);
  const text = `muster: ${counts(report).join(", ")}, ${requests(report, options.facts, true)}`;
  const paint = report.failed.length > 0 ? ink.red : report.interrupted.length > 0 ? ink.yellow : ink.green;
  return flow(text.split(" "), " ", columns).map((words) => words.join(" ")).join("\n").replace(
    "muster:",
    paint("muster:"),
  );
}

function counts(report: Report): string[] {
  const some = (["succeeded", "skipped", "failed", "interrupted"] as const)
    .map((fate) => [report[fate].length, fate] as const)
    .filter(([count]) => count > 0)
    .map(([count, fate]) => `${number(count)} ${fate}`);
  if (some.length === 0) some.push("no members");
  some.push(some.pop()! + ` in ${showDuration(report.duration)}`);
  return some;
}

function tint(piece: string, ink: Ink): string {
  if (piece.includes("succeeded")) return ink.green(piece);
  if (piece.includes("failed")) return ink.red(piece);
  return piece.includes("interrupted") ? ink.yellow(piece) : piece;
}

/** The requests, compared with polling each member once a second. */
function requests(report: Report, facts: RunFacts | undefined, brief: boolean): string {
  const { total, polls, retried, refused } = report.requests;
  let text = many(total, "request");
  if (retried && !brief) text += `, ${number(retried)} repeated`;
  if (refused && !brief) text += `, ${number(refused)} refused because of their rate`;
  if (!facts || facts.lonePolls === 0) return text;
  const lone = number(facts.lonePolls + total - polls);
  return brief
    ? `${text} (polling each member: ${lone}, computed)`
    : `${text}; polling each member once a second would have taken ${lone} (computed)`;
}

/** Unfinished members, by their last state. */
function left(members: readonly MemberReport[], columns: number): string[] {
  const groups = Map.groupBy(members, (member) => member.state);
  return [...groups].sort(([, a], [, b]) => b.length - a.length).slice(0, 6).map(([state, some]) =>
    namesLine(`    ${number(some.length)} left ${oneLine(state)}: `, some, columns)
  );
}

function namesLine(head: string, members: readonly MemberReport[], columns: number): string {
  const names = members.slice(0, 20).map((member) => oneLine(member.name)).join(", ");
  return head + fit(names + (members.length > 20 ? ", …" : ""), Math.max(10, columns - widthOf(head)));
}

/** Each cause, with the members and advice, in at most this many rows. */
function failures(report: Report, ink: Ink, columns: number, rows: number): string[] {
  const causes = causesOf(report.failed);
  const lines: string[] = [];
  for (const [index, cause] of causes.entries()) {
    const [first, ...others] = flow(oneLine(cause.text).split(" "), " ", Math.max(20, columns - 4))
      .map((words) => fit(words.join(" "), columns - 4));
    const text = [ink.red(`  ✗ ${first}`), ...others.slice(0, 3).map((more) => `    ${more}`)];
    if (cause.members.length > 1) {
      text.push(namesLine(`    ${number(cause.members.length)} members: `, cause.members, columns));
    }
    if (cause.advice) text.push(`    ${fit(`→ ${oneLine(cause.advice)}`, columns - 4)}`);
    if (index === CAUSES || (index > 0 && lines.length + text.length > rows)) {
      const rest = causes.slice(index).reduce((sum, one) => sum + one.members.length, 0);
      const text = `  … and ${many(causes.length - index, "other cause")} at ${many(rest, "member")}`;
      lines.push(fit(`${text} (see the report)`, columns));
      break;
    }
    lines.push(...text);
  }
  return lines;
}
