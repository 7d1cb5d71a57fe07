/**
 * Adds accounts and keys to the world.
 *
 * @module
 */
import type { MachineSeeds } from "../../seed.ts";
import { parsePublicKey } from "../../ssh_key.ts";
import type { Account, Person, StoredKey } from "../records/account.ts";
import { stableId } from "../stable_id.ts";
import type { World } from "../world.ts";

/** The specification for {@linkcode addAccount}. */
export interface AccountSpec {
  login: string;
  /** Public keys in OpenSSH format. */
  keys?: readonly string[];
  operator?: boolean;
  disabled?: boolean;
  /** Whether it may create machines. Default true. */
  approved?: boolean;
  machines?: MachineSeeds;
  email?: string;
}

/** Adds an account to the world. */
export function addAccount(world: World, spec: AccountSpec): Account {
  const id = stableId(`account ${spec.login}`);
  const account: Account = {
    id,
    login: spec.login,
    email: spec.email ?? `${spec.login}@example.com`,
    profile: { companyName: "Example", firstName: spec.login, lastName: "Simulated" },
    created: world.began - 365 * 86_400_000,
    updated: world.began - 86_400_000,
    keys: [],
    accessKeys: [],
    operator: spec.operator ?? false,
    disabled: spec.disabled ?? false,
    approved: spec.approved ?? true,
    cns: false,
    users: [],
    roles: [],
    policies: [],
    rules: [],
    vlans: [
      { vlan_id: 2, name: "My-Fabric-VLAN", description: undefined },
      { vlan_id: 3, name: "backend", description: "No way out" },
    ],
    config: { default_network: world.networks.find(({ fabric }) => fabric)!.id },
    machines: world.machineStore(id, spec.machines ?? 0),
    roleTags: new Map(),
  };
  for (const line of spec.keys ?? []) addKey(world, account, line);
  world.accounts.set(spec.login, account);
  return account;
}

/** Adds a key; undefined if the line is not a key, or the person already has it. */
export function addKey(world: World, person: Person, line: string, name?: string): StoredKey | undefined {
  const parsed = parsePublicKey(line);
  if (parsed === undefined || person.keys.some(({ fingerprint }) => fingerprint === parsed.fingerprint)) {
    return undefined;
  }
  const key: StoredKey = {
    name: name ?? (parsed.comment || parsed.fingerprint),
    fingerprint: parsed.fingerprint,
    line: line.trim(),
    parsed,
    created: world.clock.now(),
  };
  person.keys.push(key);
  return key;
}
