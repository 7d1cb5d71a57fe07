/**
 * Specifications of new databases and users, and their form in the API.
 *
 * @module
 */
import { MusterError } from "../../../../../engine/mod.ts";
import { type Secret, secret } from "../../../settings/secret.ts";

/**
 * The specification of a new database.
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
  /** Its name. */
  name: string;
  /** Such as `utf8`. Default: the server's. The API does not show it afterwards. */
  characterSet?: string;
  /** The collation, such as `utf8_general_ci`. Default: the character set's. */
  collate?: string;
}

/**
 * The specification of a new user.
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
  /** The login name. */
  name: string;
  /** Its password. No plan, journal or report shows it. */
  password: string | Secret;
  /** The host from which the user may log in. Default `%`: any host. */
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

/** Databases in the API's form. */
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

/** Users with their passwords wrapped as secrets, so that no plan, journal or report shows them. */
export function sealedUsers(specs: readonly UserSpec[]): (UserSpec & { password: Secret })[] {
  return specs.map((spec) => {
    checked("user", spec, ["name", "password", "host", "databases"]);
    const name = requiredName("user", { name: spec.name });
    if (!spec.password) throw new MusterError(`Cannot create user ${name}: no password is given.`);
    return Object.freeze({ ...spec, password: secret(spec.password) });
  });
}

/** Datastores with restricted passwords, by the usual names. */
const RESTRICTED = /mysql|mariadb|percona/i;
/** Characters that the server's model of a user does not accept, and also those that cannot be printed as they are. */
const NOT_TAKEN = /^\s|\s$|['"`;,/\\]|[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Why a datastore does not accept one of these passwords; undefined if it accepts all. Releases before 19 refuse such a
 * user and quote the password. Later ones accept the request, and create no user.
 *
 * @param datastore Its name: `mysql`, `mysql@5.7.29`.
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

/** Users in the API's form. */
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
