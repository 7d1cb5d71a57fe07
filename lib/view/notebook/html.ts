/**
 * Shows plans, reports and records as small, self-contained pieces of HTML, for notebooks and mails.
 *
 * @module
 */
import { columnsOf } from "../../engine/resource/columns.ts";
import { type AnyResource, counted } from "../../engine/resource/describe.ts";
import { isDestructive } from "../../engine/plan/consent/destructive.ts";
import { showDuration } from "../../engine/time/duration.ts";
import { destruction, VERDICTS } from "../../engine/plan/text.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import type { Fate, MemberReport } from "../../engine/run/report/report_facts.ts";
import type { Report } from "../../engine/run/report/report.ts";
import { labelOf, limitOf } from "../../engine/resource/steps.ts";
import { causesOf } from "../lines/causes.ts";
import { cell } from "../cell.ts";
import { many, number } from "../../engine/text/palette.ts";
import { oneLine } from "../width.ts";

/** How many members are listed; the others are counted. */
const ROWS = 50;

const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: unknown): string => oneLine(String(text)).replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);

/** HTML that is not escaped again. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
/** HTML in which all values are escaped. Not called html, because formatters break the lines of such templates. */
function markup(parts: TemplateStringsArray, ...values: (string | number | Html | readonly Html[])[]): Html {
  const shown = values.map((value) =>
    value instanceof Html
      ? value.text
      : Array.isArray(value)
      ? value.map((one: Html) => one.text).join("")
      : escape(value)
  );
  return new Html(parts.map((part, index) => part + (shown[index] ?? "")).join(""));
}

const CELL = "text-align:left;padding:2px 12px 2px 0;vertical-align:top";
const COLOURS: Record<Fate, string> = {
  succeeded: "#1a7f37",
  skipped: "#6e7781",
  failed: "#cf222e",
  interrupted: "#9a6700",
};

function table(heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  const cells = (row: readonly (string | Html)[]) =>
    row.map((cell) => markup`<td style="${CELL}">${cell}</td>`);
  return markup`<table style="border-collapse:collapse"><thead><tr>${
    heads.map((head) => markup`<th style="${CELL}">${head}</th>`)
  }</tr></thead><tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}
const more = (all: number): Html =>
  all > ROWS ? markup`<div>… and ${number(all - ROWS)} more</div>` : markup``;
const frame = (chain: string, ...inside: Html[]): string =>
  markup`<div style="font-family:system-ui,sans-serif;font-size:13px"><code style="font-weight:600">${chain}</code>${inside}</div>`
    .text;
/** The states it was seen in, and its last state. */
const wayOf = ({ path, state }: MemberReport) =>
  [...path.map((seen) => seen.state), ...path.at(-1)?.state === state ? [] : [state]].join(" → ");
const fateOf = (fate: Fate, text: string = fate): Html =>
  markup`<span style="color:${COLOURS[fate]}">${text}</span>`;

/** A report as HTML: the counts, the causes of failures, and up to 50 members, those that failed first. */
export function reportHtml(report: Report): string {
  const { total, writes, polls, retried, refused } = report.requests;
  const fates = (["succeeded", "skipped", "failed", "interrupted"] as const)
    .filter((fate) => report[fate].length > 0)
    .map((fate, index) =>
      markup`${index > 0 ? ", " : ""}${fateOf(fate, `${number(report[fate].length)} ${fate}`)}`
    );
  const causes = causesOf(report.failed).slice(0, 10).map((cause) =>
    markup`<li>${cause.text}${cause.members.length > 1 ? ` (${many(cause.members.length, "member")})` : ""}${
      cause.advice ? ` → ${cause.advice}` : ""
    }</li>`
  );
  const members = [...report.failed, ...report.interrupted, ...report.succeeded, ...report.skipped];
  return frame(
    report.chain,
    markup`<div>${fates} in ${showDuration(report.duration)}, ${many(total, "request")} (${
      many(writes, "write")
    }, ${many(polls, "look")}${retried ? `, ${number(retried)} retried` : ""}${
      refused ? `, ${number(refused)} refused` : ""
    })</div>`,
    ...(report.cancelled === undefined ? [] : [markup`<div>stopped: ${report.cancelled}</div>`]),
    ...(causes.length > 0 ? [markup`<ul>${causes}</ul>`] : []),
    table(
      ["member", "id", "fate", "path", "took"],
      members.slice(0, ROWS).map((member) => [
        member.name,
        member.id.slice(0, 8),
        fateOf(member.fate),
        wayOf(member),
        showDuration(Math.max(0, member.endedAt - member.startedAt)),
      ]),
    ),
    more(members.length),
  );
}

/** A plan as HTML: the steps with their verdicts, and up to 50 members. */
export function planHtml(plan: Plan): string {
  const steps = plan.steps.map((step, index) => {
    const tally = [...plan.tally(index)].filter(([verdict]) => verdict !== "unreached");
    const destroys = isDestructive(plan.resource, step);
    return [
      labelOf(step),
      tally.map(([verdict, count]) => `${number(count)} ${VERDICTS[verdict]}`).join(", "),
      [limitOf(step), destroys ? "cannot be undone" : ""].filter(Boolean).join(", "),
    ];
  });
  const whys = (member: Plan["members"][number]) =>
    member.predictions.flatMap((one, index) => one.why ? [`${labelOf(plan.steps[index]!)}: ${one.why}`] : [])
      .join("; ");
  const remarked = plan.members.some((member) => whys(member) !== "");
  return frame(
    plan.chain,
    markup`<div>${counted(plan.resource, plan.members.length)} in ${plan.endpoint.name}${
      plan.protected.length ? `, ${number(plan.protected.length)} protected and left out` : ""
    }; nothing has been changed; ${many(plan.estimate.writes, "write")}</div>`,
    plan.destroyed > 0 ? markup`<div>${destruction(plan)}</div>` : markup``,
    table(["step", "members", "limits"], steps),
    ...plan.protections.length > 0
      ? [table(["protection", "keeps"], plan.protections.map(({ text, keeps }) => [text, number(keeps)]))]
      : [],
    table(
      ["member", "id", "state", ...remarked ? ["remarks"] : []],
      plan.members.slice(0, ROWS).map((member) => [
        member.name,
        member.id.slice(0, 8),
        member.state,
        ...remarked ? [whys(member)] : [],
      ]),
    ),
    more(plan.members.length),
  );
}

/** Records as HTML: up to 50 of them, with the columns of their description. */
export function recordsHtml(resource: AnyResource, records: readonly object[]): string {
  const columns = columnsOf(resource, records);
  const rows = records.slice(0, ROWS).map((record) => {
    const id = resource.id(record);
    return columns.map((key) => {
      const value = (record as Record<string, unknown>)[key];
      return value === id ? id.slice(0, 8) : cell(value);
    });
  });
  return frame(
    counted(resource, records.length),
    ...(rows.length > 0 ? [table(columns, rows)] : []),
    more(records.length),
  );
}
