/**
 * Reads from the API's own audit whether an action was carried out. The audit has the server's times. The difference
 * between its clock and ours follows from its answers: the more answers, the more exactly.
 *
 * @module
 */
import type { AuditFinding } from "../../resource/describe.ts";
import { oneLine } from "../../text/visible.ts";
import type { RunContext } from "../run_context.ts";
import type { MemberRef } from "../events.ts";
import type { Member } from "../member.ts";

/** What the audit shows about one sending. `"unsure"`: an entry may be from just before it. */
export type Audited = "done" | "failed" | "none" | "unsure";

/** Letters of a reason that are shown. */
const LONGEST = 300;
/** The unit of a server's `Date`, in milliseconds. */
const SECOND = 1_000;

/** The audit's evidence for one action that was sent to one member. */
export class Evidence {
  readonly #run: RunContext;
  readonly #member: Member;
  readonly #action: string;
  readonly #since: number;
  /** The server's clock minus ours is between these two, in milliseconds. */
  #least = -Infinity;
  #most = Infinity;
  #failure: AuditFinding | undefined;

  /** @param since When it was sent, in milliseconds of our clock. */
  constructor(run: RunContext, member: Member, action: string, since: number) {
    this.#run = run;
    this.#member = member;
    this.#action = action;
    this.#since = since;
  }

  /** Reads the audit. Rejects as its request does. */
  async ask(about: { member: MemberRef; step: number }): Promise<Audited> {
    const { plan: { endpoint, resource }, clock, signal } = this.#run;
    const on = this.#run.wire(this.#member, about);
    const asked = clock.now();
    const { now, entries } = await resource.audit!.read(endpoint, this.#member.id, this.#action, {
      signal,
      on,
    });
    if (now !== undefined) {
      this.#least = Math.max(this.#least, now - clock.now());
      this.#most = Math.min(this.#most, now + SECOND - asked);
    }
    // A server that does not send its time is assumed to have ours.
    const known = this.#most < Infinity;
    const after = this.#since + (known ? this.#most : 0), before = this.#since + (known ? this.#least : 0);
    const ours = entries.filter(({ at }) => at >= after);
    if (ours.some(({ ok }) => ok)) return "done";
    // Several failed: the last one is the one that is reported.
    this.#failure = ours.reduce<AuditFinding | undefined>(
      (last, one) => last && last.at > one.at ? last : one,
      undefined,
    );
    if (this.#failure) return "failed";
    return entries.some(({ at }) => at >= before) ? "unsure" : "none";
  }

  /** Why it failed, after the audit said so: `: no host has room`. Empty where the audit does not say it. */
  async reason(): Promise<string> {
    const { why } = this.#failure ?? {};
    try {
      const said = typeof why === "function" ? await why() : why;
      const text = typeof said === "string" ? oneLine(said.trim()).replace(/\.$/, "") : "";
      return text === "" ? "" : `: ${text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text}`;
    } catch {
      // The failure is certain. Its reason may be for others to read.
      this.#run.signal.throwIfAborted();
      return "";
    }
  }
}
