/**
 * A run in one line, and in a few. All views use these words.
 *
 * @module
 */
import { counted } from "../../engine/resource/describe.ts";
import { showDuration } from "../../engine/time/duration.ts";
import { many, number, perSecond } from "../../engine/text/palette.ts";
import type { Speed } from "./rate.ts";
import type { RunCounts } from "./run_counts.ts";
import { oneLine } from "../width.ts";

/** `12 machines`, or `12 members` of several kinds. */
export function memberCount(tally: RunCounts): string {
  const kinds = new Set(tally.plans.map((plan) => plan.resource.kind));
  const one = tally.plans[0];
  if (!one || kinds.size > 1) return many(tally.total, "member");
  return `${number(tally.total)}${counted(one.resource, tally.total).replace(/^\d+/, "")}`;
}

/** The chain, or how many there are. */
export function chainOf(tally: RunCounts): string {
  const [first, ...others] = tally.plans;
  if (!first) return "";
  return oneLine(first.chain) + (others.length > 0 ? ` and ${many(others.length, "other chain")}` : "");
}

/** Time, requests, rate and remaining time, as pieces. */
export function speedOf(tally: RunCounts, speed: Speed): string[] {
  const now = tally.now();
  const { requests, left } = speed.read(tally, now);
  const limit = Math.min(...tally.rates.values());
  return [
    showDuration(Math.max(0, now - (tally.startedAt ?? now))),
    many(tally.requests, "request"),
    ...(requests ? [`${perSecond(requests)}/s`] : []),
    ...(Number.isFinite(limit) ? [`limited to ${perSecond(limit)}/s`] : []),
    ...(tally.cancelled !== undefined ? [`stopping: ${oneLine(tally.cancelled)}`] : []),
    ...(left === undefined ? [] : [`about ${wholeSeconds(left.ms)} left${left.forMost ? " for most" : ""}`]),
  ];
}

/** An estimate is not shown to the tenth of a second. */
const wholeSeconds = (ms: number) =>
  ms < 10_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : showDuration(ms);

/** Everything in one line, for logs. */
export function progressLine(tally: RunCounts, speed: Speed): string {
  const { failed, skipped } = tally.fates;
  const states = [...tally.states].sort(([, a], [, b]) => b - a).slice(0, 4)
    .map(([state, count]) => `${number(count)} ${oneLine(state)}`);
  return [
    `${number(tally.done)} of ${memberCount(tally)} done`,
    ...(failed ? [`${number(failed)} failed`] : []),
    ...(skipped ? [`${number(skipped)} skipped`] : []),
    ...states,
    ...speedOf(tally, speed),
  ].join(", ");
}
