/**
 * What a run did: every member's fate, the requests it took, and when.
 *
 * @module
 */
import { defaults } from "./defaults.ts";
import { showReport } from "./show.ts";

/** How it ended for one member. Every member has exactly one. */
export type Fate = "succeeded" | "skipped" | "failed" | "interrupted";

/** A state a member was seen in, and since when (ms, the run's clock). */
export interface Seen {
  readonly state: string;
  readonly at: number;
}

/** One member's part of a report. */
export interface MemberReport<Rec = object> {
  readonly id: string;
  readonly name: string;
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
  readonly error: Error | undefined;
  /** Its record as last read. */
  readonly record: Rec;
  /** What its steps gave, such as a command's output, in their order. */
  readonly output: readonly unknown[];
  /** When its first step began and its last one ended, ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** How many requests a run took. */
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

/** What a run did. */
export class Report<Rec = object> {
  /** Which datacenters or database services, by name. */
  readonly endpoints: readonly string[];
  /** The chain, as people write it. */
  readonly chain: string;
  readonly members: readonly MemberReport<Rec>[];
  readonly requests: RequestCounts;
  /** Start and end, ms, the run's clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why the run was stopped before its end; undefined when it was not. */
  readonly cancelled: string | undefined;

  constructor(
    facts: Omit<Report<Rec>, "succeeded" | "skipped" | "failed" | "interrupted" | "duration" | "toJSON">,
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
  toString(): string {
    return showReport(this as Report, false);
  }

  /** Several reports as one: the runs happened together. */
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
