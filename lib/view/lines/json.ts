/**
 * Shows a run as newline-delimited JSON for other programs: one object for each event, in a stable format.
 *
 * @module
 */
import type { Listener, MemberRef, RunEvent } from "../../engine/run/events.ts";
import type { Plan } from "../../engine/plan/plan.ts";
import { errorFacts } from "../../engine/run/report/report.ts";
import { labelOf } from "../../engine/resource/steps.ts";
import { visibleJson } from "../../engine/text/visible.ts";
import { type Device, stdoutDevice } from "../output_device.ts";

/** One line: the event's `type`, its time (`at`, ISO; null before there is a plan), and its own fields. */
export interface JsonEvent {
  readonly type: RunEvent["type"];
  readonly at: string | null;
  /** Requests sent by the run so far. */
  readonly requests: number;
  readonly [field: string]: unknown;
}

/**
 * A listener that writes one run as newline-delimited JSON. Records are never written, because of what they may
 * contain.
 */
export function jsonView(device: Device = stdoutDevice): Listener {
  const plans: Plan[] = [];
  return (event) => {
    if (event.type === "planned") plans.push(event.plan);
    device.write(`${visibleJson(jsonEvent(event, plans))}\n`);
  };
}

/** An event as plain data. `plans` are the run's plans so far, which have the names of the steps. */
export function jsonEvent(event: RunEvent, plans: readonly Plan[]): JsonEvent {
  const base = {
    type: event.type,
    at: event.at === 0 ? null : new Date(event.at).toISOString(),
    requests: event.sent,
  };
  const about = ({ member, step }: { member: MemberRef; step: number }) => {
    const link = plans[member.plan]?.steps[step];
    return { member: memberOf(member), step: link ? labelOf(link) : String(step) };
  };
  switch (event.type) {
    case "planned":
      return { ...base, plan: planSummary(event.plan) };
    case "sent":
      return { ...base, ...about(event), action: event.action, attempt: event.attempt };
    case "accepted":
      return { ...base, ...about(event), action: event.action, checked: event.checked };
    case "retried":
      return {
        ...base,
        ...about(event),
        action: event.action,
        reason: event.reason,
        delayMs: Math.round(event.delay),
      };
    case "doubted":
      return { ...base, ...about(event), action: event.action, reason: event.reason };
    case "skipped":
      return { ...base, ...about(event), action: event.action, why: event.why };
    case "state":
      return { ...base, member: memberOf(event.member), from: event.from ?? null, to: event.to };
    case "unknownState":
      return { ...base, member: memberOf(event.member), state: event.state };
    case "waiting":
      return { ...base, ...about(event), targets: event.targets, timeoutMs: event.timeout };
    case "waited":
      return { ...base, ...about(event), state: event.state, ms: Math.round(event.ms) };
    case "barrier":
      return { ...base, ...about(event), open: event.open };
    case "line":
      return { ...base, ...about(event), stream: event.stream, text: event.text };
    case "done":
      return { ...base, member: memberOf(event.member), fate: event.fate };
    case "failed":
      return { ...base, ...about(event), error: errorFacts(event.error) };
    case "interrupted":
      return { ...base, ...about(event) };
    case "throttled":
      return { ...base, endpoint: event.endpoint, rate: event.rate ?? null };
    case "polled":
      return { ...base, endpoint: event.endpoint, polls: event.requests };
    case "pollFailed":
      return {
        ...base,
        endpoint: event.endpoint,
        error: errorFacts(event.error),
        delayMs: Math.round(event.delay),
      };
    case "cancelled":
      return { ...base, reason: event.reason };
    case "finished":
      return { ...base, report: event.report.toJSON() };
    case "abandoned":
      return { ...base, error: errorFacts(event.error) };
  }
}

const memberOf = ({ id, name, index, plan }: MemberRef) => ({ id, name, index, plan });

/** A plan without its predictions: its members by id, name and state, and its counts. */
function planSummary(plan: Plan): Record<string, unknown> {
  const { members: _members, ...facts } = plan.toJSON();
  return { ...facts, members: plan.members.map(({ id, name, state }) => ({ id, name, state })) };
}
