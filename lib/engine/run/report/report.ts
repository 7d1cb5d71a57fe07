/**
 * What a run did: every member's fate, the requests it took, and when.
 *
 * @module
 */
import { output } from "../../process/output.ts";
import type { Fate, MemberReport, RequestCounts } from "./report_facts.ts";
import { showReport } from "./report_text.ts";

/**
 * What a run did.
 *
 * Printing shows it to a person; {@linkcode Report.toJSON} returns it as data.
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
  /** The names of the datacenters or database services. */
  readonly endpoints: readonly string[];
  /** The chain's source text. */
  readonly chain: string;
  /** Every member, in the plan's order. */
  readonly members: readonly MemberReport<Rec>[];
  /** How many requests it sent. */
  readonly requests: RequestCounts;
  /** When it began, in milliseconds since 1970, by the run's clock. */
  readonly startedAt: number;
  /** When it ended, in milliseconds since 1970, by the run's clock. */
  readonly endedAt: number;
  /** Why the run was stopped before its end; undefined if it was not. */
  readonly cancelled: string | undefined;

  /**
   * A run makes it.
   *
   * @param facts All properties that do not follow from others.
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
  /** Members to which nothing was sent, because they already were where the chain leads. */
  get skipped(): MemberReport<Rec>[] {
    return this.#of("skipped");
  }
  /** Members at which a step failed. */
  get failed(): MemberReport<Rec>[] {
    return this.#of("failed");
  }
  /** Members that did not finish before the run was cancelled. */
  get interrupted(): MemberReport<Rec>[] {
    return this.#of("interrupted");
  }
  /** The failed and interrupted members whose last write has an unknown result. */
  get doubtful(): MemberReport<Rec>[] {
    return this.members.filter((member) => member.doubtful !== undefined);
  }
  /** How long the run took, in milliseconds by the run's clock. */
  get duration(): number {
    return this.endedAt - this.startedAt;
  }

  /** The report as plain data; errors have their name, message and facts. */
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

  /** How `console.log` and notebooks show it. */
  [Symbol.for("Deno.customInspect")](_inspect: unknown, options?: { colors?: boolean }): string {
    return showReport(this as Report, options?.colors ?? false);
  }
  /** The report for a notebook cell. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const text = { "text/plain": showReport(this as Report, false) };
    return output.html ? { ...text, "text/html": await output.html.report(this as Report) } : text;
  }
  /** The report as text for a person, without colours. */
  toString(): string {
    return showReport(this as Report, false);
  }

  /**
   * Combines several reports of runs that happened together.
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

/** An error as plain data: name, message, and the API's facts if there are any. */
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
