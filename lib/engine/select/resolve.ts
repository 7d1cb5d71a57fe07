/**
 * Resolves the names of other things before a selection is read. Each name is looked up once per run.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import type { ApiResponse, Endpoint } from "../resource/endpoint.ts";
import type { Protection } from "./protect.ts";
import type { SelectionConditions } from "./conditions.ts";

/** The parts of a chain that may name other things. */
interface Named {
  readonly resource: AnyResource;
  readonly conditions: SelectionConditions;
  readonly protect: readonly Readonly<Record<string, unknown>>[];
}

/** The conditions of a chain, with the values that records have instead of names. */
export async function resolved(
  { resource, conditions, protect }: Named,
  endpoint: Endpoint,
): Promise<{ conditions: SelectionConditions; protections: readonly Protection[] }> {
  if (!resource.conditions) {
    return { conditions, protections: protect.map((given) => ({ given, resolved: given })) };
  }
  const each = (all: readonly Readonly<Record<string, unknown>>[]) =>
    Promise.all(all.map((where) => resource.conditions!(endpoint, where)));
  const [where, kept] = await Promise.all([each(conditions.where), each(protect)]);
  return {
    conditions: { ...conditions, where },
    protections: protect.map((given, index) => ({ given, resolved: kept[index]! })),
  };
}

/** An endpoint that sends each request only once, to resolve the names of one run. It accepts only reads. */
export function asking(
  endpoint: Endpoint,
  options: { signal?: AbortSignal | undefined; on?: WireListener | undefined } = {},
): Endpoint {
  const known = new Map<string, Promise<ApiResponse>>();
  return {
    key: endpoint.key,
    name: endpoint.name,
    clock: endpoint.clock,
    signal: endpoint.signal,
    concurrency: endpoint.concurrency,
    rate: (request) => endpoint.rate(request),
    send(request) {
      const { method, path, query } = request;
      const key = `${method} ${path} ${JSON.stringify(query ?? {})}`;
      let answer = known.get(key);
      if (!answer) known.set(key, answer = endpoint.send(request, options));
      return answer;
    },
  };
}
