/**
 * Whether the API itself records what was done.
 *
 * @module
 */
import type { AnyResource } from "./describe.ts";

/** Whether the API keeps an audit of an action. */
export function isAudited(resource: AnyResource, action: string): boolean {
  return resource.audit?.of.includes(action) ?? false;
}
