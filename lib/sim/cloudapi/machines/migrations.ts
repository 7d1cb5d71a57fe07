/**
 * Migrations. There are none here, so the lists are empty.
 *
 * @module
 */
import { notFound } from "../protocol/problem.ts";
import type { Route } from "../protocol/call.ts";

export const migrationRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/:account/migrations",
    name: "ListMigrations",
    group: "machines",
    handle: () => ({ body: [] }),
  },
  {
    method: "GET",
    path: "/:account/migrations/:machine",
    name: "GetMigration",
    group: "machines",
    handle: (call) => {
      throw notFound(`No migration found for ${call.params.machine}`);
    },
  },
];
