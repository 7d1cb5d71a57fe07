/**
 * Obtains consent: compares what the chain, the run, the command or a person allowed with everything the plans could
 * destroy. Once, before the first write.
 *
 * @module
 */
import { allOf, type Allowance, type Consent, type Giver, notAllowed, NOTHING } from "../consent/consent.ts";
import { counted } from "../../resource/describe.ts";
import { ConfirmationRequiredError, SelectionError } from "../../errors.ts";
import { destroyedBefore, entriesOf, type Reservation, reserve, sameAccount } from "./destroyed_so_far.ts";
import type { Plan } from "../plan.ts";
import type { Question } from "../consent/confirm.ts";
import { questionOf, some } from "./question.ts";
import { DEFAULT_MAX, type RailOptions } from "../consent/consent_options.ts";
import { sessionRules } from "../../process/session_rules.ts";

/** The decision about a run's plans. */
export type Verdict =
  /** The run may start. */
  | { readonly consent: Consent }
  /** The run cannot start. */
  | { readonly error: SelectionError }
  /** A person has to be asked; with a yes this is the consent. */
  | { readonly ask: Question; readonly refusal: Refused; readonly consent: Consent };

/** A plan that nobody consented to explicitly, so that a limit decides. */
interface Limited {
  readonly plan: Plan;
  readonly number: number;
  readonly limit: number;
  readonly by: Giver;
  readonly members: ReadonlySet<number>;
}

/**
 * Decides about plans, without asking anybody.
 *
 * @param held What was allowed before: by the run that is resumed, or with the saved plan.
 */
export function weighConsent(plans: readonly Plan[], options: RailOptions, held?: Consent): Verdict {
  const allowed: Allowance[] = [];
  const limited: Limited[] = [];
  for (const [number, plan] of plans.entries()) {
    const error = sizeError(plan, options);
    if (error) return { error };
    if (plan.destroyed === 0) {
      allowed.push(NOTHING);
      continue;
    }
    const before = held?.[number];
    const members = notAllowed(plan, before);
    if (before && members.size === 0) {
      allowed.push({ ...allOf(plan, before.how, before.by, before.limit) });
      continue;
    }
    const expected = options.expect ?? plan.rails.expect;
    if (options.yes) allowed.push(allOf(plan, "yes", giver("yes")));
    else if (expected !== undefined && options.expect !== undefined && sessionRules()?.expect !== undefined) {
      // At the command a count means everything that the task destroys, not as many in each of its runs.
      const limit = options.max ?? expected;
      limited.push({ plan, number, limit, by: "command", members });
      allowed.push(allOf(plan, "expect", "command", limit));
    } else if (expected !== undefined) {
      allowed.push(allOf(plan, "expect", options.expect === undefined ? "chain" : giver("expect")));
    } else {
      const limit = options.max ?? plan.rails.max ?? DEFAULT_MAX;
      const by = options.max !== undefined ? giver("max") : plan.rails.max !== undefined ? "chain" : "nobody";
      limited.push({ plan, number, limit, by, members });
      allowed.push(allOf(plan, by === "nobody" ? "limit" : "max", by, limit));
    }
  }
  const over = exceeded(limited);
  if (!over) return { consent: allowed };
  const consent = [...allowed];
  for (const { plan, number } of limited) consent[number] = allOf(plan, "answer", "person");
  const { limit, before } = over;
  const why = before > 0
    ? `; ${sessionRules() ? "this task" : "this program"} has already destroyed ${before}`
    : "";
  const ask = questionOf(limited, why);
  const reason = `that is more than was allowed${
    held ? " when the run began" : ` (${limit} without asking)`
  }`;
  return { ask, consent, refusal: refusalOf(limited, ask, reason, before) };
}

