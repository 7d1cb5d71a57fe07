/**
 * Where this process says what nobody asked for, and how it shows things in a notebook. The public module sets both; the engine itself
 * shows nothing.
 *
 * @module
 */

/** What `mod.ts` wires in. */
export interface Output {
  /** Where one-line notices go. */
  notice: (line: string) => void;
  /** Plans, reports and records as HTML, for notebooks; without it they are shown as text. */
  html?: {
    readonly report: (report: object) => Promise<string>;
    readonly plan: (plan: object) => Promise<string>;
    readonly records: (resource: object, records: readonly object[]) => Promise<string>;
  };
}

/** The output of this process. */
export const output: Output = { notice: () => {} };
