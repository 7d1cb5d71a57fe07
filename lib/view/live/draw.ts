/**
 * Draws a run for a terminal: a line for each member if there are few, counts if there are many.
 *
 * @module
 */
import { showDuration } from "../../engine/time/duration.ts";
import { type Ink, inkOf, number } from "../../engine/text/palette.ts";
import type { Line } from "./live_area.ts";
import { chainOf, memberCount, speedOf } from "../lines/progress.ts";
import type { Speed } from "../lines/rate.ts";
import type { Entry, RunCounts } from "../lines/run_counts.ts";
import { fit, flow, oneLine, pad, widthOf } from "../width.ts";

/** Up to this many members have a line each. */
export const FEW = 12;
/** If there are many members, how many are named: those with the longest waits. */
const LONGEST = 3;
const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const BAR = 60;

/** Options of a drawing. */
export interface Drawing {
  readonly columns: number;
  readonly rows: number;
  readonly colors: boolean;
  /** The frame's number, for the spinner. */
  readonly frame: number;
  readonly speed: Speed;
}

/** Whether each member has a line. */
export const isFew = (tally: RunCounts, rows: number): boolean => tally.total <= Math.min(FEW, rows - 3);

/** The lines of a run. */
export function drawRun(tally: RunCounts, drawing: Drawing): Line[] {
  const { columns, rows } = drawing;
  const ink = inkOf(drawing.colors);
  const head = line(fit(chainOf(tally), columns), ink.bold);
  const speed = flow(speedOf(tally, drawing.speed), " · ", columns)
    .map((pieces) => line(fit(pieces.join(" · "), columns), ink.dim));
  if (isFew(tally, rows)) return [head, ...memberLines(tally, drawing, ink), ...speed];
  const counts = [bar(tally, columns, ink), ...countLines(tally, columns, ink), ...speed];
  // A small window leaves out the longest waits and the last failure.
  return [head, ...counts, ...longest(tally, columns, ink)].slice(0, Math.max(2, rows));
}

const line = (text: string, paint: (text: string) => string = (plain) => plain): Line => ({
  text,
  ink: paint(text),
});

/** Pieces side by side, each with its own colour. */
function row(...pieces: readonly (readonly [text: string, paint?: (text: string) => string])[]): Line {
  return {
    text: pieces.map(([text]) => text).join(""),
    ink: pieces.map(([text, paint]) => paint ? paint(text) : text).join(""),
  };
}

const MARKS = { succeeded: "✓", skipped: "-", failed: "✗", interrupted: "!" } as const;

function memberLines(tally: RunCounts, { columns, frame }: Drawing, ink: Ink): Line[] {
  const entries = tally.entries.flat();
  const names = Math.min(
    Math.max(8, Math.floor(columns / 3)),
    Math.max(0, ...entries.map((e) => widthOf(e.name))),
  );
  const now = tally.now();
  return entries.map((entry) => {
    const [mark, paint] = markOf(entry, frame, ink);
    const name = pad(fit(oneLine(entry.name), names), names);
    const room = columns - names - 3;
    if (entry.fate === "failed") {
      return row([mark, paint], [` ${name} `], [fit(oneLine(entry.why), room), ink.red]);
    }
    const long = entry.fate || !entry.doing ? "" : showDuration(Math.max(0, now - entry.since));
    const doing = entry.doing ? ` (${long ? `${long}, ` : ""}${oneLine(entry.doing)})` : "";
    const path = way(entry.path.map(oneLine), Math.max(8, room - widthOf(doing)));
    return row([mark, paint], [` ${name} `], [fit(path, room)], [fit(doing, room - widthOf(path)), ink.dim]);
  });
}

function markOf(entry: Entry, frame: number, ink: Ink): [string, (text: string) => string] {
  if (!entry.fate) {
    return entry.begun ? [SPINNER[frame % SPINNER.length]!, ink.cyan] : ["·", ink.dim];
  }
  const paint = { succeeded: ink.green, skipped: ink.dim, failed: ink.red, interrupted: ink.yellow };
  return [MARKS[entry.fate], paint[entry.fate]];
}

