/**
 * The datacenters of one cloud, and how to get from one to another.
 *
 * @module
 */
import { type Endpoint, MusterError, SelectionError } from "../../../engine/mod.ts";
import { siblingOf } from "../connect.ts";
import { checkedUrl } from "../profile/settings.ts";

/** The datacenters that this one lists: their names and the URLs of their CloudAPIs. */
export async function datacenters(endpoint: Endpoint): Promise<Record<string, string>> {
  const { body } = await endpoint.send({ method: "GET", path: "/datacenters" });
  if (typeof body === "object" && body !== null && !Array.isArray(body)) {
    return body as Record<string, string>;
  }
  throw new MusterError(`Cannot list datacenters: the server's answer does not list any: ${typeof body}`);
}

/**
 * Another datacenter of the same cloud, with the same credentials. Its URL comes from the list, because a request for
 * it alone is answered with a redirect, which would be followed unsigned.
 *
 * @throws {SelectionError} when none has this name; the message lists them.
 */
export async function otherDatacenter(endpoint: Endpoint, name: string): Promise<Endpoint> {
  const all = await datacenters(endpoint);
  const listed = Object.hasOwn(all, name) ? all[name] : undefined;
  if (typeof listed !== "string") {
    throw new SelectionError(
      `Cannot find the datacenter ${JSON.stringify(name)}: ${endpoint.name} lists ${
        Object.keys(all).sort().join(", ") || "none"
      }`,
    );
  }
  return siblingOf(endpoint, name, checkedUrl(listed, `the datacenters that ${endpoint.name} lists`));
}
