/**
 * Finds what a creation made if its answer was lost. Names are not unique in Trove, so what existed before must not
 * count.
 *
 * @module
 */
/** What existed before the creation. The specification carries it. */
export interface ExistingBefore {
  /** Ids. */
  readonly before?: readonly string[];
}

interface Listed {
  readonly id: string;
  readonly name: string;
}

/** Records what exists. */
export async function existingBefore(pages: AsyncIterable<readonly Listed[]>): Promise<ExistingBefore> {
  const before: string[] = [];
  for await (const page of pages) before.push(...page.map(({ id }) => id));
  return { before };
}

/**
 * The things of this name that did not exist before. There are several if somebody else creates things of this name as
 * well.
 */
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
