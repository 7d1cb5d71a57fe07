/**
 * Creates one member. The request is sent once. The member is found by its name if the answer was lost or is
 * incomplete.
 *
 * @module
 */
import { checkedWrite, DoubtfulError, isLost } from "./checked_write.ts";
import type { RunContext } from "../run_context.ts";
import { ApiError, TransportError } from "../../errors.ts";
import { findCreated } from "./find_created.ts";
import type { Member } from "../member.ts";
import { momentOf } from "../../wait/process_order.ts";
import { pollUntil } from "../../time/poll_until.ts";
import { readOne } from "../../select/read.ts";

/** How long to look for a member after its creation got no answer, in milliseconds. */
const DOUBT = 30_000;
/**
 * The same if the API would create a second member of the name, so that the request is not repeated, in milliseconds.
 */
const LONG = 120_000;
/** The same after a refusal, in milliseconds, because some servers refuse and still create it. */
const SHORTLY = 5_000;

/** The advice if nobody knows whether it was created. */
const ADVICE = "It may exist: look for it by its name before creating it again.";

/** Creates a member that did not exist, by its name. */
export async function createMember(run: RunContext, member: Member, index: number): Promise<void> {
  const { resource, endpoint } = run.plan;
  const creation = resource.create!;
  const spec = member.planned.record;
  const about = { member: member.ref(), step: index };
  const whether = `${resource.kind} ${member.name} was made`;
  const { unique = false } = creation;
  const isUnique = typeof unique === "function" ? unique(member.name) : unique;
  let since: number | undefined;
  let leaves = {};
  if (index === member.planned.startAt && member.planned.doubt !== undefined) {
    since = member.planned.doubtSince ?? run.clock.now();
  }

  const { result, checked } = await checkedWrite<{ record: object; found: boolean }>({
    says: { what: `create ${resource.kind} ${member.name}`, whether, advice: ADVICE },
    sentBefore: since !== undefined,
    async ready() {
      run.signal.throwIfAborted();
      leaves = await run.beforeLeaving(member, index, { state: member.state, mark: undefined });
    },
    async send(attempt) {
      try {
        member.wrote(momentOf(run.clock));
        since = member.sent.at;
        const answer = await endpoint.send(creation.request(spec, member.name), {
          signal: run.signal,
          on: run.wire(member, about, { action: "create", attempt }),
          ...leaves,
        });
        since = member.sent.at;
        const record = creation.idIn ? await recordOf(idIn(answer.body)) : recordIn(answer.body);
        if (record) return { record, found: false };
      } catch (error) {
        since = member.sent.at;
        if (isLost(error)) run.emit({ type: "doubted", action: "create", reason: error.message, ...about });
        throw error;
      }
      // It was created, but the answer does not describe it.
      doubted(true);
      const record = await found(DOUBT);
      if (record) return { record, found: true };
      throw new DoubtfulError(
        `Cannot tell whether ${whether}: the server's answer was no record, and none of this name is listed. ${ADVICE}`,
      );
    },
    async look(attempt) {
      const most = isUnique ? DOUBT : LONG;
      const waited = attempt === 0 ? run.clock.now() - since! : 0;
      const record = await found(most - waited);
      if (record) return { is: "done", result: { record, found: true } };
      return { is: isUnique ? "not seen" : "unknown" };
    },
    doubted,
    async refused(error, wondering) {
      if (error instanceof DoubtfulError) return undefined;
      // Some servers answer this although they create it. And an earlier sending with a lost answer may have taken its
      // name.
      if (error instanceof ApiError && (wondering || resource.gone.statuses.includes(error.status))) {
        doubted(true);
        const record = await found(SHORTLY);
        if (record) return { result: { record, found: true } };
        if (!wondering) doubted(false);
      }
      await run.after(member, index, "refused");
      return undefined;
    },
  });
  const { record, found: seen } = result;
  member.id = resource.id(record);
  member.acted = true;
  member.changes++;
  member.doubtful = undefined;
  run.emit({
    type: "accepted",
    action: "create",
    checked: seen || checked,
    member: member.ref(),
    step: index,
  });
  run.saw(member, { state: resource.state(record), record, at: run.clock.now() });
  member.shown = seen || checked;
  await run.after(member, index, "accepted");

  function doubted(doubtful: boolean): void {
    member.doubtful = doubtful ? "create()" : undefined;
  }

  /** The id in an answer that does not have a whole record. */
  function idIn(body: unknown): string | undefined {
    try {
      const id = creation.idIn!(body);
      return typeof id === "string" && id !== "" ? id : undefined;
    } catch (error) {
      if (error instanceof TypeError) return undefined; // the answer is not of this shape
      throw error;
    }
  }

  /** The record of the new member. It may be shown a moment later. */
  async function recordOf(id: string | undefined): Promise<object | undefined> {
    if (id === undefined) return undefined;
    member.id = id;
    doubted(true);
    const on = run.wire(member, about);
    const record = await pollUntil(
      { clock: run.clock, signal: run.signal, within: DOUBT },
      () => readOne({ resource, endpoint, signal: run.signal, on }, id),
    );
    if (record) return record;
    throw new DoubtfulError(
      `Cannot tell what became of ${resource.kind} ${member.name}: the server created it with the id ${id}, and does not ` +
        "show it. Look for it by its id before creating it again.",
    );
  }

  /** The record in an answer; undefined if there is none. */
  function recordIn(body: unknown): object | undefined {
    if (typeof body !== "object" || body === null) return undefined;
    try {
      return resource.read(body);
    } catch (error) {
      if (error instanceof TransportError) return undefined;
      throw error;
    }
  }

  /** Looks for what the last sending created, until it shows or the time has passed. */
  function found(patience: number): Promise<object | undefined> {
    return findCreated(run, { name: member.name, spec, since: since!, patience: Math.max(0, patience) });
  }
}
