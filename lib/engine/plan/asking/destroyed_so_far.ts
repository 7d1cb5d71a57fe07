/**
 * How much was destroyed under a limit so far: by the task that the command does, or by this process where there is none.
 *
 * A loop over batches of twenty is to be asked about as one set of hundreds is. What somebody has said of its own (a count
 * that was expected, a yes) is not in it. It is kept with the session, which is on the global object:
 * a task may bring another copy of this library.
 *
 * @module
 */
import type { Plan } from "../plan.ts";
import { accounts, sessionRules } from "../../process/session_rules.ts";

/** The account a plan's members are on: the session's, or in this process that of their server and account. */
function accountOf(plan: Plan): Map<string, number> {
  const all = accounts(true)!;
  const owner = sessionRules() ?? plan.endpoint.key;
  let account = all.get(owner);
  if (!account) all.set(owner, account = new Map());
  return account;
}

/** What is counted: members by their ids, and what is destroyed along with them. */
export function entriesOf(plan: Plan, members: Iterable<number>): string[] {
  const { key } = plan.endpoint;
  const entries = new Set<string>();
  for (const index of members) {
    const { id, name, others = [] } = plan.members[index]!;
    // Those that are yet to be made have no id: no two runs make the same ones.
    entries.add(id ? `${key} ${plan.resource.kind} ${id}` : `${key} new ${name} ${plan.at} ${index}`);
    for (const other of others) entries.add(`${key} ${other.kind} ${other.id}`);
  }
  return [...entries];
}

/** How many are on a plan's account that are not among `entries`. */
export function destroyedBefore(plan: Plan, entries: Iterable<string>): number {
  const account = accountOf(plan);
  let own = 0;
  for (const entry of new Set(entries)) if (account.has(entry)) own++;
  return account.size - own;
}

/** Whether two plans are on one account. */
export const sameAccount = (one: Plan, other: Plan): boolean => accountOf(one) === accountOf(other);

/** What a run has put on an account. */
export interface Reservation {
  /** This member is being destroyed: it stays on the account. */
  use(member: number): void;
  /** The run is over: what it did not destroy is taken off. */
  end(): void;
}

/** Puts what a run may destroy on the account, at once: another run that begins meanwhile finds it there. */
export function reserve(plan: Plan, members: Iterable<number>): Reservation {
  const account = accountOf(plan);
  const reserved = new Set(entriesOf(plan, members));
  for (const entry of reserved) account.set(entry, (account.get(entry) ?? 0) + 1);
  const used = new Set<string>();
  return {
    use(member) {
      for (const entry of entriesOf(plan, [member])) used.add(entry);
    },
    end() {
      for (const entry of reserved) {
        if (used.has(entry)) continue;
        const left = account.get(entry)! - 1;
        if (left > 0) account.set(entry, left);
        else account.delete(entry);
      }
      reserved.clear();
    },
  };
}
