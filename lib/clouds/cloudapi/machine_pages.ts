/**
 * Reads the complete list of machines.
 *
 * @module
 */
import { ApiError, type ApiRequest, type Endpoint, type ListingOptions } from "../../engine/mod.ts";
import { readByOffset } from "../../http/page.ts";
import type { Machine } from "./machine_record.ts";

/**
 * All pages of the machine list. `x-resource-count` is the page's count, not the total, so a short page is the last.
 */
export async function* machinePages(
  endpoint: Pick<Endpoint, "send">,
  query: NonNullable<ApiRequest["query"]>,
  options: ListingOptions,
): AsyncGenerator<readonly Machine[], void, void> {
  const { image, ...rest } = query;
  try {
    return yield* pages(endpoint, query, options);
  } catch (error) {
    // The server looks up the image first, and refuses the list if the image is gone, even if machines with it exist.
    if (image === undefined || !(error instanceof ApiError && error.status === 404)) throw error;
  }
  yield* pages(endpoint, rest, options);
}

function pages(
  endpoint: Pick<Endpoint, "send">,
  query: NonNullable<ApiRequest["query"]>,
  { signal, on, priority }: ListingOptions,
): AsyncGenerator<Machine[], void, void> {
  return readByOffset<Machine>({
    send: (request) => endpoint.send(request, { signal, on }),
    request: { method: "GET", path: "/machines", query, priority },
    id: (machine) => machine.id,
  });
}

/**
 * The machines with exactly this name. The server's filter finds all names that begin with it, and those may fill
 * several pages.
 *
 * @param first Whether the first one is enough, because names are unique among machines that are not deleted. Default
 * false.
 */
export async function machinesNamed(
  endpoint: Pick<Endpoint, "send">,
  name: string,
  first = false,
): Promise<Machine[]> {
  const found: Machine[] = [];
  for await (const page of machinePages(endpoint, { name }, { priority: "action" })) {
    found.push(...page.filter((machine) => machine.name === name));
    if (first && found.length > 0) break;
  }
  return found;
}
