/**
 * Which steps cannot be undone.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import type { Step } from "../../resource/steps.ts";

/** Whether a step destroys something, according to its description or to the step itself. */
export function isDestructive(resource: Pick<AnyResource, "actions">, step: Step): boolean {
  if (step.kind === "perform") return step.performance.destructive === true;
  return step.kind === "action" && resource.actions[step.name]?.destructive === true;
}
