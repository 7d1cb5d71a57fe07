/**
 * The environment for one test. The environment of the process belongs to all tests that run at the same time, and to
 * the processes that they start.
 *
 * @module
 */

/**
 * Does `work` with some variables changed, or undefined to take them away: in this test file alone. `Deno.noColor` says
 * what `NO_COLOR` says then, whatever the process was started with.
 */
export async function withEnvironment<T>(
  changes: Readonly<Record<string, string | undefined>>,
  work: () => T | Promise<T>,
): Promise<T> {
  const before = Deno.env;
  const colour = Object.getOwnPropertyDescriptor(Deno, "noColor")!;
  const variables = new Map(Object.entries(before.toObject()));
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  Object.defineProperty(Deno, "env", {
    configurable: true,
    value: {
      get: (name: string) => variables.get(name),
      has: (name: string) => variables.has(name),
      set: (name: string, value: string) => void variables.set(name, value),
      delete: (name: string) => void variables.delete(name),
      toObject: () => Object.fromEntries(variables),
    },
  });
  Object.defineProperty(Deno, "noColor", {
    configurable: true,
    value: (variables.get("NO_COLOR") ?? "") !== "",
  });
  try {
    return await work();
  } finally {
    Object.defineProperty(Deno, "env", {
      configurable: true,
      enumerable: true,
      writable: true,
      value: before,
    });
    Object.defineProperty(Deno, "noColor", colour);
  }
}
