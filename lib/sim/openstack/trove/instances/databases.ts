/**
 * The databases inside an instance.
 *
 * @module
 */
import type { JsonObject } from "../../exact_json.ts";
import { fault } from "../../reply.ts";
import { ACCEPTED, type Handler } from "../protocol/call.ts";
import type { Instance } from "../records/instance.ts";
import { keyPage } from "../protocol/pages.ts";
import type { Schema } from "../protocol/schema.ts";

/** Databases that belong to the server itself. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  postgresql: ["postgres", "template0", "template1"],
  mysql: ["mysql", "information_schema", "performance_schema", "sys", "lost+found", "#mysql50#lost+found"],
};

/** Some of the character sets, enough to detect a wrong one. */
const CHARACTER_SETS =
  /^(utf8|utf8mb3|utf8mb4|latin[12579]|ascii|binary|ucs2|utf16|utf32|cp125[0167]|koi8[ru])$/;

/** The specification of a database. */
export const DATABASE: Schema = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", minLength: 1 },
    character_set: { type: "string", minLength: 1 },
    collate: { type: "string", minLength: 1 },
  },
};

/** @throws {Refusal} 400 for a name that is taken, reserved or invalid; then none was added. */
export function addDatabases(instance: Instance, said: readonly JsonObject[]): void {
  const names = said.map((one) => String(one.name));
  const reserved = RESERVED[instance.version.datastore.name] ?? RESERVED.mysql!;
  for (const [i, name] of names.entries()) {
    const charset = said[i]!.character_set;
    const known = charset === undefined || CHARACTER_SETS.test(String(charset).toLowerCase());
    if (!known || name.length > 64 || /[\\/?%*:|"<>.`]|\s$/.test(name)) {
      throw fault(400, `'${name}' is not a valid schema name.`);
    }
    if (reserved.includes(name.toLowerCase())) throw fault(400, `Database name '${name}' is reserved.`);
    if (instance.databases.has(name) || names.indexOf(name) !== i) {
      throw fault(400, `A database with the name "${name}" already exists.`);
    }
  }
  for (const name of names) instance.databases.add(name);
}

export const listDatabases: Handler = (call) => {
  const instance = call.guest();
  const sorted = [...instance.databases].sort();
  const { items, links } = keyPage(call, sorted, (name) => name);
  return { status: 200, json: { databases: items.map((name) => ({ name })), ...links } };
};

export const createDatabases: Handler = (call) => {
  const said = call.list("databases", DATABASE);
  addDatabases(call.guest(), said);
  call.action = "create-databases";
  return ACCEPTED;
};

export const deleteDatabase: Handler = (call) => {
  const instance = call.guest();
  const name = call.param(1);
  if (!instance.databases.delete(name)) {
    throw fault(404, `Database ${name} cannot be found on the instance.`);
  }
  call.action = "delete-database";
  return ACCEPTED;
};

/** A route that is not implemented: 501. */
export const showDatabase: Handler = () => {
  throw notImplemented();
};

/** The answer of a route that is not implemented. */
export function notImplemented() {
  const message = "The server has either erred or is incapable of performing the requested operation.";
  return fault(501, message, false);
}
