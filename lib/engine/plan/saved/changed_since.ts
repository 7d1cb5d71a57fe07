/**
 * Compares a member's name and tags with those in the plan. A resumed run no longer has the conditions of the
 * selection, because they may contain functions.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import { changedBy } from "../expected_record.ts";
import type { Step } from "../../resource/steps.ts";

/** The name and tags of a member in the plan. */
export interface Told {
  readonly name: string;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
}

/** The name and tags in a record. */
export function told(resource: AnyResource, record: object): Told {
  return { name: resource.name(record), tags: resource.tags?.(record) };
}

/**
 * How a member's name or tags have changed, apart from what these steps may have changed; undefined if they have not.
 */
export function changedSincePlan(
  resource: AnyResource,
  was: Told,
  record: object,
  steps: readonly Step[],
): string | undefined {
  const own = new Set(
    steps.flatMap((step) =>
      step.kind === "action"
        ? changedBy(resource.actions[step.name]!, step.args)
        : step.kind === "perform"
        ? step.performance.changes ?? []
        : []
    ),
  );
  const is = told(resource, record);
  if (is.name !== was.name && !own.has("name")) {
    return `its name was ${was.name} and is ${is.name} now`;
  }
  if (!was.tags || own.has("tags")) return undefined;
  const tags = is.tags ?? {};
  const key = [...new Set([...Object.keys(was.tags), ...Object.keys(tags)])].find((one) =>
    !own.has(`tags.${one}`) && JSON.stringify(was.tags![one]) !== JSON.stringify(tags[one])
  );
  return key === undefined ? undefined : `its tag ${key} was changed`;
}
