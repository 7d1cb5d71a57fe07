/** Reads one profile of a file, and checks each field. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import type { Settings } from "./settings.ts";

/** Named settings, and their file. */
export interface Profile {
  name: string;
  path: string;
  values: Settings;
}

/** A place with profiles. A file that cannot be read is a `CredentialsError`; a missing one is not. */
export interface ProfileFolder {
  names(): Promise<string[]>;
  /** The default profile, and the file that names it. */
  current(): Promise<{ name: string; path: string } | undefined>;
  profile(name: string): Promise<Profile | undefined>;
}

const TEXTS = ["url", "account", "user", "keyId", "keyPath", "actAs"] as const;
const FIELDS = [...TEXTS, "roles", "insecure"];

/**
 * The settings in `value`.
 *
 * @param strict Whether an unknown field is an error. The official client's files may get new ones.
 * @throws {CredentialsError} with the profile, the file and the field.
 */
export function readFields(value: unknown, name: string, path: string, strict: boolean): Settings {
  const fail = (reason: string) =>
    new CredentialsError(`Cannot use the profile "${name}" in ${path}: ${reason}.`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw fail("it is not a mapping of fields to values");
  }
  // The official client's name for it.
  const { actAsAccount, ...rest } = value as Record<string, unknown>;
  const fields: Record<string, unknown> = {
    ...actAsAccount !== undefined && { actAs: actAsAccount },
    ...rest,
  };
  if (strict) {
    const unknown = Object.keys(fields).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) {
      throw fail(`it has an unknown field, ${unknown}. The fields are ${FIELDS.join(", ")}`);
    }
  }
  const values: Settings = {};
  for (const field of TEXTS) {
    const text = fields[field];
    if (text === undefined || text === null || text === "") continue;
    if (typeof text !== "string") throw fail(`its \`${field}\` is not a text`);
    values[field] = text;
  }
  const { roles, insecure } = fields;
  if (roles !== undefined && roles !== null) {
    if (!Array.isArray(roles) || !roles.every((role) => typeof role === "string")) {
      throw fail("its `roles` is not a list of names");
    }
    if (roles.length > 0) values.roles = roles;
  }
  if (insecure !== undefined && insecure !== null) {
    if (typeof insecure !== "boolean") throw fail("its `insecure` is neither true nor false");
    values.insecure = insecure;
  }
  return values;
}
