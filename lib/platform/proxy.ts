/**
 * The proxy for requests to a URL. The platform's `fetch` uses these variables itself. A connection that we open
 * ourselves does not, and must not bypass a proxy.
 *
 * @module
 */
import { type Environment, processEnvironment } from "./permissions.ts";

/**
 * The proxy that the environment names for a URL: `https_proxy`, `http_proxy`, `all_proxy`, in lower or upper case.
 * Undefined if there is none, or `no_proxy` excludes the URL.
 *
 * A value that is not a URL, such as `proxy:3128`, means an HTTP proxy, as the platform reads it.
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
