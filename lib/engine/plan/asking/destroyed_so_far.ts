/**
 * Counts how many members were destroyed under a limit so far: by the command's task, or by this process if there is no
 * command.
 *
 * A loop over batches of twenty needs the same confirmation as one set of hundreds. Members that somebody allowed
 * explicitly (an expected count, a yes) are not counted. The count is kept with the session on the global object,
 * because a task may load another copy of this library.
 *
 * @module
 */
import type { Plan } from "../plan.ts";
import { accounts, sessionRules } from "../../process/session_rules.ts";

/** The count for a plan's members: the session's or, without a session, the one for their server and account. */
function accountOf(plan: Plan): Map<string, number> {
  const all = accounts();
  const owner = sessionRules() ?? plan.endpoint.key;
  let account = all.get(owner);
  if (!account) all.set(owner, account = new Map());
  return account;
}

/** The keys to count: members by their ids, and what is destroyed along with them. */
export function entriesOf(plan: Plan, members: Iterable<number>): string[] {
  const { key } = plan.endpoint;
  const entries = new Set<string>();
  for (const index of members) {
    const { id, name, others = [] } = plan.members[index]!;
    // Members that do not exist yet have no id. No two runs create the same ones.
    entries.add(id ? `${key} ${plan.resource.kind} ${id}` : `${key} new ${name} ${plan.at} ${index}`);
    for (const other of others) entries.add(`${key} ${other.kind} ${other.id}`);
  }
  return [...entries];
}

/** How many are in a plan's count and not among `entries`. */
export function destroyedBefore(plan: Plan, entries: Iterable<string>): number {
  const account = accountOf(plan);
  let own = 0;
  for (const entry of new Set(entries)) if (account.has(entry)) own++;
  return account.size - own;
}

/** Whether two plans share a count. */
export const sameAccount = (one: Plan, other: Plan): boolean => accountOf(one) === accountOf(other);

/** The members that a run has added to the count. */
export interface Reservation {
  /** This member is being destroyed: it stays in the count. */
  use(member: number): void;
  /** The run has ended: what it did not destroy is removed from the count. */
  end(): void;
}

/** Adds what a run may destroy to the count at once, so that another run that starts meanwhile sees it. */
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
