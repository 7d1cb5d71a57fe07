/**
 * The consent of a plan as text: what could be destroyed, what allows it, and what a run would ask.
 *
 * @module
 */
import type { Consent, Giver } from "../engine/plan/consent/consent.ts";
import type { Verdict } from "../engine/plan/asking/obtain_consent.ts";

const BY: Readonly<Record<Giver, string>> = {
  nobody: "by default",
  chain: "by the chain",
  run: "by the run",
  command: "by the command",
  person: "by a person",
  file: "by the saved plan",
};

/** The decision about a run of these plans, in a line; undefined if it would destroy nothing. */
export function verdictLine(verdict: Verdict): string | undefined {
  if ("error" in verdict) return `A run would be refused: ${verdict.error.message}`;
  if ("ask" in verdict) {
    const { refusal, ask } = verdict;
    return `A run asks first, and is refused without a terminal: it would ${ask.text}. To answer beforehand, ${refusal.how}.`;
  }
  const said = verdict.consent.filter(({ steps }) => steps.size > 0);
  if (said.length === 0) return undefined;
  return `A run would not ask: ${said.map(allowance).join("; ")}`;
}

function allowance({ how, by, limit }: Consent[number]): string {
  switch (how) {
    case "limit":
      return `up to ${limit} may be destroyed without asking`;
    case "max":
      return `up to ${limit} may be destroyed, ${BY[by]}`;
    case "expect":
      return `the count is given, ${BY[by]}`;
    case "plan":
      return "the saved plan shows it";
    default:
      return `it was allowed before (${how}), ${BY[by]}`;
  }
}

/** The same as data. */
export function verdictFacts(verdict: Verdict, number: number): Record<string, unknown> {
  if ("error" in verdict) return { verdict: "refused", why: verdict.error.message };
  if ("ask" in verdict) {
    return {
      verdict: "ask",
      count: verdict.ask.count,
      question: verdict.ask.text,
      why: verdict.refusal.text,
    };
  }
  const { how, by, limit } = verdict.consent[number]!;
  return how === "nothing" ? { verdict: "nothing" } : { verdict: "given", how, by, limit };
}
