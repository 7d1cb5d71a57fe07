/** Settings from the environment, under the names that CloudAPI's clients have used over the years. @module */
import { CredentialsError } from "../../../engine/errors.ts";
import type { Environment } from "../../../platform/permissions.ts";
import type { Layer, SettingName, Settings } from "./settings.ts";

/** The variables of each setting; the first that is set is used. */
const VARIABLES: Record<SettingName, readonly string[]> = {
  url: ["MUSTER_URL", "TRITON_URL", "SDC_URL"],
  account: ["MUSTER_ACCOUNT", "TRITON_ACCOUNT", "SDC_ACCOUNT"],
  user: ["MUSTER_USER", "TRITON_USER", "SDC_USER"],
  keyId: ["MUSTER_KEY_ID", "TRITON_KEY_ID", "SDC_KEY_ID"],
  keyPath: ["MUSTER_KEY_PATH", "SDC_KEY"],
  keyMaterial: ["MUSTER_KEY_MATERIAL", "TRITON_KEY_MATERIAL"],
  roles: ["MUSTER_ROLE", "TRITON_ROLE"],
  actAs: ["MUSTER_ACT_AS", "TRITON_ACT_AS"],
  insecure: [
    "MUSTER_TLS_INSECURE",
    "TRITON_TLS_INSECURE",
    "SDC_TLS_INSECURE",
    "TRITON_SKIP_TLS_VERIFY",
    "SDC_TESTING",
  ],
};
const FIELDS = Object.keys(VARIABLES) as SettingName[];

/** The variables that name a profile. */
export const PROFILE_VARIABLES = ["MUSTER_PROFILE", "TRITON_PROFILE"] as const;

/** The settings in the environment, as far as it may be read. */
export function environmentLayer(env: Environment): Layer {
  const values: Settings = {};
  const names: Partial<Record<SettingName, string>> = {};
  for (const field of FIELDS) {
    for (const name of VARIABLES[field]) {
      const text = env.get(name);
      if (text === undefined) continue;
      set(values, field, name, text);
      names[field] = name;
      break;
    }
  }
  if (values.keyMaterial && !values.keyMaterial().includes("PRIVATE KEY")) {
    // One of the older clients accepts a path in this variable too.
    values.keyPath ??= values.keyMaterial().trim();
    names.keyPath ??= names.keyMaterial!;
    delete values.keyMaterial;
  }
  return { values, from: (field) => names[field] ?? "the environment" };
}

function set(values: Settings, field: SettingName, variable: string, text: string): void {
  switch (field) {
    case "keyMaterial":
      values.keyMaterial = () => text;
      break;
    case "roles":
      values.roles = text.split(",").map((role) => role.trim()).filter((role) => role !== "");
      break;
    case "insecure":
      // For the oldest of these variables any text means yes.
      values.insecure = variable === "SDC_TESTING" || yesOrNo(variable, text);
      break;
    default:
      values[field] = text;
  }
}

function yesOrNo(variable: string, text: string): boolean {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new CredentialsError(`Cannot use ${variable}: it is neither "true" nor "false": ${text}`);
}

/** The flag that allows reading the variables that may not be read yet. */
export function environmentFlag(env: Environment): string | undefined {
  const wanted = [VARIABLES.url, VARIABLES.account, VARIABLES.keyId].flat();
  const denied = wanted.filter((name) => env.denied.has(name));
  return denied.length === 0 ? undefined : `--allow-env=${denied.join(",")}`;
}
