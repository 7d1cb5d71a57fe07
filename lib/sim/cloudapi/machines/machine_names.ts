/**
 * The rules for machine names.
 *
 * @module
 */
import type { Account } from "../records/account.ts";
import { isActive } from "../records/machine.ts";
import { type FieldProblem, validationFailed } from "../protocol/problem.ts";

const ALIAS = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** The backend's error for a name; undefined if it is valid. */
export function nameProblem(account: Account, name: string): FieldProblem | undefined {
  if (!ALIAS.test(name) || name.length > 189) {
    return { field: "alias", code: "Invalid", message: "String does not match regexp: " + ALIAS };
  }
  if (account.machines.named(name).some(isActive)) {
    return { field: "alias", code: "Duplicate", message: "Already exists for this owner_uuid" };
  }
  return undefined;
}

/** @throws {Problem} 409 ValidationFailed when the name is malformed, or an active machine has it. */
export function nameIsTaken(account: Account, name: string, message: string): void {
  const problem = nameProblem(account, name);
  if (problem !== undefined) throw validationFailed(message, problem);
}
