/**
 * Tags and metadata that the server would misread.
 *
 * @module
 */
import { ApiError, type Endpoint, MusterError } from "../../../engine/mod.ts";
import { isUuid } from "../catalogue/resolve.ts";

/** Names whose value the server looks up as an id before it reads the request, with the collection that it uses. */
const LOOKED_UP = [["package", "packages"], ["dataset", "images"]] as const;

/**
 * Refuses a tag or metadata named `package` or `dataset` if its value is not an existing id: the server would look it
 * up, and answer that it does not exist (sdc-cloudapi `loadPackages`, `loadDatasets`).
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
