/**
 * The events of a run, as they happen. Views, the journal and tests get all they know from this stream.
 *
 * @module
 */
import type { Plan } from "../plan/plan.ts";
import type { Report } from "./report/report.ts";

/**
 * The member that an event is about.
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
  /** Its id; empty if it does not exist yet. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Its index in the plan, from 0. Different chains of one `all()` have different plans. */
  readonly index: number;
  /** The index of the plan in the run, in the order of the `planned` events, from 0. */
  readonly plan: number;
}

/** A step of a member. */
export interface StepEvent {
  /** The member. */
  readonly member: MemberRef;
  /** The index of the step in the plan. */
  readonly step: number;
}

/** Every event, without its time. */
export type Happening =
  /** The plan is ready; nothing has been changed yet. */
  | { readonly type: "planned"; readonly plan: Plan }
  /** An action's request is about to be sent. */
  | ({ readonly type: "sent"; readonly action: string; readonly attempt: number } & StepEvent)
  /** The API accepted an action. `checked`: its answer was lost, and the member showed that it was done. */
  | ({ readonly type: "accepted"; readonly action: string; readonly checked: boolean } & StepEvent)
  /** An action is sent again, or a read repeated. */
  | (
    & { readonly type: "retried"; readonly action: string; readonly reason: string; readonly delay: number }
    & StepEvent
  )
  /** An answer was lost. The member is being read to see whether the action was done. */
  | ({ readonly type: "doubted"; readonly action: string; readonly reason: string } & StepEvent)
  /** The member was already where the action leads. Nothing was sent. */
  | ({ readonly type: "skipped"; readonly action: string; readonly why: string } & StepEvent)
  /** A member was seen in another state than before. */
  | {
    readonly type: "state";
    readonly member: MemberRef;
    readonly from: string | undefined;
    readonly to: string;
  }
  /** A member was seen in a state that the resource's description does not know. */
  | { readonly type: "unknownState"; readonly member: MemberRef; readonly state: string }
  /** A wait has begun. */
  | ({ readonly type: "waiting"; readonly targets: readonly string[]; readonly timeout: number } & StepEvent)
  /** A wait's condition holds. */
  | ({ readonly type: "waited"; readonly state: string; readonly ms: number } & StepEvent)
  /** A member reached a barrier. `open`: it was the last one. */
  | ({ readonly type: "barrier"; readonly open: boolean } & StepEvent)
  /** A step printed a line of output. */
  | ({ readonly type: "line"; readonly stream: "stdout" | "stderr"; readonly text: string } & StepEvent)
  /** A member's chain ended without an error. */
  | { readonly type: "done"; readonly member: MemberRef; readonly fate: "succeeded" | "skipped" }
  /** A member's chain failed. */
  | ({ readonly type: "failed"; readonly error: Error } & StepEvent)
  /** A member did not finish because the run was cancelled. */
  | ({ readonly type: "interrupted" } & StepEvent)
  /** The server limits the rate. `rate` is the requests per second that muster now keeps to. */
  | { readonly type: "throttled"; readonly endpoint: string; readonly rate: number | undefined }
  /** Members were polled, with this number of `requests`. */
  | { readonly type: "polled"; readonly endpoint: string; readonly requests: number }
  /** A poll failed. The next one is in `delay` ms. */
  | { readonly type: "pollFailed"; readonly endpoint: string; readonly error: Error; readonly delay: number }
  /** The run was told to stop: it sends no new requests, and lets those in flight end. */
  | { readonly type: "cancelled"; readonly reason: string }
  /** The run has ended. The last event of a run is this one or `abandoned`. */
  | { readonly type: "finished"; readonly report: Report }
  /** The run ended without a report: its selection failed, or it was refused. */
  | { readonly type: "abandoned"; readonly error: Error };

/**
 * One event: what happened, when (in milliseconds by the run's clock; 0 before there is a plan), and how many requests
 * the run had sent by then.
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
 * Receives a run's events. It must not throw. If it does, the run goes on, and the first error is reported at its end.
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
