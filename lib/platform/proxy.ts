/**
 * Through which proxy requests to an address go. The platform's `fetch` heeds these variables by itself; a connection that is
 * opened by hand does not, and might pass by a proxy that is there for a reason.
 *
 * @module
 */
import { type Environment, processEnvironment } from "./permissions.ts";

/**
 * The proxy that the environment names for an address: `https_proxy`, `http_proxy`, `all_proxy`, in small or capital letters;
 * undefined where there is none, or `no_proxy` excepts the address.
 *
 * A value that is no address, such as `proxy:3128`, is one of HTTP, as the platform reads it.
 */
export function proxyFor(
  { protocol, hostname, host }: URL,
  env: Environment = processEnvironment(),
): URL | undefined {
  const read = (name: string) => env.get(name) ?? env.get(name.toUpperCase());
  const proxy = read(protocol === "https:" ? "https_proxy" : "http_proxy") ?? read("all_proxy");
  if (proxy === undefined) return undefined;
  const excepted = (read("no_proxy") ?? "").split(",").map((one) => one.trim().toLowerCase());
  const isExcepted = excepted.some((one) =>
    one === "*" || (one !== "" && (one === hostname || one === host ||
      hostname.endsWith(one.startsWith(".") ? one : `.${one}`)))
  );
  if (isExcepted) return undefined;
  return URL.parse(proxy.includes("://") ? proxy : `http://${proxy}`) ?? new URL("http://invalid.invalid");
}
