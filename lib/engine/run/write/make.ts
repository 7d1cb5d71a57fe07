/**
 * Making one member: sent once, and found by its name where the answer was lost, or says less than is so.
 *
 * @module
 */
import { ATTEMPTS } from "./act.ts";
import type { RunContext } from "../run_context.ts";
import { ApiError, TransportError } from "../../errors.ts";
import { findMade, NotOurs } from "./find_made.ts";
import type { Member } from "../member.ts";
import { momentOf } from "../../wait/moment.ts";

/** For so long a member is looked for whose making was not answered, ms. */
const DOUBT = 30_000;
/** The same where the server refused it, which some do though they go on making it, ms. */
const SHORTLY = 5_000;

/** Makes a member that did not exist, by its name. */
export async function make(run: RunContext, member: Member, index: number): Promise<void> {
  const { resource, endpoint } = run.plan;
  const creation = resource.create!;
  const spec = member.planned.record;
  const about = { member: member.ref(), step: index };
  const resumed = index === member.planned.startAt && member.planned.doubt !== undefined;
  let checked = false;
  let doubtful = resumed;
  let lost: Error | undefined;
  let record: object | undefined;
  for (let attempt = 1; !record; attempt++) {
    if (doubtful) {
      member.doubtful = "create()";
      const { doubtSince } = member.planned;
      const since = resumed && attempt === 1 ? doubtSince ?? run.clock.now() : member.sent.at;
      record = await found(since, since + DOUBT - run.clock.now());
      checked = record !== undefined;
      if (record) break;
      if (attempt > ATTEMPTS) throw mayExist(`its answer was lost ${ATTEMPTS} times, and none was found`);
    }
    run.signal.throwIfAborted();
    await run.before(member, index, { state: member.state, mark: undefined });
    try {
      member.wrote(momentOf(run.clock));
      const answer = await endpoint.send(creation.request(spec, member.name), {
        signal: run.signal,
        on: run.wire(member, about, { action: "create", attempt }),
      });
      record = recordIn(answer.body);
      if (record) break;
      member.doubtful = "create()";
      record = await found(member.sent.at, DOUBT);
      checked = true;
      if (!record) throw mayExist("the server's answer was no record, and none of this name is listed");
    } catch (error) {
      if (error instanceof NotOurs) throw error;
      if (error instanceof TransportError && error.sent === "unknown") {
        doubtful = true;
        lost = error;
        run.emit({ type: "doubted", action: "create", reason: error.message, ...about });
        continue;
      }
      // Some servers answer so though they make it; and what was lost before may have taken its name.
      const may = error instanceof ApiError && (doubtful || resource.gone.statuses.includes(error.status));
      if (may) {
        member.doubtful = "create()";
        record = await found(member.sent.at, SHORTLY);
        checked = true;
        if (record) break;
        if (!doubtful) member.doubtful = undefined;
      }
      await run.after(member, index, "refused");
      throw error;
    }
  }
  member.id = resource.id(record);
  member.acted = true;
  member.changes++;
  member.doubtful = undefined;
  run.emit({ type: "accepted", action: "create", checked, member: member.ref(), step: index });
  run.saw(member, { state: resource.state(record), record, at: run.clock.now() });
  member.shown = checked;
  await run.after(member, index, "accepted");

  /** The record in an answer; undefined where it is none. */
  function recordIn(body: unknown): object | undefined {
    if (typeof body !== "object" || body === null) return undefined;
    try {
      return resource.read(body);
    } catch (error) {
      if (error instanceof TransportError) return undefined;
      throw error;
    }
  }

  /** What a sending at `since` made, looked for until it shows or for long enough. */
  function found(since: number, patience: number): Promise<object | undefined> {
    return findMade(run, { name: member.name, spec, since, patience: Math.max(0, patience) });
  }

  function mayExist(why: string): NotOurs {
    return new NotOurs(
      `Cannot tell whether ${resource.kind} ${member.name} was made: ${why}. It may exist: look for it by its name ` +
        `before creating it again.`,
      "unknown",
      { cause: lost },
    );
  }
}
