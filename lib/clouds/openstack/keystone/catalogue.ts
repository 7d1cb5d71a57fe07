/**
 * The service catalogue that comes with a token, and how to find a service's URL in it.
 *
 * @module
 */
import { CredentialsError } from "../../../engine/errors.ts";
import { type EndpointChoice, type Interface, readInterface } from "../settings/endpoint_choice.ts";

/** One URL of a service. */
export interface CatalogueEndpoint {
  interface: Interface;
  /** The region's id; empty if the cloud has no regions. */
  region: string;
  /** Without a trailing slash. */
  url: string;
}

/** A service in the catalogue of a token. */
export interface CatalogueService {
  /** `database` for Trove. */
  type: string;
  name: string;
  endpoints: readonly CatalogueEndpoint[];
}

/** All services in the catalogue of a token. */
export type Catalogue = readonly CatalogueService[];

/** Trove's registered service type, which has no aliases, and the type in Rackspace's cloud. */
export const DATABASE_TYPES: readonly string[] = ["database", "rax:database"];

/**
 * Finds a service's URL.
 *
 * @throws {CredentialsError} when there is none, and when several regions have one and no region was given, because
 * muster must not choose which of them to change. The message lists what there is.
 */
export function findEndpoint(catalogue: Catalogue, wish: EndpointChoice): CatalogueEndpoint {
  const types = wish.types ?? DATABASE_TYPES;
  const refuse = (why: string, next: string): never => {
    throw new CredentialsError(`Cannot find the ${types[0]} service: ${why}. ${next}.`);
  };
  if (catalogue.length === 0) {
    refuse(
      "the token came without a service catalogue",
      "Log in with a project (OS_PROJECT_NAME), or give the endpoint itself (OS_DATABASE_ENDPOINT_OVERRIDE)",
    );
  }
  const type = types.find((type) => catalogue.some((service) => service.type === type));
  const ofType = catalogue.filter((service) => service.type === type);
  if (ofType.length === 0 && wish.tokenIsFor !== undefined) {
    refuse(
      `the token is for ${wish.tokenIsFor}, and services such as this one are for projects`,
      "Log in with a project (OS_PROJECT_NAME), and leave OS_DOMAIN_NAME, OS_DOMAIN_ID and OS_SYSTEM_SCOPE out",
    );
  }
  if (ofType.length === 0) {
    refuse(
      "the catalogue has no service of this type",
      `Its services are ${list(catalogue.map((service) => service.type))}`,
    );
  }
  const services = wish.name === undefined ? ofType : ofType.filter((service) => service.name === wish.name);
  if (services.length === 0) {
    refuse(
      `none has the name ${quote(wish.name!)}`,
      `The names are ${list(ofType.map((service) => service.name))}`,
    );
  }
  const all = services.flatMap((service) => service.endpoints);
  const here = wish.region === undefined ? all : all.filter((endpoint) => endpoint.region === wish.region);
  if (here.length === 0 && wish.clouds !== undefined) {
    const regions = list(all.map((endpoint) => endpoint.region));
    throw new CredentialsError(
      `Cannot find ${quote(wish.region!)}: it is neither a cloud nor a region of the current cloud. ` +
        `The clouds are ${list(wish.clouds)}; the regions with databases are ${regions}.`,
    );
  }
  if (here.length === 0) {
    refuse(
      wish.region === undefined
        ? "the catalogue has no address for it"
        : `region ${quote(wish.region)} has none`,
      all.length === 0
        ? "Ask the cloud's operator"
        : `It is in ${list(all.map((endpoint) => endpoint.region))}`,
    );
  }
  const sides = typeof wish.interface === "object" ? wish.interface : [wish.interface ?? "public"];
  const side = sides.find((one) => here.some((endpoint) => endpoint.interface === one));
  const found = here.filter((endpoint) => endpoint.interface === side);
  if (found.length === 0) {
    refuse(
      `it has no ${sides.join(" or ")} interface`,
      `It has ${list(here.map((endpoint) => endpoint.interface))}`,
    );
  }
  const regions = new Set(found.map((endpoint) => endpoint.region));
  if (regions.size > 1) {
    refuse(
      "several regions have it, and none was chosen",
      `Choose one of ${list([...regions])} (OS_REGION_NAME)`,
    );
  }
  // muster must not choose one of them either.
  const several = services.filter(({ endpoints }) => endpoints.some((one) => found.includes(one)));
  if (several.length > 1 && new Set(found.map(({ url }) => url)).size > 1) {
    refuse(
      `${several.length} services of this type are there, with different addresses: ${
        several.map(({ name, endpoints }) =>
          `${name || "(no name)"} at ${endpoints.find((one) => found.includes(one))!.url}`
        ).join(", ")
      }`,
      "Choose one by its name (OS_DATABASE_SERVICE_NAME or serviceName), or give its address (OS_DATABASE_ENDPOINT_OVERRIDE)",
    );
  }
  return found[0]!;
}

/** The regions of a service, for messages and completions. */
export function regionsOf(catalogue: Catalogue, types: readonly string[] = DATABASE_TYPES): string[] {
  const endpoints = catalogue.filter((service) => types.includes(service.type)).flatMap((service) =>
    service.endpoints
  );
  return [...new Set(endpoints.map((endpoint) => endpoint.region))].sort();
}

/**
 * Puts the project's id into a given URL that has a place for it: `%(project_id)s`, `$(tenant_id)s`, `{project_id}`.
 *
 * @throws {CredentialsError} when there is a place for it and no project.
 */
export function expandEndpoint(url: string, projectId: string | undefined): string {
  const expanded = url.replace(/[%$]\((?:project|tenant)_id\)s|\{(?:project|tenant)_id\}/g, (place) => {
    if (projectId !== undefined) return projectId;
    throw new CredentialsError(
      `Cannot use the given endpoint: it contains ${place}, and the token has no project. Log in with a project.`,
    );
  });
  return withoutSlash(expanded);
}

/** Reads a v3 token's `catalog`. Malformed entries are left out. */
export function readCatalogueV3(catalog: unknown): Catalogue {
  return records(catalog).map((service) => ({
    type: text(service.type),
    name: text(service.name),
    endpoints: records(service.endpoints).flatMap((endpoint) => {
      const side = readInterface(text(endpoint.interface));
      const url = withoutSlash(text(endpoint.url));
      return side && url
        ? [{ interface: side, region: text(endpoint.region_id) || text(endpoint.region), url }]
        : [];
    }),
  }));
}

/** Reads a v2.0 token's `serviceCatalog`, where one endpoint has a URL for each interface. */
export function readCatalogueV2(catalog: unknown): Catalogue {
  return records(catalog).map((service) => ({
    type: text(service.type),
    name: text(service.name),
    endpoints: records(service.endpoints).flatMap((endpoint) =>
      (["public", "internal", "admin"] as const).flatMap((side) => {
        const url = withoutSlash(text(endpoint[`${side}URL`]));
        return url ? [{ interface: side, region: text(endpoint.region), url }] : [];
      })
    ),
  }));
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function list(names: readonly string[]): string {
  const distinct = [...new Set(names.map((name) => name || "(no name)"))].sort();
  return distinct.join(", ") || "nothing";
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((one): one is Record<string, unknown> => typeof one === "object" && one !== null)
    : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
