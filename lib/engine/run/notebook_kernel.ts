/**
 * The notebook this process is the kernel of.
 *
 * @module
 */

import { output } from "../process/output.ts";
import type { AnyResource } from "../resource/describe.ts";

/** Sends a message of the notebook's protocol to whoever looks at the notebook. Gives a promise for some types only. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void> | void;

/** How to reach this process's notebook; undefined where it has none. */
export function notebook(): Broadcast | undefined {
  try {
    // Anywhere but in a kernel, reading this throws.
    return (Deno as unknown as { jupyter: { broadcast: Broadcast } }).jupyter.broadcast;
  } catch {
    return undefined;
  }
}

/** Records that a notebook's cell shows as a table. Anywhere else they are left as they are. */
export function shownInCell(resource: AnyResource, records: object[], inCell = isKernel()): object[] {
  if (!inCell) return records;
  const display = async () => {
    const text = { "text/plain": Deno.inspect(records) };
    return output.html ? { ...text, "text/html": await output.html.records(resource, records) } : text;
  };
  return Object.defineProperty(records, Symbol.for("Jupyter.display"), { value: display });
}

/** A kernel's main module is one that Deno made. Quicker than {@linkcode notebook}, which throws in every script. */
const isKernel = () => Deno.mainModule.includes("/$deno$jupyter");
