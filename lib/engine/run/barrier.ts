/**
 * Where the members of a run meet.
 *
 * @module
 */
import { MusterError } from "../errors.ts";

/** One barrier of one run. */
export class Barrier {
  readonly #ifFailed: "hold" | "continue";
  #expected: number;
  #arrived = 0;
  #failed = 0;
  readonly #open = Promise.withResolvers<void>();

  constructor(members: number, ifFailed: "hold" | "continue") {
    this.#expected = members;
    this.#ifFailed = ifFailed;
    // Members that ended before the barrier never wait at it, so nobody may handle its rejection.
    this.#open.promise.catch(() => {});
  }

  /** Whether one more arrival opens it. */
  get isLast(): boolean {
    return this.#arrived + 1 === this.#expected;
  }

  /** Arrives, and resolves when all members have. Rejects if some failed and the barrier holds the others. */
  arrive(): Promise<void> {
    this.#arrived++;
    this.#settle();
    return this.#open.promise;
  }

  /** Call it for a member that will never arrive. */
  leave(failed: boolean): void {
    this.#expected--;
    if (failed) this.#failed++;
    this.#settle();
  }

  #settle(): void {
    if (this.#arrived < this.#expected || this.#expected === 0) return;
    if (this.#failed > 0 && this.#ifFailed === "hold") {
      this.#open.reject(
        new MusterError(
          `Cannot pass the barrier: ${this.#failed} ${
            this.#failed === 1 ? "member" : "members"
          } failed before ` +
            `it. Use barrier({ ifFailed: "continue" }) to go on without them.`,
        ),
      );
    } else this.#open.resolve();
  }
}
