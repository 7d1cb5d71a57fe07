/**
 * Where this process sends notices, and how it shows values in a notebook. The public module sets both; the engine
 * itself prints nothing.
 *
 * @module
 */

/** What `mod.ts` sets. */
export interface Output {
  /** Where one-line notices go. */
  notice: (line: string) => void;
  /** Plans, reports and records as HTML, for notebooks. Without it they are shown as text. */
  html?: {
    readonly report: (report: object) => Promise<string>;
    readonly plan: (plan: object) => Promise<string>;
    readonly records: (resource: object, records: readonly object[]) => Promise<string>;
  };
}

/** The output of this process. */
export const output: Output = { notice: () => {} };
