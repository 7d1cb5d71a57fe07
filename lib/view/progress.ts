/**
 * A run in one line, and in a few: what all views say in the same words.
 *
 * @module
 */
import { counted } from "../chain/describe.ts";
import { showDuration } from "../chain/duration.ts";
import { many, number, perSecond } from "./ink.ts";
import { type RateMeter, timeLeft } from "./rate.ts";
import type { Tally } from "./tally.ts";
import { oneLine } from "./width.ts";

/** `12 machines`, or `12 members` of several kinds. */
export function membersOf(tally: Tally): string {
  const kinds = new Set(tally.plans.map((plan) => plan.resource.kind));
  const one = tally.plans[0];
  return one && kinds.size === 1 ? counted(one.resource, tally.total) : many(tally.total, "member");
}

/** The chain, or how many there are. */
export function chainOf(tally: Tally): string {
  const [first, ...others] = tally.plans;
  if (!first) return "";
  return oneLine(first.chain) + (others.length > 0 ? ` and ${many(others.length, "other chain")}` : "");
}

/** Time, requests, rate and what is left, as pieces. */
export function speedOf(tally: Tally, meter: RateMeter): string[] {
  const now = tally.now();
  const rate = meter.read(now, tally.requests);
  const limit = Math.min(...tally.rates.values());
  const left = timeLeft(tally, now);
  return [
    showDuration(Math.max(0, now - tally.startedAt)),
    many(tally.requests, "request"),
    ...(rate === undefined ? [] : [`${perSecond(rate)}/s`]),
    ...(Number.isFinite(limit) ? [`limited to ${perSecond(limit)}/s`] : []),
    ...(tally.cancelled !== undefined ? [`stopping: ${oneLine(tally.cancelled)}`] : []),
    ...(left === undefined ? [] : [`about ${showDuration(left)} left`]),
  ];
}

/** Everything in one line, for logs. */
export function progressLine(tally: Tally, meter: RateMeter): string {
  const { failed, skipped } = tally.fates;
  const states = [...tally.states].sort(([, a], [, b]) => b - a).slice(0, 4)
    .map(([state, count]) => `${number(count)} ${oneLine(state)}`);
  return [
    `${number(tally.done)} of ${membersOf(tally)} done`,
    ...(failed ? [`${number(failed)} failed`] : []),
    ...(skipped ? [`${number(skipped)} skipped`] : []),
    ...states,
    ...speedOf(tally, meter),
  ].join(", ");
}
