/**
 * Whether requests to an address go through a proxy. The platform's `fetch` heeds these variables by itself; a connection
 * that is opened by hand does not, and might pass by a proxy that is there for a reason.
 *
 * @module
 */
import type { Environment } from "../../../platform/permissions.ts";

/** Whether the environment names a proxy for this address, and does not except it. */
export function isProxied({ protocol, hostname, host }: URL, env: Environment): boolean {
  const read = (name: string) => env.get(name) ?? env.get(name.toUpperCase());
  const proxy = read(protocol === "https:" ? "https_proxy" : "http_proxy") ?? read("all_proxy");
  if (proxy === undefined) return false;
  const excepted = (read("no_proxy") ?? "").split(",").map((one) => one.trim().toLowerCase());
  return !excepted.some((one) =>
    one === "*" || (one !== "" && (one === hostname || one === host ||
      hostname.endsWith(one.startsWith(".") ? one : `.${one}`)))
  );
}
