/**
 * Times in OpenStack's formats.
 *
 * @module
 */

/** Trove's format: UTC without a zone, whole seconds: `2026-01-15T12:00:00`. */
export function seconds(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** Keystone's format: `2026-01-15T12:00:00.000000Z`, the fraction always zero. */
export function microseconds(ms: number): string {
  return `${seconds(ms)}.000000Z`;
}
