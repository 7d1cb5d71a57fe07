/**
 * Limits how many members at a time do a step that cannot be undone. Few are checked and sent at a time, so that a
 * thousand requests do not queue between the check and the write. A record that has become old meanwhile is read again,
 * many with one list.
 *
 * @module
 */
import type { Clock } from "../../time/clock.ts";
import type { RunView } from "../run_view.ts";
import type { Member } from "../member.ts";
import { momentOf } from "../../wait/process_order.ts";
import { readOrGone } from "../read_or_gone.ts";

/** A record that is not older than this is current enough, in milliseconds. */
const FRESH = 30_000;
/** How many members may go for each request in flight. It is enough that the connection is never idle. */
const AHEAD = 2;

/** The queue of one plan's run. */
export class DestructiveQueue {
  #free: number;
  readonly #waiting: { member: Member; go: () => void }[] = [];
  #list: Promise<void> | undefined;
  readonly #clock: Clock;

  constructor(concurrency: number, clock: Clock) {
    this.#free = Math.max(1, concurrency) * AHEAD;
    this.#clock = clock;
  }

  /** Waits for a turn. Resolves to a function that ends the turn; a second call does nothing. */
  async take(run: RunView, member: Member): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else {
      await new Promise<void>((resolve) => this.#waiting.push({ member, go: resolve }));
    }
    let given = false;
    const back = () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      if (next) next.go();
      else this.#free++;
    };
    try {
      run.signal.throwIfAborted();
      await this.#refresh(run, member);
      return back;
    } catch (error) {
      back();
      throw error;
    }
  }

  #isOld(member: Member): boolean {
    return this.#clock.now() - member.readAt > FRESH;
  }

  /**
   * Reads a member again if its record is old. The members behind it are read too if a list needs fewer requests than a
   * GET for each.
   */
  async #refresh(run: RunView, member: Member): Promise<void> {
    if (!this.#isOld(member)) return;
    // If the list did not help, one of the members that waited for it reads the next one.
    while (this.#list && this.#isOld(member)) await this.#list;
    if (!this.#isOld(member)) return;
    const old = this.#waiting.map((one) => one.member).filter((one) => this.#isOld(one));
    if (old.length > run.plan.pages) {
      this.#list = this.#readList(run, [member, ...old]).finally(() => this.#list = undefined);
      await this.#list;
    }
    if (this.#isOld(member)) {
      await readOrGone(run, member, run.wire(member, { member: member.ref(), step: member.step }));
    }
  }

  async #readList(run: RunView, old: readonly Member[]): Promise<void> {
    const { endpoint, resource, query } = run.plan;
    const wanted = new Map(old.map((member) => [member.id, member]));
    const asked = momentOf(this.#clock);
    const on = run.wire(old[0]!, { member: old[0]!.ref(), step: old[0]!.step });
    const pages = resource.list.pages(endpoint, query, { priority: "action", signal: run.signal, on });
    for await (const page of pages) {
      for (const record of page) {
        const member = wanted.get(resource.id(record));
        if (!member || member.sent.order > asked.order) continue;
        run.saw(member, { state: resource.state(record), record, at: asked.at });
      }
    }
  }
}
