/**
 * The tasks that come with muster. Named here one by one, so that a compiled command has them as well.
 *
 * @module
 */

/** How each is loaded. */
export const READY_MADE: Readonly<Record<string, () => Promise<Record<string, unknown>>>> = {
  cull: () => import("../../tasks/cull.ts"),
};
