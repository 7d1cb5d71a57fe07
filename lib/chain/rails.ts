/**
 * Rails: what must be said before many members, or members nobody named, are destroyed.
 *
 * Decided once, after the plan and before the first write, over the whole set.
 *
 * @module
 */
import { counted } from "./describe.ts";
import { ConfirmationRequiredError, SelectionError } from "./errors.ts";
import type { Plan } from "./plan.ts";
import { session } from "./session.ts";

/** Members a selection that says something may destroy without anybody being asked. */
export const DEFAULT_MAX = 20;

/** What the chain says about its own size. */
export interface RailSettings {
  /** Members that may be destroyed, at most. Default 20. */
  readonly max?: number;
  /** How many members there must be. */
  readonly expect?: number;
  /** Whether a selection that says nothing is meant. */
  readonly all?: boolean;
}

/**
 * A question to a person.
 *
 * @example
 * ```ts
 * import { dc, type Question } from "@muster/muster";
 *
 * const show = ({ endpoint, text, count, names, irreversible }: Question) =>
 *   `${endpoint}: ${text} (${irreversible.join(", ")} ${count}: ${names.join(", ")}, …)`;
 * const chain = dc("sim").machines({ type: "test" }).delete();
 * await chain.run({ confirm: (question) => Promise.resolve(void console.log(show(question))) }).catch(() => {});
 * ```
 */
export interface Question {
  /** Where: the datacenter's name. */
  readonly endpoint: string;
  /** What would happen, in a sentence. */
  readonly text: string;
  /** How many members would be destroyed. */
  readonly count: number;
  /** The first members' names. */
  readonly names: readonly string[];
  /** The actions that cannot be undone. */
  readonly irreversible: readonly string[];
  /** Whether the count must be typed, as the set is large. */
  readonly typeCount: boolean;
}

/**
 * Asks a person. Resolves to undefined when nobody is there to ask, to false when `signal` aborts meanwhile.
 *
 * @example
 * ```ts
 * import { type Confirm, dc } from "@muster/muster";
 *
 * // Asks nobody: up to fifty members are fine.
 * const confirm: Confirm = (question) => Promise.resolve(question.count <= 50);
 * const report = await dc("sim").machines({ type: "test" }).where({ state: "running" })
 *   .delete().run({ confirm });
 * console.log(report.succeeded.length);
 * ```
 */
export type Confirm = (question: Question, signal?: AbortSignal) => Promise<boolean | undefined>;

/** From how many members on a person has to type the count. */
export const TYPE_COUNT = 100;

/** What a run says about rails. */
export interface RailOptions {
  /**
   * Consents to destroying however many the plan holds; a selection that says nothing needs `.all()` all the
   * same. Default false.
   */
  yes?: boolean;
  /** Consents to destroying up to so many members, in place of the chain's own `max`. */
  max?: number;
  /** How many members there must be, in place of the chain's own `expect`. */
  expect?: number;
  /** Asks a person, where rails want an answer. Default: as the process asks, on its terminal. */
  confirm?: Confirm | undefined;
}

/** What the rails make of a plan. */
export type Verdict =
  | { readonly pass: true; readonly why: string }
  | { readonly pass: false; readonly error: SelectionError }
  | { readonly pass: false; readonly ask: Question };

/** Checks that a count is a whole number above `least`. */
export function checkCount(what: string, count: unknown, least: number): asserts count is number {
  if (typeof count !== "number" || !Number.isInteger(count) || count < least) {
    throw new SelectionError(
      `Cannot take ${
        JSON.stringify(count) ?? count
      } as ${what} as it is no whole number of at least ${least}`,
    );
  }
}

/** What the rails say to a plan: pass, refuse, or ask. */
export function judge(plan: Plan, options: RailOptions): Verdict {
  const count = plan.members.length;
  const expected = options.expect ?? plan.rails.expect;
  if (expected !== undefined && count !== expected) {
    return {
      pass: false,
      error: new SelectionError(
        `Cannot run as the selection has ${counted(plan.resource, count)} where exactly ${expected} ${
          expected === 1 ? "was" : "were"
        } expected; nothing was sent: ${plan.selection}`,
      ),
    };
  }
  if (plan.writes === 0) return { pass: true, why: "nothing would be changed" };
  if (plan.unbounded && !plan.rails.all) {
    return {
      pass: false,
      error: new SelectionError(
        `Cannot run as the selection says nothing and so means all ${
          counted(plan.resource, count)
        }; nothing was sent: select by tags or .where(), or say .all()`,
      ),
    };
  }
  const destroyed = plan.destroyed;
  if (destroyed === 0) return { pass: true, why: "nothing is destroyed" };
  if (options.yes) return { pass: true, why: "said yes" };
  if (expected !== undefined) return { pass: true, why: `exactly ${expected} expected` };
  const max = options.max ?? plan.rails.max ?? DEFAULT_MAX;
  if (destroyed <= max) return { pass: true, why: `at most ${max} consented to` };
  const irreversible = plan.irreversible;
  return {
    pass: false,
    ask: {
      endpoint: plan.endpoint.name,
      text: `${irreversible.join(", ")} ${counted(plan.resource, destroyed)} in ${plan.endpoint.name}`,
      count: destroyed,
      names: plan.members.slice(0, 5).map((member) => member.name),
      irreversible,
      typeCount: destroyed >= TYPE_COUNT,
    },
  };
}

/** How to say beforehand what nobody was there to be asked: to a command in its own words. */
const consent = (count: number) =>
  session()
    ? `say --max=${count}, --expect=${count} or --yes`
    : `say .max(${count}) or .expect(${count}), or .run({ yes: true })`;

/**
 * Lets a plan through, or throws before anything was sent.
 *
 * @throws {SelectionError} when the selection is not what it must be.
 * @throws {ConfirmationRequiredError} when nobody could be asked, or a person said no.
 */
export async function pass(plans: readonly Plan[], options: RailOptions): Promise<void> {
  // All refusals come before the first question: nobody is asked about a run that cannot happen.
  const verdicts = plans.map((plan) => judge(plan, options));
  for (const verdict of verdicts) if ("error" in verdict) throw verdict.error;
  for (const verdict of verdicts) {
    if (!("ask" in verdict)) continue;
    const { ask } = verdict;
    const answer = await options.confirm?.(ask);
    if (answer === true) continue;
    const names = ask.names.join(", ") + (ask.count > ask.names.length ? ", …" : "");
    throw new ConfirmationRequiredError(
      answer === undefined
        ? `Cannot ${ask.text} as that is more than was consented to and nobody is there to ask: ${names}; ` +
          `nothing was sent: ${consent(ask.count)}`
        : `Cannot ${ask.text} as the answer was no; nothing was sent`,
      ask.count,
    );
  }
}
