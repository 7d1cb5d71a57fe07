/**
 * Finding what a create made whose answer was lost. Names are not unique in Trove, so what was there before must not
 * be taken for it.
 *
 * @module
 */
import { MusterError } from "../chain/mod.ts";

/** What was there before anything was made: a specification carries it. */
export interface Known {
  /** Ids. */
  readonly before?: readonly string[];
}

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** Remembers what is there. */
export async function known(pages: AsyncIterable<readonly Listed[]>): Promise<Known> {
  const before: string[] = [];
  for await (const page of pages) before.push(...page.map(({ id }) => id));
  return { before };
}

/**
 * The one of this name that was not there before.
 *
 * @throws {MusterError} when there are several, as somebody else makes things of this name at the same time.
 */
export async function made<T extends Listed>(
  kind: string,
  pages: AsyncIterable<readonly T[]>,
  name: string,
  spec: Known,
): Promise<T | undefined> {
  const before = new Set(spec.before);
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page.filter((one) => one.name === name && !before.has(one.id)));
  }
  if (found.length <= 1) return found[0];
  throw new MusterError(
    `Cannot tell which ${kind} ${name} was made by this run as ${found.length} of this name are new: ` +
      `${found.map(({ id }) => id).join(", ")}; look at them before creating it again`,
  );
}
