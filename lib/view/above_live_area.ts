/**
 * While a live area is on the screen, all other output of the process must go above it: a script's `console.log`, a
 * debug line, a question for a passphrase. This file notifies the area of such output.
 *
 * @module
 */

const METHODS = ["log", "info", "debug", "warn", "error", "table", "dir", "trace", "group"] as const;

type Writer = { isTerminal(): boolean; writeSync(bytes: Uint8Array): number };

/**
 * Calls `before` and `after` around each output of this process to its terminal: `console`, and synchronous writes to
 * `Deno.stdout` and `Deno.stderr`. `after` learns whether the output ended its line.
 *
 * @returns A function that restores everything.
 */
export function guardOutput(before: () => void, after: (endsLine: boolean) => void): () => void {
  const undo: (() => void)[] = [];
  let depth = 0;
  const around = <T>(work: () => T, endsLine: boolean): T => {
    if (depth === 0) before();
    depth++;
    try {
      return work();
    } finally {
      if (--depth === 0) after(endsLine);
    }
  };
  for (const stream of [Deno.stdout, Deno.stderr] as Writer[]) {
    if (!stream.isTerminal()) continue;
    const original = stream.writeSync;
    const own = Object.hasOwn(stream, "writeSync");
    stream.writeSync = (bytes) => around(() => original.call(stream, bytes), bytes.at(-1) === 10);
    undo.push(() => {
      if (own) stream.writeSync = original;
      else Reflect.deleteProperty(stream, "writeSync");
    });
  }
  const { console } = globalThis as unknown as { console: Record<string, (...args: unknown[]) => void> };
  for (const method of METHODS) {
    const original = console[method]!;
    const guarded = (...args: unknown[]) => around(() => original.apply(console, args), true);
    console[method] = guarded;
    undo.push(() => {
      // If somebody has replaced a console method meanwhile, theirs stays.
      if (console[method] === guarded) console[method] = original;
    });
  }
  return () => {
    for (const one of undo.reverse()) one();
  };
}
