/**
 * Making one member: sent once, and found by its name where the answer was lost, or says less than is so.
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

/** For so long a member is looked for whose making was not answered, ms. */
const DOUBT = 30_000;
/** The same where a second of its name could be made, so that it is not asked for again, ms. */
const LONG = 120_000;
/** The same where the server refused it, which some do though they go on making it, ms. */
const SHORTLY = 5_000;

/** What to do about one of which nobody knows whether it was made. */
const ADVICE = "It may exist: look for it by its name before creating it again.";

/** Makes a member that did not exist, by its name. */
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
      // It was made, and what it says of it is nothing.
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
      // Some servers answer so though they make it; and what was lost before may have taken its name.
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

  /** The id in an answer that holds no whole record. */
  function idIn(body: unknown): string | undefined {
    try {
      const id = creation.idIn!(body);
      return typeof id === "string" && id !== "" ? id : undefined;
    } catch (error) {
      if (error instanceof TypeError) return undefined; // the answer is not of this shape
      throw error;
    }
  }

  /** The record of what was just made. It may be shown a moment later. */
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

  /** What the last sending made, looked for until it shows or for long enough. */
  function found(patience: number): Promise<object | undefined> {
    return findCreated(run, { name: member.name, spec, since: since!, patience: Math.max(0, patience) });
  }
}
