/**
 * Finds what a request created if its answer was lost. The name may belong to somebody else's. So only a member that
 * matches the request, and was created after it, counts.
 *
 * @module
 */
import type { RunContext } from "../run_context.ts";
import { DoubtfulError } from "./checked_write.ts";
import { pollUntil } from "../../time/poll_until.ts";

/** The unit of a server's `Date`, and of the times in some records, in milliseconds. */
const SECOND = 1_000;

/** What is looked for. */
export interface CreatedLookup {
  readonly name: string;
  readonly spec: unknown;
  /** When the request was sent, in milliseconds of our clock. */
  readonly since: number;
  /** How long to look for it, in milliseconds. */
  readonly patience: number;
}

/**
 * Looks until it shows, or the time has passed.
 *
 * @throws {DoubtfulError} when nobody knows whether the existing member is the new one.
 */
export async function findCreated(run: RunContext, lookup: CreatedLookup): Promise<object | undefined> {
  const { clock, signal, plan: { resource } } = run;
  const who = `${resource.kind} ${lookup.name}`;
  const list = (records: readonly object[]) => records.map((one) => resource.id(one)).join(", ");
  let others: object[] = [], failed: Error | undefined;
  const found = await pollUntil({ clock, signal, within: lookup.patience, longest: 5_000 }, async () => {
    let ours: object[] = [];
    failed = undefined;
    try {
      ({ ours, others } = await look(run, lookup));
    } catch (error) {
      signal.throwIfAborted();
      failed = error as Error;
    }
    if (ours.length <= 1) return ours[0];
    throw new DoubtfulError(
      `Cannot tell which ${who} was made by this run: there are ${ours.length} that are as it was asked for: ` +
        `${list(ours)}. Look at them before creating it again.`,
    );
  });
  if (found) return found;
  if (others.length > 0) {
    throw new DoubtfulError(
      `Cannot tell whether ${who} was made: there is one of this name that is not as it was asked for, or is older: ` +
        `${list(others)}. It may exist: look before creating it again.`,
    );
  }
  if (failed) {
    throw new DoubtfulError(
      `Cannot tell whether ${who} was made: it could not be looked for: ${failed.message} It may exist.`,
      failed,
    );
  }
  return undefined;
}

/** The members of that name: those that can be the new one, and those that cannot. */
async function look(
  { plan: { resource, endpoint }, clock, signal }: RunContext,
  { name, spec, since }: CreatedLookup,
): Promise<{ ours: object[]; others: object[] }> {
  const creation = resource.create!;
  const listed = await creation.find(endpoint, name, spec);
  const ours: object[] = [], others: object[] = [];
  for (const one of Array.isArray(listed) ? listed : listed ? [listed] : []) {
    const request = resource.get(resource.id(one));
    const accept = [...request.accept ?? [], ...resource.gone.statuses];
    const answer = await endpoint.send({ ...request, accept }, { signal });
    // A listed member exists, even if a read of it alone does not show it yet.
    const record = answer.status >= 400 ? one : resource.read(answer.body);
    const fits = creation.fits?.(record, spec) ?? true;
    (fits && !isOlder(creation.madeAt?.(record), answer.headers.get("date")) ? ours : others).push(record);
  }
  return { ours, others };

  /** Whether it was created before the request was sent, by the server's own clock. */
  function isOlder(madeAt: number | undefined, date: string | null): boolean {
    const now = Date.parse(date ?? "");
    if (madeAt === undefined || Number.isNaN(now)) return false;
    return madeAt + SECOND <= since + (now - clock.now());
  }
}
