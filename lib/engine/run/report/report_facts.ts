/**
 * What a report is made of, for those who show it.
 *
 * @module
 */

/**
 * How it ended for one member. Every member has exactly one.
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
 * A state a member was seen in, and since when (ms, the run's clock).
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
  /** The API's own name for it. */
  readonly state: string;
  /** When it was first seen there, ms since 1970. */
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
  /** Its id; empty where making it failed. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** How it ended. */
  readonly fate: Fate;
  /** Why it was skipped, or the first words of why it failed; empty for the others. */
  readonly why: string;
  /** Where it is, as last seen. */
  readonly state: string;
  /** The states it was seen in, oldest first. */
  readonly path: readonly Seen[];
  /** Requests sent for this member alone; looks shared with others are counted in the report. */
  readonly requests: number;
  /** The step it ended at; undefined when it did them all. */
  readonly step: string | undefined;
  /** What it failed with; undefined for all others. */
  readonly error: Error | undefined;
  /**
   * The write of which nobody knows whether it was carried out, as its step reads: `reboot()`. Undefined where there is
   * none. What was to be made may exist, by its name.
   */
  readonly doubtful: string | undefined;
  /** Its record as last read. */
  readonly record: Rec;
  /** What its steps gave, such as a command's output, in their order. */
  readonly output: readonly unknown[];
  /**
   * When its first step began and its last one ended, ms.
   *
   * When its first step began, ms since 1970, the run's clock.
   */
  readonly startedAt: number;
  /** When its last step ended, ms since 1970, the run's clock. */
  readonly endedAt: number;
}

/**
 * How many requests a run took.
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
  /** All that were sent, repeats included. */
  readonly total: number;
  /** Those that change something. */
  readonly writes: number;
  /** Looks at the members while waiting. A look shared by several runs counts in each. */
  readonly polls: number;
  /** Sent again after a failure. */
  readonly retried: number;
  /** Refused by the server for too many requests. */
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