/** Why a plan does not have the size that it must have; undefined if it does. */
function sizeError(plan: Plan, options: RailOptions): SelectionError | undefined {
  const expected = options.expect ?? plan.rails.expect;
  const { others } = plan;
  const count = plan.members.length + others.length;
  if (expected !== undefined && count !== expected) {
    const more = others.length === 0
      ? ""
      : `, and ${plan.irreversible.join(", ")} would destroy ${others.length} more with ${
        plan.members.length === 1 ? "it" : "them"
      } (${some(others.map(({ name }) => name), others.length)})`;
    return new SelectionError(
      `Cannot run: the selection has ${
        counted(plan.resource, plan.members.length)
      }${more}, where exactly ${expected} ${
        expected === 1 ? "was" : "were"
      } expected. Nothing was sent: ${plan.selection}`,
    );
  }
  if (!plan.unbounded || plan.rails.all || !plan.acts || plan.members.length === 0) return undefined;
  return new SelectionError(
    `Cannot run: the selection has no condition, so it means all ${
      counted(plan.resource, plan.members.length)
    }. ` +
      "Nothing was sent. Select by tags or .where(), or add .all().",
  );
}

/** The first limit that is exceeded. Plans with smaller limits are checked first, which allows the most. */
function exceeded(limited: readonly Limited[]): { limit: number; before: number } | undefined {
  const passed: Limited[] = [];
  for (const one of limited.toSorted((a, b) => a.limit - b.limit)) {
    passed.push(one);
    const own = new Set(
      passed.filter(({ plan }) => sameAccount(plan, one.plan))
        .flatMap(({ plan, members }) => entriesOf(plan, members)),
    );
    const before = destroyedBefore(one.plan, own);
    if (before + own.size > one.limit) return { limit: one.limit, before };
  }
  return undefined;
}

/** Who gave an option of a run. The command gives it for all of its runs. */
const giver = (option: "yes" | "max" | "expect"): Giver =>
  sessionRules()?.[option] === undefined ? "run" : "command";

/** Why a run is refused when nobody can be asked. */
interface Refused {
  /** The whole sentence. */
  readonly text: string;
  /** How to consent beforehand: `add --max=12 or --yes`. */
  readonly how: string;
}

function refusalOf(limited: readonly Limited[], ask: Question, reason: string, before: number): Refused {
  const max = ask.count + before;
  // A count of what comes next does not cover what a task has already begun.
  const expect =
    limited.length === 1 && !(sessionRules() && (before > 0 || sessionRules()!.expect !== undefined))
      ? limited[0]!.plan.members.length + limited[0]!.plan.others.length
      : undefined;
  const how = sessionRules()
    ? `add --max=${max}${expect === undefined ? "" : `, --expect=${expect}`} or --yes`
    : `add .max(${max})${expect === undefined ? "" : ` or .expect(${expect})`}, or .run({ yes: true })`;
  const text = `Cannot ${ask.text}: ${reason}, and there is no terminal to ask on: ${
    some(ask.names, ask.count)
  }. Nothing was sent. To allow it, ${how}.`;
  return { text, how };
}

/** What a run may destroy, and the members that it has added to a count. */
export interface Obtained {
  readonly consent: Consent;
  /** By plan; undefined if no limit was needed. */
  readonly reservations: readonly (Reservation | undefined)[];
}

/**
 * Obtains consent to everything that the plans could destroy, or throws before anything was sent.
 *
 * @throws {SelectionError} when a selection does not have the size that it must have.
 * @throws {ConfirmationRequiredError} when nobody could be asked, or a person answered no.
 */
export async function obtainConsent(
  plans: readonly Plan[],
  options: RailOptions,
  held?: Consent,
): Promise<Obtained> {
  const verdict = weighConsent(plans, options, held);
  if ("error" in verdict) throw verdict.error;
  const { consent } = verdict;
  if (!("ask" in verdict)) return { consent, reservations: reserved(plans, consent) };
  const answer = await options.confirm?.(verdict.ask);
  if (answer === true) return { consent, reservations: reserved(plans, consent) };
  throw new ConfirmationRequiredError(
    answer === undefined
      ? verdict.refusal.text
      : `Cannot ${verdict.ask.text}: the answer was no. Nothing was sent.`,
    verdict.ask.count,
  );
}

/** Adds to the count what a limit allows. Nothing may happen between the decision and this. */
export function reserved(plans: readonly Plan[], consent: Consent): (Reservation | undefined)[] {
  return consent.map(({ limit, steps }, number) =>
    limit !== undefined
      ? reserve(plans[number]!, new Set([...steps.values()].flatMap((members) => [...members])))
      : undefined
  );
}
