/**
 * An account and its resources.
 *
 * @module
 */
import type { SshPublicKey } from "../../ssh_key.ts";
import type { MachineStore } from "./machine_store.ts";

/** An SSH key that the server has. */
export interface StoredKey {
  name: string;
  /** The MD5 fingerprint, in pairs with colons. */
  fingerprint: string;
  /** The public key in OpenSSH format. */
  line: string;
  parsed: SshPublicKey;
  created: number;
}

/** A person with a login: an account or a sub-user. */
export interface Person {
  id: string;
  login: string;
  email: string;
  /** `companyName`, `firstName`, … as given. */
  profile: Record<string, string>;
  created: number;
  updated: number;
  keys: StoredKey[];
  accessKeys: AccessKey[];
}

export interface AccessKey {
  accesskeyid: string;
  accesskeysecret: string;
  status: "Active" | "Inactive" | "Expired";
  description: string | undefined;
  created: number;
  updated: number;
}

export interface Policy {
  id: string;
  name: string;
  rules: string[];
  description: string | undefined;
}

export interface Role {
  id: string;
  name: string;
  /** Ids of policies. */
  policies: string[];
  members: { type: "subuser" | "account"; id: string; default: boolean }[];
}

export interface FirewallRule {
  id: string;
  rule: string;
  enabled: boolean;
  log: boolean;
  global: boolean;
  description: string | undefined;
}

export interface Vlan {
  vlan_id: number;
  name: string;
  description: string | undefined;
}

export interface Account extends Person {
  /** May use every account, and has no rate limit. */
  operator: boolean;
  disabled: boolean;
  approved: boolean;
  cns: boolean;
  users: Person[];
  roles: Role[];
  policies: Policy[];
  rules: FirewallRule[];
  vlans: Vlan[];
  config: { default_network: string };
  machines: MachineStore;
  /** Role names, by the path of the tagged resource. */
  roleTags: Map<string, string[]>;
}
