/**
 * Checks what this process may read, without making Deno ask the user. Settings and keys are looked for in many places,
 * and a question or an exception for each would help nobody.
 *
 * @module
 */

const granted = (descriptor: Deno.PermissionDescriptor) =>
  Deno.permissions.querySync(descriptor).state === "granted";

/** Whether a file or folder may be read. */
export function mayRead(path: string): boolean {
  return granted({ name: "read", path });
}

/** Whether a file or folder may be written. */
export function mayWrite(path: string): boolean {
  return granted({ name: "write", path });
}

/** A variable of the environment; undefined if it is not set, empty, or may not be read. */
export function permittedVariable(variable: string): string | undefined {
  return mayReadVariable(variable) ? Deno.env.get(variable) || undefined : undefined;
}

/** Whether an environment variable may be read. */
export function mayReadVariable(variable: string): boolean {
  return granted({ name: "env", variable });
}

/** Whether a unix socket may be connected. Deno requires three permissions for that. */
export function mayConnect(path: string): boolean {
  return granted({ name: "net", host: `unix:${path}` }) && mayRead(path) && mayWrite(path);
}

/** The environment, as far as it may be read. */
export interface Environment {
  /** Undefined for a variable that is not set, empty, or may not be read. */
  get(name: string): string | undefined;
  /** The variables that were needed and may not be read. */
  readonly denied: ReadonlySet<string>;
}

/** The environment of this process. */
export function processEnvironment(): Environment {
  const denied = new Set<string>();
  const all = granted({ name: "env" }); // one check instead of thirty
  return {
    denied,
    get(name) {
      if (!all && !mayReadVariable(name)) {
        denied.add(name);
        return undefined;
      }
      return Deno.env.get(name) || undefined;
    },
  };
}

/** An environment with only these variables. */
export function fixedEnvironment(variables: Record<string, string | undefined>): Environment {
  return { denied: new Set(), get: (name) => variables[name] || undefined };
}
