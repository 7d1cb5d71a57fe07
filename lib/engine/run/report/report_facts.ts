/**
 * The parts of a report, for the code that shows it.
 *
 * @module
 */

/**
 * How the run ended for one member. Every member has exactly one fate.
 *
 * @example
 * ```ts
 * import { dc, type Fate } from "@muster/muster";
 *
 * const report = await dc("sim").machines({ type: "db" }).stop().run();
 * const fates = new Map<Fate, number>();
 * for (const { fate } of report.members) fates.set(fate, (fates.get(fate) ?? 0) + 1);
 * console.log(fates); // db-05 was stopped already
 * ```
 */
export type Fate = "succeeded" | "skipped" | "failed" | "interrupted";

/**
 * A state that a member was seen in, and since when (in milliseconds by the run's clock).
 *
 * @example
 * ```ts
 * import { dc, type Seen } from "@muster/muster";
 *
 * const ago = (seen: Seen, now: number) => `${seen.state}, ${Math.round(now - seen.at)} ms before the end`;
 * const report = await dc("sim").machine("bastion").reboot().waitUntil("running").run();
 * console.log(report.members[0]!.path.map((seen) => ago(seen, report.endedAt)));
 * ```
 */
export interface Seen {
  /** The state, as the API names it. */
  readonly state: string;
  /** When it was first seen there, in milliseconds since 1970. */
  readonly at: number;
}

/**
 * One member's part of a report.
 *
 * @example
 * ```ts
 * import { dc, type MemberReport } from "@muster/muster";
 *
 * const { members } = await dc("sim").machines({ type: "web" }).stop().waitUntil("stopped");
 * const took = (member: MemberReport) => Math.round(member.endedAt - member.startedAt);
 * for (const member of members) console.log(member.name, member.fate, member.state, `${took(member)} ms`);
 * ```
 */
export interface MemberReport<Rec = object> {
  /** Its id; empty if creating it failed. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** How the run ended for it. */
  readonly fate: Fate;
  /** Why it was skipped, or the first words of why it failed; empty for the others. */
  readonly why: string;
  /** Its state, as last seen. */
  readonly state: string;
  /** The states it was seen in, oldest first. */
  readonly path: readonly Seen[];
  /** Requests sent for this member alone. Polls shared with other members are counted in the report. */
  readonly requests: number;
  /** The step at which it ended; undefined if it did all of them. */
  readonly step: string | undefined;
  /** The error of a failed member; undefined for all others. */
  readonly error: Error | undefined;
  /**
   * The step whose write has an unknown result: `reboot()`. Undefined if there is none. A member that was to be created
   * may exist, under its name.
   */
  readonly doubtful: string | undefined;
  /** Its record as last read. */
  readonly record: Rec;
  /** The results of its steps, in order, such as a command's output. */
  readonly output: readonly unknown[];
  /**
   * When its first step began and its last one ended, in milliseconds.
   *
   * When its first step began, in milliseconds since 1970, by the run's clock.
   */
  readonly startedAt: number;
  /** When its last step ended, in milliseconds since 1970, by the run's clock. */
  readonly endedAt: number;
}

/**
 * How many requests a run sent.
 *
 * @example
 * ```ts
 * import { dc, type RequestCounts } from "@muster/muster";
 *
 * const counts = (requests: RequestCounts) => `${requests.writes} writes, ${requests.polls} polls`;
 * const report = await dc("sim").machines({ type: "web" }).stop().waitUntil("stopped");
 * console.log(counts(report.requests), "of", report.requests.total);
 * ```
 */
export interface RequestCounts {
  /** All requests, repeats included. */
  readonly total: number;
  /** Requests that change something. */
  readonly writes: number;
  /** Polls of the members while waiting. A poll shared by several runs counts in each. */
  readonly polls: number;
  /** Requests that were sent again after a failure. */
  readonly retried: number;
  /** Requests that the server refused because there were too many. */
  readonly refused: number;
}

/** A report, as far as it is shown. */
export interface ReportFacts {
  readonly chain: string;
  readonly members: readonly MemberReport[];
  readonly succeeded: readonly MemberReport[];
  readonly skipped: readonly MemberReport[];
  readonly failed: readonly MemberReport[];
  readonly interrupted: readonly MemberReport[];
  readonly doubtful: readonly MemberReport[];
  readonly requests: RequestCounts;
  readonly duration: number;
  readonly cancelled: string | undefined;
}
