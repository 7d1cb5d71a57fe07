/**
 * What happens during a run, as it happens. Views, the journal and tests consume this stream; nothing else tells
 * them anything.
 *
 * @module
 */
import type { Plan } from "../plan/plan.ts";
import type { Report } from "./report/report.ts";

/**
 * Which member an event is about.
 *
 * @example
 * ```ts
 * import { dc, type MemberRef } from "@muster/muster";
 *
 * const nameOf = (member: MemberRef) => `${member.index + 1}. ${member.name} (${member.id})`;
 * await dc("sim").machines({ type: "jump" }).reboot().run({
 *   on: (event) => event.type === "accepted" && console.log(nameOf(event.member)),
 * });
 * ```
 */
export interface MemberRef {
  /** Its id; empty while it is yet to be made. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Position in the plan, from 0. Different chains of one `all()` have different plans. */
  readonly index: number;
  /** Which of the run's plans, in the order of their `planned` events, from 0. */
  readonly plan: number;
}

/** At which step of which member. */
export interface StepEvent {
  /** The member. */
  readonly member: MemberRef;
  /** Index of the step in the plan. */
  readonly step: number;
}

/** Everything that can happen, without its time. */
export type Happening =
  /** The plan is made; nothing has been changed yet. */
  | { readonly type: "planned"; readonly plan: Plan }
  /** An action's request is about to be sent. */
  | ({ readonly type: "sent"; readonly action: string; readonly attempt: number } & StepEvent)
  /** The API accepted an action. `checked` when its answer was lost and the member showed that it took. */
  | ({ readonly type: "accepted"; readonly action: string; readonly checked: boolean } & StepEvent)
  /** An action is sent again, or a read repeated. */
  | (
    & { readonly type: "retried"; readonly action: string; readonly reason: string; readonly delay: number }
    & StepEvent
  )
  /** An answer was lost; the member is being read to see whether the action took. */
  | ({ readonly type: "doubted"; readonly action: string; readonly reason: string } & StepEvent)
  /** The member was already where the action leads; nothing was sent. */
  | ({ readonly type: "skipped"; readonly action: string; readonly why: string } & StepEvent)
  /** A member was seen in another state than before. */
  | {
    readonly type: "state";
    readonly member: MemberRef;
    readonly from: string | undefined;
    readonly to: string;
  }
  /** A state that the resource's description does not know. */
  | { readonly type: "unknownState"; readonly member: MemberRef; readonly state: string }
  /** A wait has begun. */
  | ({ readonly type: "waiting"; readonly targets: readonly string[]; readonly timeout: number } & StepEvent)
  /** A wait's condition holds. */
  | ({ readonly type: "waited"; readonly state: string; readonly ms: number } & StepEvent)
  /** A member reached a barrier; `open` when it was the last. */
  | ({ readonly type: "barrier"; readonly open: boolean } & StepEvent)
  /** A line of output of a step. */
  | ({ readonly type: "line"; readonly stream: "stdout" | "stderr"; readonly text: string } & StepEvent)
  /** A member's chain ended well. */
  | { readonly type: "done"; readonly member: MemberRef; readonly fate: "succeeded" | "skipped" }
  /** A member's chain failed. */
  | ({ readonly type: "failed"; readonly error: Error } & StepEvent)
  /** A member was not finished as the run was cancelled. */
  | ({ readonly type: "interrupted" } & StepEvent)
  /** The server limits the rate; `rate` is the requests per second now kept to. */
  | { readonly type: "throttled"; readonly endpoint: string; readonly rate: number | undefined }
  /** Members were looked at, by `requests` requests. */
  | { readonly type: "polled"; readonly endpoint: string; readonly requests: number }
  /** A look at the members failed and is tried again in `delay` ms. */
  | { readonly type: "pollFailed"; readonly endpoint: string; readonly error: Error; readonly delay: number }
  /** The run was told to stop: no new requests, those in flight are let end. */
  | { readonly type: "cancelled"; readonly reason: string }
  /** The run has ended. The last event of a run is this one or `abandoned`. */
  | { readonly type: "finished"; readonly report: Report }
  /** The run ended without a report: its selection failed, or a rail refused it. */
  | { readonly type: "abandoned"; readonly error: Error };

/**
 * One event: what happened, when (ms, the run's clock; 0 before there is a plan), and how many requests the run had
 * sent by then.
 *
 * @example
 * ```ts
 * import { dc, type RunEvent } from "@muster/muster";
 *
 * const line = (event: RunEvent) => `${event.at} ${event.type}, ${event.sent} requests so far`;
 * await dc("sim").machines({ type: "jump" }).reboot().run({ on: (event) => console.log(line(event)) });
 * ```
 */
export type RunEvent = Happening & { readonly at: number; readonly sent: number };

/**
 * Consumes a run's events. It must not throw; if it does, the run goes on and the first error is reported at its end.
 *
 * @example
 * ```ts
 * import { dc, type Listener } from "@muster/muster";
 *
 * const seen: string[] = [];
 * const listen: Listener = (event) => event.type === "state" && seen.push(`${event.member.name} ${event.to}`);
 * await dc("sim").machines({ type: "jump" }).reboot().waitUntil("running").run({ on: listen });
 * console.log(seen);
 * ```
 */
export type Listener = (event: RunEvent) => void;
