/**
 * What a run did: every member's fate, the requests it took, and when.
 *
 * @module
 */
import { defaults } from "./defaults.ts";
import { showReport } from "./show.ts";

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

/**
 * What a run did.
 *
 * Printing it shows it to a person; {@linkcode Report.toJSON} gives it as data.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const report = await dc("sim").machines({ type: "db" }).stop().run({ throwOnError: false });
 * console.log(report.succeeded.length, report.skipped.length, report.failed.length, report.interrupted.length);
 * for (const { name, why } of report.failed) console.log(name, why);
 * for (const { name } of report.doubtful) console.log(`${name}: nobody knows; look before you repeat it`);
 * console.log(`${report.duration} ms`, JSON.stringify(report.toJSON()).length, String(report));
 * ```
 */
export class Report<Rec = object> {
  /** Which datacenters or database services, by name. */
  readonly endpoints: readonly string[];
  /** The chain, as people write it. */
  readonly chain: string;
  /** Every member, in the plan's order. */
  readonly members: readonly MemberReport<Rec>[];
  /** How many requests it took. */
  readonly requests: RequestCounts;
  /** When it began, ms since 1970, the run's clock. */
  readonly startedAt: number;
  /** When it ended, ms since 1970, the run's clock. */
  readonly endedAt: number;
  /** Why the run was stopped before its end; undefined when it was not. */
  readonly cancelled: string | undefined;

  /**
   * Made by a run.
   *
   * @param facts All but what follows from the others.
   */
  constructor(
    facts: Omit<
      Report<Rec>,
      "succeeded" | "skipped" | "failed" | "interrupted" | "doubtful" | "duration" | "toJSON"
    >,
  ) {
    this.endpoints = facts.endpoints;
    this.chain = facts.chain;
    this.members = facts.members;
    this.requests = facts.requests;
    this.startedAt = facts.startedAt;
    this.endedAt = facts.endedAt;
    this.cancelled = facts.cancelled;
  }

  #of(fate: Fate): MemberReport<Rec>[] {
    return this.members.filter((member) => member.fate === fate);
  }
  /** Members that did every step. */
  get succeeded(): MemberReport<Rec>[] {
    return this.#of("succeeded");
  }
  /** Members to which nothing was sent, as they already were where the chain leads. */
  get skipped(): MemberReport<Rec>[] {
    return this.#of("skipped");
  }
  /** Members at which a step failed. */
  get failed(): MemberReport<Rec>[] {
    return this.#of("failed");
  }
  /** Members not finished when the run was cancelled. */
  get interrupted(): MemberReport<Rec>[] {
    return this.#of("interrupted");
  }
  /** Of the failed and the interrupted, those of whose last write nobody knows whether it was carried out. */
  get doubtful(): MemberReport<Rec>[] {
    return this.members.filter((member) => member.doubtful !== undefined);
  }
  /** How long the run took, ms, by the run's clock. */
  get duration(): number {
    return this.endedAt - this.startedAt;
  }

  /** The report as plain data; errors as their name, message and facts. */
  toJSON(): Record<string, unknown> {
    return {
      endpoints: this.endpoints,
      chain: this.chain,
      counts: {
        members: this.members.length,
        succeeded: this.succeeded.length,
        skipped: this.skipped.length,
        failed: this.failed.length,
        interrupted: this.interrupted.length,
        ...(this.doubtful.length > 0 ? { doubtful: this.doubtful.length } : {}),
      },
      requests: this.requests,
      startedAt: new Date(this.startedAt).toISOString(),
      endedAt: new Date(this.endedAt).toISOString(),
      durationMs: this.duration,
      ...(this.cancelled === undefined ? {} : { cancelled: this.cancelled }),
      members: this.members.map((
        { record: _record, error, output, startedAt, endedAt, path, ...member },
      ) => ({
        ...member,
        path: path.map((seen) => ({ state: seen.state, at: new Date(seen.at).toISOString() })),
        durationMs: endedAt - startedAt,
        ...(output.length ? { output } : {}),
        ...(error ? { error: errorFacts(error) } : {}),
      })),
    };
  }

  [Symbol.for("Deno.customInspect")](_inspect: unknown, options?: { colors?: boolean }): string {
    return showReport(this as Report, options?.colors ?? false);
  }
  /** The report for a notebook cell. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const text = { "text/plain": showReport(this as Report, false) };
    return defaults.html ? { ...text, "text/html": await defaults.html.report(this as Report) } : text;
  }
  /** The report as a person reads it, without colours. */
  toString(): string {
    return showReport(this as Report, false);
  }

  /**
   * Several reports as one: the runs happened together.
   *
   * @param reports At least one.
   */
  static merge(reports: readonly Report[]): Report {
    const sum = (key: keyof RequestCounts) => reports.reduce((total, one) => total + one.requests[key], 0);
    return new Report({
      endpoints: [...new Set(reports.flatMap((one) => one.endpoints))],
      chain: reports.map((one) => one.chain).join("\n"),
      members: reports.flatMap((one) => one.members),
      requests: {
        total: sum("total"),
        writes: sum("writes"),
        polls: sum("polls"),
        retried: sum("retried"),
        refused: sum("refused"),
      },
      startedAt: Math.min(...reports.map((one) => one.startedAt)),
      endedAt: Math.max(...reports.map((one) => one.endedAt)),
      cancelled: reports.find((one) => one.cancelled !== undefined)?.cancelled,
    });
  }
}

/** An error as plain data: name, message, and the API's facts where it has them. */
export function errorFacts(error: Error): Record<string, unknown> {
  const facts = error as Error & {
    status?: number;
    code?: unknown;
    requestId?: string;
    path?: readonly string[];
  };
  return {
    name: error.name,
    message: error.message,
    ...(facts.status === undefined ? {} : { status: facts.status, code: facts.code }),
    ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
    ...(facts.path === undefined ? {} : { path: facts.path }),
  };
}
