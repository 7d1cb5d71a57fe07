/** What a connection needs to know, and how several places that say something of it are put together. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import { parseKeyId } from "../sign/keyid.ts";

/** The fields of a connection. All of them are optional in any one place. */
export interface Settings {
  /** The CloudAPI's base, `https://…`. */
  url?: string | undefined;
  account?: string | undefined;
  /** The sub-user who signs. */
  user?: string | undefined;
  /** The key, in any spelling. */
  keyId?: string | undefined;
  /** The private key's file. */
  keyPath?: string | undefined;
  /** Gives the private key itself; a function, so that printing settings shows no secret. */
  keyMaterial?: (() => string) | undefined;
  /** The roles to take up instead of the user's default ones. */
  roles?: readonly string[] | undefined;
  /** The account whose resources are worked on, if another than `account`. */
  actAs?: string | undefined;
  /** Whether any TLS certificate will do. */
  insecure?: boolean | undefined;
}

/** A field's name. */
export type SettingName = keyof Settings;

/** Settings from one place. */
export interface Layer {
  values: Settings;
  /** What to call the place, for one field: `TRITON_URL`, `profile "us-east-1" (~/.triton/…)`. */
  from(field: SettingName): string;
}

/** Settings put together, with each one's place. */
export interface Merged {
  values: Settings;
  source: Partial<Record<SettingName, string>>;
}

/**
 * Takes from each place what the places before it leave open. What belongs together is not torn apart: `insecure`
 * is not taken from below the place that has the `url`; `user`, `roles` and `actAs` not from below the `account`;
 * and the key comes from one place only.
 */
export function merge(layers: readonly Layer[]): Merged {
  const merged: Merged = { values: {}, source: {} };
  const take = <F extends SettingName>(field: F, among: readonly Layer[]) => {
    const layer = among.find((one) => one.values[field] !== undefined);
    if (layer === undefined) return;
    merged.values[field] = layer.values[field];
    merged.source[field] = layer.from(field);
  };
  const withOwners = layers.map(ownerFromKeyId);
  const upTo = (field: SettingName) => {
    const index = withOwners.findIndex((one) => one.values[field] !== undefined);
    return withOwners.slice(0, index < 0 ? undefined : index + 1);
  };
  for (const field of ["url", "insecure"] as const) take(field, upTo("url"));
  for (const field of ["account", "user", "roles", "actAs"] as const) take(field, upTo("account"));
  const keyed = withOwners.find(({ values }) => values.keyMaterial ?? values.keyPath ?? values.keyId);
  for (const field of ["keyId", "keyPath", "keyMaterial"] as const) take(field, keyed ? [keyed] : []);
  return merged;
}

/** A keyId like `/account/users/sub/keys/…` says whose key it is, where nothing else in the same place does. */
function ownerFromKeyId(layer: Layer): Layer {
  const { keyId, account, user } = layer.values;
  if (keyId === undefined || account !== undefined || !keyId.trim().startsWith("/")) return layer;
  const owner = parseKeyId(keyId);
  if (owner.account === undefined) return layer;
  return { ...layer, values: { ...layer.values, account: owner.account, user: user ?? owner.user } };
}

/**
 * A URL without a slash at its end.
 *
 * @throws {CredentialsError} when it is none that requests can be sent to.
 */
export function checkedUrl(text: string, source: string): string {
  const fail = (reason: string) =>
    new CredentialsError(`Cannot use the datacenter's URL of ${source}: ${reason}`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw fail(`it is not a URL: ${text}. It looks like https://us-east-1.api.example.com`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw fail(`it starts neither with https:// nor with http://: ${text}`);
  }
  if (url.username || url.password) {
    throw fail("it contains a user or password, and CloudAPI accepts only signatures");
  }
  if (url.search || url.hash) throw fail("it has a query or fragment. Give the base address only");
  return url.href.replace(/\/+$/, "");
}

/** Whether somebody gave a URL rather than a name. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
