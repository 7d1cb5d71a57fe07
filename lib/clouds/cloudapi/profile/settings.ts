/** The settings of a connection, and how those from several places are combined. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import { parseKeyId } from "../sign/keyid.ts";

/** The settings of a connection. In any one place all of them are optional. */
export interface Settings {
  /** The URL of the CloudAPI, `https://…`. */
  url?: string | undefined;
  account?: string | undefined;
  /** The sub-user that signs. */
  user?: string | undefined;
  /** The key, in any form. */
  keyId?: string | undefined;
  /** The private key's file. */
  keyPath?: string | undefined;
  /** Returns the private key itself. A function, so that printing settings does not show it. */
  keyMaterial?: (() => string) | undefined;
  /** The roles to use instead of the user's default ones. */
  roles?: readonly string[] | undefined;
  /** The account whose resources are used, if it is not `account`. */
  actAs?: string | undefined;
  /** Whether any TLS certificate is accepted. */
  insecure?: boolean | undefined;
}

/** A field's name. */
export type SettingName = keyof Settings;

/** Settings from one place. */
export interface Layer {
  values: Settings;
  /** The name of the place, for one setting: `TRITON_URL`, `profile "us-east-1" (~/.triton/…)`. */
  from(field: SettingName): string;
}

/** Combined settings, with the place of each. */
export interface Merged {
  values: Settings;
  source: Partial<Record<SettingName, string>>;
}

/**
 * Takes from each place the settings that the places before it lack. Settings that belong together stay together:
 * `insecure` does not come from a later place than the `url`; `user`, `roles` and `actAs` not from a later place than
 * the `account`; and the key comes from one place only.
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

/** A keyId such as `/account/users/sub/keys/…` names the key's owner, if nothing else in the same place does. */
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
 * @throws {CredentialsError} when requests cannot be sent to it.
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

/** Whether a text is a URL and not a name. */
export function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}
