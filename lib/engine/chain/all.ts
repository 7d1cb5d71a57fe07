/**
 * Runs chains of several handles as one.
 *
 * @module
 */
import { stateOf } from "./chain.ts";
import { refuseMore } from "../select/extra_arguments.ts";
import { checkOptions, PLAN, RUN } from "../run/check_options.ts";
import { MusterError } from "../errors.ts";
import { type ChainState, makePlan, type Plan, showChain } from "../plan/plan.ts";
import type { Report } from "../run/report/report.ts";
import type { RunOptions } from "../run/run_options.ts";
import type { PlanOptions } from "./methods.ts";
import { began } from "../run/session.ts";

/** Where several chains joined into one keep their states; see `stateOf`. */
const STATES: unique symbol = Symbol.for("muster.chains.1");

/** The chains of an `all()`, as data; undefined for any other value. */
export function chainStatesOf(value: unknown): readonly ChainState[] | undefined {
  return typeof value === "object" && value !== null && STATES in value
    ? value[STATES] as readonly ChainState[]
    : undefined;
}

/**
 * Several chains, run together: one confirmation, one report.
 *
 * @example
 * ```ts
 * import { all, dc, type Together } from "@muster/muster";
 *
 * const both: Together = all(
 *   dc("sim").machines({ type: "web" }).stop(),
 *   dc("sim").machine("bastion").reboot(),
 * );
 * for (const plan of await both.plan()) console.log(plan.chain, plan.writes);
 * ```
 */
export interface Together extends PromiseLike<Report> {
  /**
   * Runs all chains. Memoised like a chain's own `run`.
   *
   * @param options How to run them. The options hold for all chains.
   * @throws {ChainError} when a member of any chain failed and `throwOnError` is not false.
   * @throws {ConfirmationRequiredError} when one of them needs confirmation. Nothing was sent.
   */
  run(options?: RunOptions): Promise<Report>;
  /**
   * Predicts what a run would do: one plan for each chain.
   *
   * @param options The time limit and the abort signal.
   * @throws {TransportError} when the time limit passed first.
   */
  plan(options?: PlanOptions): Promise<Plan[]>;
}

/**
 * Runs chains of several datacenters or database services as one, with one merged report.
 *
 * Every plan is checked before the first write of any chain.
 *
 * @param chains Chains, of any handles.
 * @throws {MusterError} when no chain, or a value that is not a chain, was given.
 *
 * @example
 * ```ts
 * import { all, dbaas, dc } from "@muster/muster";
 *
 * const report = await all(
 *   dc("sim").machines({ type: "jump" }).reboot().waitUntil("running"),
 *   dbaas("sim").instance("dev-scratch").restart().waitUntil("ready"),
 * );
 * console.log(report.endpoints, report.succeeded.length);
 * ```
 */
export function all(...chains: readonly object[]): Together {
  if (chains.length === 0) throw new MusterError("Cannot run all(): no chain was given.");
  const states = chains.map(stateOf);
  let memo: Promise<Report> | undefined;
  const together: Together = {
    run(options = {}) {
      try {
        refuseMore("run()", arguments, 1);
        checkOptions("run()", options, RUN);
      } catch (error) {
        return Promise.reject(error);
      }
      if (!memo || options.again) {
        memo = began(runTogether(states, { ...options }), () => String(together));
      }
      return memo;
    },
    async plan(options = {}) {
      refuseMore("plan()", arguments, 1);
      checkOptions("plan()", options, PLAN);
      const { signal, timeout } = options;
      if (signal !== undefined || timeout !== undefined) {
        return await (await import("../run/run_limit.ts")).planWithin(states, { signal, timeout });
      }
      const { foreseeOverlaps } = await import("../run/overlapping.ts");
      return [...foreseeOverlaps(await Promise.all(states.map((state) => makePlan(state))))];
    },
    then: (done, failed) => together.run().then(done, failed),
  };
  return Object.freeze({
    ...together,
    [STATES]: states,
    [Symbol.for("Deno.customInspect")]: () =>
      `all(\n${states.map((state) => `  ${showChain(state)}`).join(",\n")}\n)`,
    toString: () => `all(${states.map((state) => showChain(state)).join(", ")})`,
  });
}

async function runTogether(states: readonly ChainState[], options: RunOptions): Promise<Report> {
  const { runChains } = await import("../run/run.ts");
  return await runChains(states, options);
}
