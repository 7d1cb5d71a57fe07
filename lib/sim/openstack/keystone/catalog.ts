/**
 * The catalogue: the services, and their URLs.
 *
 * @module
 */
import type { Json } from "../exact_json.ts";
import type { Addresses } from "../options.ts";
import type { Scope } from "./tokens.ts";

/** The interfaces, in the order Keystone lists them. */
export const INTERFACES = ["public", "internal", "admin"] as const;

/** A service of the catalogue before it is written for a scope. */
interface Service {
  id: string;
  type: string;
  name: string;
  endpoints: { id: string; region: string; interface: string; url: string; needsProject: boolean }[];
}

/** The services and their endpoints. The ids come from `id`, once, so they stay the same. */
export class Catalog {
  readonly services: Service[];

  constructor(addresses: Addresses, databaseType: string, id: () => string) {
    const regions = Object.keys(addresses.database);
    const identity: Service = { id: id(), type: "identity", name: "keystone", endpoints: [] };
    const database: Service = { id: id(), type: databaseType, name: "trove", endpoints: [] };
    for (const region of regions) {
      for (const which of INTERFACES) {
        const url = `${addresses.identity}/v3`;
        identity.endpoints.push({ id: id(), region, interface: which, url, needsProject: false });
        const base = addresses.database[region]![which];
        database.endpoints.push({
          id: id(),
          region,
          interface: which,
          url: `${base}/v1.0`,
          needsProject: true,
        });
      }
    }
    this.services = [identity, database];
  }

  /** In v3's form. Endpoints whose URL needs a project are left out of scopes without one. */
  json(scope: Scope): Json {
    return this.services.map(({ id, type, name, endpoints }) => ({
      endpoints: endpoints.filter((one) => !one.needsProject || scope.kind === "project").map((one) => ({
        id: one.id,
        interface: one.interface,
        region_id: one.region,
        url: scope.kind === "project" && one.needsProject ? `${one.url}/${scope.project.id}` : one.url,
        region: one.region,
      })),
      id,
      type,
      name,
    }));
  }

  /** In v2.0's form: one endpoint for each region, with its interfaces as fields. */
  legacyJson(projectId: string): Json {
    return this.services.map(({ type, name, endpoints }) => ({
      type,
      name,
      endpoints_links: [],
      endpoints: [...new Set(endpoints.map((one) => one.region))].map((region) => {
        const urls = Object.fromEntries(
          endpoints.filter((one) => one.region === region).map((one) => [
            `${one.interface}URL`,
            one.needsProject ? `${one.url}/${projectId}` : one.url,
          ]),
        );
        return { region, tenantId: projectId, ...urls };
      }),
    }));
  }
}
