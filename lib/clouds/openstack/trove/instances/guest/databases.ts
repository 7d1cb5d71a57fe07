/**
 * The databases inside an instance.
 *
 * @module
 */
import { MusterError, type Performance } from "../../../../../engine/mod.ts";
import { guestChange, quoted } from "./guest_change.ts";
import { instancePath } from "../../records/guest_path.ts";
import { databasesBody, type DatabaseSpec } from "./guest_specs.ts";
import type { Instance } from "../../records/instance_record.ts";
import { listAll, type Sender } from "../../list_pages.ts";

/**
 * A database inside an instance. The API never shows its character set.
 *
 * @example
 * ```ts
 * import { type Database, dbaas } from "@muster/muster";
 *
 * const databases: Database[] = await dbaas("sim").instance("prod-billing").databases();
 * console.log(databases.map(({ name }) => name));
 * ```
 */
export interface Database {
  /** Its name. */
  name: string;
}

/** All databases of an instance. */
export function listDatabases(sender: Sender, id: string): Promise<Database[]> {
  return listAll<Database>(sender, { path: instancePath(id, "/databases"), items: "databases" });
}

/** The names of all databases of an instance. */
async function namesIn(sender: Sender, id: string): Promise<Set<string>> {
  return new Set((await listDatabases(sender, id)).map(({ name }) => name));
}

function creating(method: string, specs: readonly (string | DatabaseSpec)[]): Performance<Instance> {
  const databases = databasesBody(specs);
  if (databases.length === 0) throw new MusterError(`Cannot ${method}: no database is named.`);
  const names = databases.map(({ name }) => name);
  return guestChange({
    name: method,
    told: quoted(names),
    request: ({ member }) => ({
      method: "POST",
      path: instancePath(member.id, "/databases"),
      body: { databases },
    }),
    async isSo(context) {
      const there = await namesIn(context, context.member.id);
      return names.every((name) => there.has(name));
    },
    already: `it has ${names.join(", ")}`,
  });
}

/** The steps on databases. */
export const databaseSteps = {
  /** Creates a database in the instance: a name, or an object. */
  createDatabase: (database: string | DatabaseSpec): Performance<Instance> =>
    creating("createDatabase", [database]),
  /** Creates databases in the instance. */
  createDatabases: (databases: readonly (string | DatabaseSpec)[]): Performance<Instance> =>
    creating("createDatabases", databases),
  /** Destroys a database of the instance, with all its data. */
  deleteDatabase(name: string): Performance<Instance> {
    databasesBody([name]);
    return guestChange({
      name: "deleteDatabase",
      told: quoted([name]),
      destructive: true,
      request: ({ member }) => ({
        method: "DELETE",
        path: instancePath(member.id, `/databases/${encodeURIComponent(name)}`),
      }),
      isSo: async (context) => !(await namesIn(context, context.member.id)).has(name),
      already: `it has no ${name}`,
    });
  },
};
