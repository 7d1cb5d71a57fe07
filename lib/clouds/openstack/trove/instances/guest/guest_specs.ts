/**
 * Databases and users to be made, as people say it and as the API takes it.
 *
 * @module
 */
import { MusterError } from "../../../../../engine/mod.ts";
import { type Secret, secret } from "../../../settings/secret.ts";

/**
 * A database to be made.
 *
 * @example
 * ```ts
 * import { type DatabaseSpec, dbaas } from "@muster/muster";
 *
 * const archive: DatabaseSpec = { name: "archive", characterSet: "utf8", collate: "utf8_general_ci" };
 * console.log(dbaas("sim").instance("prod-billing").createDatabase(archive));
 * ```
 */
export interface DatabaseSpec {
  /** What it is to be called. */
  name: string;
  /** Such as `utf8`. Default: the server's. Not shown by the API afterwards. */
  characterSet?: string;
  /** How texts are compared, such as `utf8_general_ci`. Default: the character set's. */
  collate?: string;
}

/**
 * A user to be made.
 *
 * @example
 * ```ts
 * import { dbaas, type UserSpec } from "@muster/muster";
 *
 * const reader: UserSpec = { name: "reader", password: "correct horse", databases: ["ledger"] };
 * console.log(dbaas("sim").instance("prod-billing").createUser({ ...reader, host: "10.0.0.1" }));
 * ```
 */
export interface UserSpec {
  /** What it logs in by. */
  name: string;
  /** Its password. No plan, journal or report shows it. */
  password: string | Secret;
  /** From where the user may log in. Default `%`: from everywhere. */
  host?: string;
  /** The databases the user may use, by name. */
  databases?: readonly (string | { name: string })[];
}

function checked(kind: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new MusterError(
    `Cannot create a ${kind}: the option ${unknown} does not exist. The options are ${known.join(", ")}.`,
  );
}

function requiredName(kind: string, given: { name?: unknown }): string {
  if (typeof given.name === "string" && given.name !== "") return given.name;
  throw new MusterError(`Cannot create a ${kind}: it has no name: ${JSON.stringify(given)}`);
}

/** Databases as the API takes them. */
export function databasesBody(specs: readonly (string | DatabaseSpec)[]): { name: string }[] {
  return specs.map((spec) => {
    if (typeof spec === "string") return { name: requiredName("database", { name: spec }) };
    checked("database", spec, ["name", "characterSet", "collate"]);
    return {
      name: requiredName("database", spec),
      ...(spec.characterSet === undefined ? {} : { character_set: spec.characterSet }),
      ...(spec.collate === undefined ? {} : { collate: spec.collate }),
    };
  });
}

/** Users with their passwords put away, so that no plan, journal or report shows them. */
export function sealedUsers(specs: readonly UserSpec[]): (UserSpec & { password: Secret })[] {
  return specs.map((spec) => {
    checked("user", spec, ["name", "password", "host", "databases"]);
    const name = requiredName("user", { name: spec.name });
    if (!spec.password) throw new MusterError(`Cannot create user ${name}: no password is given.`);
    return Object.freeze({ ...spec, password: secret(spec.password) });
  });
}

/** Datastores whose passwords are restricted, by the names that operators give them. */
const RESTRICTED = /mysql|mariadb|percona/i;
/** What the server's model of a user does not take; that it prints nothing of which only a code could be shown, besides. */
const NOT_TAKEN = /^\s|\s$|['"`;,/\\]|[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Why a datastore takes none of these passwords; undefined where it does. Releases before 19 refuse such a user and quote the
 * password; later ones accept, and make none.
 *
 * @param datastore What it is called: `mysql`, `mysql@5.7.29`.
 */
export function passwordFault(
  datastore: string | undefined,
  users: readonly { readonly name: string; readonly password?: Secret | undefined }[],
): string | undefined {
  if (datastore === undefined || !RESTRICTED.test(datastore)) return undefined;
  const wrong = users.find(({ password }) => password && NOT_TAKEN.test(password.reveal()));
  return wrong &&
    `${datastore} takes no password with ' " \` ; , / or \\, with a control character, or with a blank at either ` +
      `end: choose another for ${wrong.name}`;
}

/** Users as the API takes them. */
export function usersBody(specs: readonly UserSpec[]): Record<string, unknown>[] {
  return specs.map(({ name, password, host, databases }) => ({
    name,
    password: secret(password).reveal(),
    ...(host === undefined ? {} : { host }),
    ...(databases === undefined
      ? {}
      : { databases: databases.map((one) => ({ name: typeof one === "string" ? one : one.name })) }),
  }));
}
