/**
 * Finds values of a list that no selected member has: one of `["web-1", "wbe-2"]` may be misspelt.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Endpoint } from "../resource/endpoint.ts";
import { matches, type SelectionConditions } from "./conditions.ts";

/** The most comparisons for such a hint. */
const COMPARED = 100_000;

const isLiteral = (value: unknown) => typeof value === "string" || typeof value === "number";

/**
 * A line for each value of a list in the conditions that matches none of the records.
 *
 * @param given The conditions as written, with the names of other things.
 * @param endpoint The resource's own `conditions` look up other things there. It already has the answers.
 */
export async function unmatched(
  resource: AnyResource,
  given: SelectionConditions,
  endpoint: Endpoint,
  records: readonly object[],
): Promise<string[]> {
  const lines: string[] = [];
  const look = async (
    what: string,
    list: unknown,
    conditionsOf: (literal: unknown) => SelectionConditions,
  ) => {
    if (!Array.isArray(list) || records.length === 0) return;
    const literals = new Set(list.filter(isLiteral));
    if (literals.size * records.length > COMPARED) return;
    for (const literal of literals) {
      const { tags, where } = conditionsOf(literal);
      const held = {
        tags,
        where: resource.conditions
          ? await Promise.all(where.map((one) => resource.conditions!(endpoint, one)))
          : where,
      };
      if (records.some((record) => matches(resource, record, held))) continue;
      lines.push(`none of the selected members has the ${what} ${JSON.stringify(literal)}`);
    }
  };
  for (const [tag, list] of Object.entries(given.tags)) {
    await look(`tag ${tag}`, list, (literal) => ({ tags: { [tag]: literal }, where: [] }));
  }
  for (const where of given.where) {
    for (const [key, list] of Object.entries(where)) {
      await look(key, list, (literal) => ({ tags: {}, where: [{ [key]: literal }] }));
    }
  }
  return lines;
}