/** `running → stopping → stopped`, with its beginning left out if it does not fit. */
function way(states: readonly string[], columns: number): string {
  for (let from = 0; from < states.length - 1; from++) {
    const text = (from > 0 ? "… → " : "") + states.slice(from).join(" → ");
    if (widthOf(text) <= columns) return text;
  }
  return fit(states.at(-1) ?? "", columns);
}

const doneOf = (tally: RunCounts) => `${number(tally.done)} of ${memberCount(tally)} done`;
/** Whether there is room for the count beside the bar; otherwise it has its own line. */
const isBeside = (label: string, columns: number) => columns - widthOf(label) >= 20;

function bar(tally: RunCounts, columns: number, ink: Ink): Line {
  const { fates, total, done, begun } = tally;
  const label = ` ${doneOf(tally)}`;
  const beside = isBeside(label, columns);
  const width = Math.min(BAR, beside ? columns - widthOf(label) : columns);
  const parts: [number, string, (text: string) => string][] = [
    [fates.succeeded + fates.skipped, "█", ink.green],
    [fates.failed, "✗", ink.red],
    [fates.interrupted, "!", ink.yellow],
    [begun - done, "▒", ink.cyan],
    [total - begun, "░", ink.dim],
  ];
  const pieces: [string, (text: string) => string][] = [];
  let before = 0, drawn = 0;
  for (const [count, sign, paint] of parts) {
    before += count;
    // Every part that is not empty gets at least one sign, and an incomplete run is not rounded up to complete.
    const end = Math.min(width, Math.max(drawn + (count > 0 ? 1 : 0), Math.floor(before / total * width)));
    pieces.push([sign.repeat(end - drawn), paint]);
    drawn = end;
  }
  return row(...pieces, ...(beside ? [[label] as const] : []));
}

function countLines(tally: RunCounts, columns: number, ink: Ink): Line[] {
  const { fates } = tally;
  const pieces: [string, (text: string) => string][] = [
    ...(isBeside(` ${doneOf(tally)}`, columns)
      ? []
      : [[doneOf(tally), ink.bold] as [string, typeof ink.bold]]),
    ...[...tally.states].sort(([, a], [, b]) => b - a).map(([state, count]) =>
      [`${oneLine(state)} ${number(count)}`, (text: string) => text] as [string, (text: string) => string]
    ),
  ];
  const add = (count: number, word: string, paint: (text: string) => string) => {
    if (count > 0) pieces.push([`${word} ${number(count)}`, paint]);
  };
  add(fates.succeeded, "succeeded", ink.green);
  add(fates.skipped, "skipped", ink.dim);
  add(fates.failed, "failed", ink.red);
  add(fates.interrupted, "interrupted", ink.yellow);
  const paints = new Map(pieces);
  // At most three lines of counts, because a server with dozens of states must not push the rest out.
  return flow(pieces.map(([text]) => fit(text, columns)), " · ", columns).slice(0, 3).map((texts) =>
    row(...texts.flatMap((text, index) => {
      const piece = [text, paints.get(text) ?? ((plain: string) => plain)] as const;
      return index === 0 ? [piece] : [[" · ", ink.dim] as const, piece];
    }))
  );
}

/** The members with the longest waits, and the last failure. */
function longest(tally: RunCounts, columns: number, ink: Ink): Line[] {
  const lines: Line[] = [];
  const now = tally.now();
  const some: Entry[] = [];
  for (const entry of tally.busy) {
    some.push(entry);
    if (some.length === LONGEST) break;
  }
  const names = Math.min(
    Math.floor(columns / 3),
    Math.max(0, ...some.map((entry) => widthOf(oneLine(entry.name)))),
  );
  for (const [index, entry] of some.entries()) {
    const label = index === 0 ? "longest " : "        ";
    const text = `${oneLine(entry.state)} ${showDuration(Math.max(0, now - entry.since))}`;
    lines.push(row([label, ink.dim], [
      `${pad(fit(oneLine(entry.name), names), names)} ${fit(text, columns - names - 9)}`,
    ]));
  }
  const { failure } = tally;
  if (failure) {
    const text = `${oneLine(failure.name)}: ${oneLine(failure.why)}`;
    lines.push(row(["failed  ", ink.dim], [fit(text, columns - 8), ink.red]));
  }
  return lines;
}
