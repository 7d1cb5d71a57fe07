/**
 * The report that a run is expected to return, made from its plan alone.
 *
 * @module
 */
import { MusterError } from "../../errors.ts";
import type { Plan } from "../../plan/plan.ts";
import { refusalOf } from "../../plan/not_begun.ts";
import { Report } from "./report.ts";
import { labelOf } from "../../resource/steps.ts";

/** What a plan's run is expected to report. Nothing was sent, and the server's answers are not known. */
export function predictedReport(plan: Plan): Report {
  const now = plan.endpoint.clock.now();
  return new Report({
    endpoints: [plan.endpoint.name],
    chain: plan.chain,
    members: plan.members.map((member) => {
      const { predictions } = member;
      const refused = refusalOf(plan, member);
      const skips = predictions.filter(({ verdict }) => verdict === "skip");
      const changes = predictions.some(({ verdict }) => verdict === "send" || verdict === "perform");
      const fate = refused ? "failed" : !changes && skips.length > 0 ? "skipped" : "succeeded";
      return {
        id: member.id,
        name: member.name,
        fate,
        why: fate === "skipped" ? skips.map((one) => one.why).join("; ") : refused?.text ?? "",
        state: predictions.at(-1)?.state ?? member.state,
        path: [{ state: member.state, at: now }],
        requests: 0,
        step: refused && labelOf(plan.steps[refused.step]!),
        error: refused && new MusterError(refused.text),
        doubtful: undefined,
        record: member.record,
        output: [],
        startedAt: now,
        endedAt: now,
      } as const;
    }),
    requests: { total: 0, writes: 0, polls: 0, retried: 0, refused: 0 },
    startedAt: now,
    endedAt: now,
    cancelled: undefined,
  });
}
