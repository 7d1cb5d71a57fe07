/**
 * The URLs of the parts of a simulated OpenStack, and which part a URL belongs to.
 *
 * @module
 */
import { INTERFACES } from "./keystone/catalog.ts";
import type { Addresses } from "./options.ts";

/**
 * `https://keystone.sim.invalid:5000`, and `https://trove.sim.invalid:8779` with variants for regions and interfaces.
 */
export function inventedAddresses(regions: readonly string[]): Addresses {
  const host = (region: number, which: string) => {
    const place = region === 0 ? "" : `-${region + 1}`;
    return `https://trove${place}${which === "public" ? "" : `-${which}`}.sim.invalid:8779`;
  };
  return fill("https://keystone.sim.invalid:5000", regions, host);
}

/**
 * All on one origin: Keystone under `/identity`, the first region's Trove at `/v1.0`, the others' under their names.
 */
export function addressesAt(origin: string, regions: readonly string[]): Addresses {
  return fill(
    `${origin}/identity`,
    regions,
    (region) => region === 0 ? origin : `${origin}/${regions[region]!.toLowerCase()}`,
  );
}

function fill(
  identity: string,
  regions: readonly string[],
  url: (region: number, which: string) => string,
): Addresses {
  const database = Object.fromEntries(regions.map((name, i) => [
    name,
    Object.fromEntries(INTERFACES.map((which) => [which, url(i, which)])) as Addresses["database"][string],
  ]));
  return { identity, database };
}

/** The server of a URL, and the path as that server sees it. */
export type Destination =
  | { service: "identity"; path: string }
  | { service: "database"; region: string; path: string };

/**
 * Decides by the URLs. Otherwise by path and port, so that any host works: `/identity` and port 5000 or `/v3` are
 * Keystone, the rest is the first region's Trove.
 */
export function destinationOf(url: URL, addresses: Addresses): Destination {
  const full = `${url.protocol}//${url.host}${url.pathname}`;
  const below = (base: string) => full === base || full.startsWith(`${base}/`);
  if (below(addresses.identity)) return identity(full.slice(addresses.identity.length));
  const regions = Object.entries(addresses.database);
  // The longest first, because one region's URL may begin like another's.
  const bases = regions.flatMap(([region, urls]) => Object.values(urls).map((base) => ({ region, base })))
    .sort((a, b) => b.base.length - a.base.length);
  const found = bases.find(({ base }) => below(base));
  if (found !== undefined) return database(found.region, full.slice(found.base.length));
  const { pathname } = url;
  if (/^\/identity(\/|$)/.test(pathname)) return identity(pathname.slice("/identity".length));
  if (url.port === "5000" || /^\/v(3|2\.0)(\/|$)/.test(pathname)) return identity(pathname);
  const named = regions.find(([name]) => pathname.startsWith(`/${name.toLowerCase()}/`))?.[0];
  if (named !== undefined) return database(named, pathname.slice(named.length + 1));
  return database(regions[0]![0], pathname);
}

const identity = (path: string): Destination => ({ service: "identity", path: path || "/" });
const database = (region: string, path: string): Destination => ({
  service: "database",
  region,
  path: path || "/",
});
