/**
 * The notebook, if this process is the kernel of one.
 *
 * @module
 */

import { output } from "../process/output.ts";
import type { AnyResource } from "../resource/describe.ts";

/** Sends a message of the notebook's protocol to the notebook. Only for some types it returns a promise. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void> | void;

/** Sends messages to this process's notebook; undefined if there is none. */
export function notebook(): Broadcast | undefined {
  try {
    // Outside a kernel this throws.
    return (Deno as unknown as { jupyter: { broadcast: Broadcast } }).jupyter.broadcast;
  } catch {
    return undefined;
  }
}

/** Makes records that a notebook's cell shows as a table. Outside a notebook they are not changed. */
export function shownInCell(resource: AnyResource, records: object[], inCell = isKernel()): object[] {
  if (!inCell) return records;
  const display = async () => {
    const text = { "text/plain": Deno.inspect(records) };
    return output.html ? { ...text, "text/html": await output.html.records(resource, records) } : text;
  };
  return Object.defineProperty(records, Symbol.for("Jupyter.display"), { value: display });
}

/**
 * In a kernel the main module is one that Deno makes. This check is faster than {@linkcode notebook}, which throws in
 * every script.
 */
const isKernel = () => Deno.mainModule.includes("/$deno$jupyter");
