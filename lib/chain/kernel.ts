/**
 * The notebook this process is the kernel of.
 *
 * @module
 */

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
