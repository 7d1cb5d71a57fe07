/**
 * What a member was called and tagged when it was planned, against what it is now: where a run is taken up, the conditions
 * that it was selected by are not there any more, as they may hold functions.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import { changedBy } from "../expected_record.ts";
import type { Step } from "../../resource/steps.ts";

/** A member's name and tags, then. */
export interface Told {
  readonly name: string;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
}

/** The name and tags that a record has. */
export function told(resource: AnyResource, record: object): Told {
  return { name: resource.name(record), tags: resource.tags?.(record) };
}

/** How a member has come to be called or tagged otherwise, but for what these steps may have changed; undefined if not. */
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
