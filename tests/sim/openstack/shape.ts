/**
 * The comparison of a recorded answer with a simulated one: keys, kinds of values, and the words that are fixed.
 *
 * @module
 */

type Value = unknown;

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const kind = (value: Value): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/** Members whose values are compared, not only their types, because clients depend on them. */
const EXACT = new Set([
  "status",
  "operating_status",
  "code",
  "title",
  "message",
  "rel",
  "type",
  "rootEnabled",
]);

/** What one kind of difference is not worth a complaint for. */
export interface Leniency {
  /** Members whose values may differ, or be missing on one side. */
  ignore?: ReadonlySet<string>;
}

/**
 * The differences, each with its place. Of two lists all items are compared together: each item of the simulator must
 * look like some recorded item.
 */
export function differences(recorded: Value, simulated: Value, leniency: Leniency = {}, at = "$"): string[] {
  const [want, have] = [kind(recorded), kind(simulated)];
  if (want !== have) return [`${at}: ${want} recorded, ${have} simulated`];
  if (Array.isArray(recorded) && Array.isArray(simulated)) {
    return differencesOfLists(recorded, simulated, leniency, at);
  }
  if (!isObject(recorded) || !isObject(simulated)) return [];
  const found: string[] = [];
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(simulated)])) {
    if (leniency.ignore?.has(key)) continue;
    const place = `${at}.${key}`;
    if (!(key in recorded)) found.push(`${place}: only simulated`);
    else if (!(key in simulated)) found.push(`${place}: only recorded`);
    else if (EXACT.has(key) && !isObject(recorded[key])) {
      const [a, b] = [recorded[key], simulated[key]].map(withoutIds);
      if (JSON.stringify(a) !== JSON.stringify(b)) {
        found.push(`${place}: ${JSON.stringify(a)} recorded, ${JSON.stringify(b)} simulated`);
      }
    } else found.push(...differences(recorded[key], simulated[key], leniency, place));
  }
  return found;
}

function differencesOfLists(recorded: Value[], simulated: Value[], leniency: Leniency, at: string): string[] {
  if (recorded.length === 0 || simulated.length === 0) {
    return recorded.length === simulated.length
      ? []
      : [`${at}: ${recorded.length} recorded, ${simulated.length} simulated`];
  }
  return simulated.flatMap((item, i) => {
    const attempts = recorded.map((one) => differences(one, item, leniency, `${at}[${i}]`));
    return attempts.sort((a, b) => a.length - b.length)[0]!;
  });
}

/** Ids differ between any two runs; words do not. */
function withoutIds(value: Value): Value {
  if (typeof value !== "string") return value;
  return value.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|<id \d+>/g, "<id>")
    .replaceAll(/<project [a-z]+>|\b[0-9a-f]{32}\b/g, "<hex>");
}
