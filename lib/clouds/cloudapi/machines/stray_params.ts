/**
 * Tags and metadata that the server takes for something else.
 *
 * @module
 */
import { ApiError, type Endpoint, MusterError } from "../../../engine/mod.ts";
import { isUuid } from "../catalogue/resolve.ts";

/** Names under which the server looks up an id before it looks at the request, and what it takes it for. */
const LOOKED_UP = [["package", "packages"], ["dataset", "images"]] as const;

/**
 * Refuses a tag or metadata called `package` or `dataset` whose value is an id of nothing: the server would look it up, and
 * answer that there is no such package (sdc-cloudapi `loadPackages`, `loadDatasets`).
 *
 * @throws {MusterError}
 */
export async function strayParams<T extends Readonly<Record<string, unknown>>>(
  endpoint: Endpoint,
  values: T,
): Promise<readonly [T]> {
  for (const [name, kind] of LOOKED_UP) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value !== "string" || !isUuid(value)) continue;
    try {
      await endpoint.send({ method: "GET", path: `/${kind}/${value}` });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      throw new MusterError(
        `Cannot set ${name} to ${value}: the server takes an id under this name for one of its ${kind}, and has none with it. ` +
          "Choose another name.",
        { cause: error },
      );
    }
  }
  return [values];
}
