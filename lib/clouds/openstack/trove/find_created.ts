/**
 * Finding what a create made whose answer was lost. Names are not unique in Trove, so what was there before must not
 * be taken for it.
 *
 * @module
 */
/** What was there before anything was made: a specification carries it. */
export interface ExistingBefore {
  /** Ids. */
  readonly before?: readonly string[];
}

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** Remembers what is there. */
export async function existingBefore(pages: AsyncIterable<readonly Listed[]>): Promise<ExistingBefore> {
  const before: string[] = [];
  for await (const page of pages) before.push(...page.map(({ id }) => id));
  return { before };
}

/** Those of this name that were not there before: several where somebody else makes things of this name as well. */
export async function createdSince<T extends Listed>(
  pages: AsyncIterable<readonly T[]>,
  name: string,
  spec: ExistingBefore,
): Promise<T[]> {
  const before = new Set(spec.before);
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page.filter((one) => one.name === name && !before.has(one.id)));
  }
  return found;
}
