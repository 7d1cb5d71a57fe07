/**
 * Policies (RBAC): sentences that say what is allowed. Roles consist of them. The protocol is that of sdc-cloudapi
 * `lib/policies.js`.
 *
 * @module
 */
import { MusterError } from "../../../engine/mod.ts";
import { AccountGroup, pathSegment } from "./account_group.ts";
import { checkFields, checkText, idOf } from "./named_ref.ts";

/**
 * A policy.
 *
 * @example
 * ```ts
 * import { dc, type Policy } from "@muster/muster";
 *
 * const policies: Policy[] = await dc("sim").policies.list();
 * console.log(policies.map(({ name, rules }) => `${name}: ${rules.join("; ")}`));
 * ```
 */
export interface Policy {
  /** UUID. */
  id: string;
  /** Its name; unique in the account. */
  name: string;
  /** Sentences: `CAN getmachine`, `CAN rebootmachine WHEN sourceip = 10.0.0.0/8`. */
  rules: string[];
  /** What it is for. */
  description?: string;
}

/**
 * The specification of a new policy.
 *
 * @example
 * ```ts
 * import { dc, type PolicySpec } from "@muster/muster";
 *
 * const reading: PolicySpec = { name: "reading", rules: ["CAN listmachines, getmachine"] };
 * console.log((await dc("sim").policies.create(reading)).id);
 * ```
 */
export interface PolicySpec {
  /** Its name. */
  readonly name: string;
  /** Sentences in the language Aperture; at least one. */
  readonly rules: readonly string[];
  /** What it is for. */
  readonly description?: string;
}

/**
 * A policy, by its record, its id or its name.
 *
 * @example
 * ```ts
 * import { dc, type PolicyRef } from "@muster/muster";
 *
 * const which: PolicyRef = "reading"; // or an id, or a record
 * console.log((await dc("sim").policies.list()).some(({ name }) => name === which));
 * ```
 */
export type PolicyRef = string | { readonly id: string };

const FIELDS = ["name", "rules", "description"];

function checkRules(doing: string, rules: unknown): void {
  const fine = Array.isArray(rules) && rules.length > 0 &&
    rules.every((one) => typeof one === "string" && one.trim() !== "");
  if (!fine) {
    throw new MusterError(
      `Cannot ${doing}: its rules are not a list of sentences, such as ["CAN getmachine"].`,
    );
  }
}

/**
 * The policies of an account: `dc(…).policies`.
 *
 * @example
 * ```ts
 * import { dc } from "@muster/muster";
 *
 * const { policies } = dc("sim");
 * const made = await policies.create({ name: "starting", rules: ["CAN startmachine"] });
 * await policies.update("starting", { rules: ["CAN startmachine, stopmachine"], description: "Switching" });
 * console.log((await policies.get(made)).rules, (await policies.list()).length);
 * await policies.delete("starting");
 * ```
 */
export class Policies extends AccountGroup {
  /** All policies of the account. */
  async list(): Promise<Policy[]> {
    return await this.listAt("/policies");
  }

  /**
   * One policy.
   *
   * @param which Its name, its id, or its record.
   * @throws {SelectionError} when none has this name.
   */
  async get(which: PolicyRef): Promise<Policy> {
    return await this.readAt(await this.#path(which));
  }

  /**
   * Creates a policy.
   *
   * @param spec Its name and its rules.
   * @throws {ApiError} when the name is taken, or a rule is invalid.
   */
  async create(spec: PolicySpec): Promise<Policy> {
    const doing = "create a policy";
    checkFields(doing, spec, FIELDS);
    checkText(doing, "name", spec.name);
    checkRules(doing, spec.rules);
    const find = async () => (await this.list()).find(({ name }) => name === spec.name);
    return await this.createAt(`create policy ${spec.name}`, "/policies", { ...spec }, find);
  }

  /**
   * Changes a policy: only the given fields. Given rules replace all existing ones.
   *
   * @param which Its name, its id, or its record.
   * @param changes At least one field.
   * @throws {ApiError} when a rule is invalid.
   */
  async update(which: PolicyRef, changes: Partial<PolicySpec>): Promise<Policy> {
    const doing = "update a policy";
    checkFields(doing, changes, FIELDS);
    if (Object.keys(changes).length === 0) throw new MusterError(`Cannot ${doing}: no change is given.`);
    if (changes.rules !== undefined) checkRules(doing, changes.rules);
    return await this.changeAt("POST", await this.#path(which), { ...changes });
  }

  /**
   * Deletes a policy. Roles that have it lose it.
   *
   * @param which Its name, its id, or its record.
   * @throws {SelectionError} when none has this name.
   */
  async delete(which: PolicyRef): Promise<void> {
    await this.removeAt("delete the policy", await this.#path(which));
  }

  /** The server accepts only ids of policies. */
  async #path(which: PolicyRef): Promise<string> {
    return `/policies/${pathSegment(await idOf("a policy", which, () => this.list(), ({ name }) => name))}`;
  }
}
