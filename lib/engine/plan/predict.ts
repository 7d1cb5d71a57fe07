/**
 * Predicts what each step of a chain would do to a member, from the resource's states and from the member's record.
 *
 * @module
 */
import { type AnyAction, type AnyResource, stateAfter } from "../resource/describe.ts";
import { anyWay, driftOf, reachable, targetStates, waysOfSuccess } from "../resource/graph.ts";
import { ExpectedRecord, expectedSo, obstacleTo, sideEffectOf } from "./expected_record.ts";
import { type ActionStep, isSpecific, type Step } from "../resource/steps.ts";

/** What a step would do to a member. */
export interface Prediction {
  /** The prediction in one word. */
  readonly verdict:
    /** A request is sent, which changes it. */
    | "send"
    /** It is already where the action leads. */
    | "skip"
    /** It is waited for. */
    | "wait"
    /** The wait's condition already holds. */
    | "there"
    /** The step does something that is not an API request. */
    | "perform"
    /** It waits for the other members. */
    | "meet"
    /** The step cannot work. */
    | "refuse"
    /** It could be done, but a later step of this member is refused, so nothing at all is sent to the member. */
    | "withheld";
  /** The reason, for skip and refuse; for send the side effects; otherwise empty. */
  readonly why: string;
  /** The expected state after the step. */
  readonly state: string;
}

/**
 * What to do with an action for a member in a state: send it, skip it, or refuse it.
 *
 * For an action without arguments the state alone may show that it need not be sent. With arguments, somebody else may
 * have sent other ones, so only the action's `done` decides.
 */
export function verdictOf(
  resource: AnyResource,
  { name, args }: Pick<ActionStep, "name" | "args">,
  state: string,
  alreadySo: boolean,
  justMoved: boolean,
): { verdict: "send" | "skip" | "refuse"; why: string } {
  const action = resource.actions[name]!;
  if (alreadySo) return { verdict: "skip", why: "already so" };
  if (action.from.includes(state)) return { verdict: "send", why: "" };
  if (action.foundIn?.includes(state) && !justMoved) return { verdict: "send", why: "" };
  const { enters, always, inFlight } = action;
  const leadsHere = enters !== undefined &&
    (state === inFlight || reachable(waysOfSuccess(resource), enters).has(state));
  if (leadsHere && !always && !isSpecific(args)) {
    return { verdict: "skip", why: `already ${state}` };
  }
  if (!resource.states.includes(state) && driftOf(resource)[state] === undefined) {
    return { verdict: "refuse", why: `it is ${state}, a state that muster does not know` };
  }
  const ways = reachable(driftOf(resource), state);
  const next = action.from.filter((one) => ways.has(one));
  const needs = action.notFrom
    ? `${name} cannot be sent from ${state}`
    : `${name} needs ${action.from.join(" or ")}`;
  return {
    verdict: "refuse",
    why: `it is ${state}, and ${needs}` +
      (next.length > 0 ? `. Wait until it is ${next.join(" or ")} first` : ""),
  };
}

/** Whether a step before this one moved the member and the chain has not waited since. */
export function justMoved(resource: AnyResource, steps: readonly Step[], index: number): boolean {
  for (let at = index - 1; at >= 0; at--) {
    const step = steps[at]!;
    if (step.kind === "wait") return false;
    if (step.kind === "create") return true;
    if (step.kind === "action" && resource.actions[step.name]!.enters !== undefined) return true;
  }
  return false;
}

/** The part of a member that an action changes. */
export function partOf(resource: AnyResource, name: string): string {
  return resource.actions[name]!.part ?? name;
}

/** Whether a record is already as the action would make it. */
export function alreadySo(action: AnyAction, record: object, args: readonly unknown[]): boolean {
  return action.done?.(record, ...args as never[]) ?? false;
}

/** What is known about a member besides its state. */
export interface Known {
  /** Undefined if the member does not exist yet, or is gone. */
  readonly record: object | undefined;
  /** The time, in milliseconds. */
  readonly now: number;
  /** The first step to do. Default 0. */
  readonly startAt?: number;
  /** Whether that step's request was already sent and its result is not known. Default false. */
  readonly doubtful?: boolean;
  /** Earlier steps whose actions may not show in the record yet. Default: none. */
  readonly pending?: readonly number[];
}

/** What the steps from `startAt` on would do to a member in `state`. */
export function predict(
  resource: AnyResource,
  steps: readonly Step[],
  start: string,
  { record, now, startAt = 0, doubtful = false, pending = [] }: Known,
): readonly Prediction[] {
  const predictions: Prediction[] = [];
  const outlook = new ExpectedRecord();
  for (const step of pending.map((index) => steps[index]!)) {
    if (step.kind === "action" && record) {
      outlook.afterAction(resource.actions[step.name]!, record, step.args);
    }
  }
  let state = start;
  let acted = false;
  // Once an action has changed a part, the record no longer shows whether a later action on it is needed.
  const changed = new Set<string>();
  const refuse = (why: string): readonly Prediction[] => [
    ...predictions.map((one, index): Prediction =>
      one.verdict === "skip" || (doubtful && index === 0)
        ? one
        : { verdict: "withheld", why: "", state: start }
    ),
    { verdict: "refuse", why, state: start },
  ];
  for (let index = startAt; index < steps.length; index++) {
    const step = steps[index]!;
    if (step.kind === "create") {
      state = resource.create!.enters;
      acted = true;
      predictions.push({ verdict: "send", why: "", state });
    } else if (step.kind === "perform") {
      const sent = doubtful && index === startAt;
      const why = sent ? undefined : obstacleTo(resource, step, outlook, { record, state, now });
      if (why !== undefined) return refuse(why);
      outlook.afterPerforming(step);
      predictions.push({ verdict: "perform", why: "", state });
    } else if (step.kind === "barrier") {
      predictions.push({ verdict: "meet", why: "", state });
    } else if (step.kind === "action") {
      const action = resource.actions[step.name]!;
      const part = partOf(resource, step.name);
      const so = record !== undefined && !changed.has(part) &&
        expectedSo(action, record, outlook, step.args) === true;
      const sent = doubtful && index === startAt;
      const judged = sent
        ? { verdict: "send", why: "" } as const
        : verdictOf(resource, step, state, so, justMoved(resource, steps, index));
      const { verdict } = judged;
      let { why }: { why: string } = judged;
      if (verdict === "refuse") return refuse(why);
      if (verdict === "send") {
        const obstacle = !sent && obstacleTo(resource, step, outlook, { record, state, now });
        if (obstacle) return refuse(obstacle);
        why = sideEffectOf(action, outlook, { record, state, now }, step.args) ?? "";
        changed.add(part);
        if (record) outlook.afterAction(action, record, step.args);
        state = stateAfter(action) ?? state;
        acted = true;
      }
      predictions.push({ verdict, why, state });
    } else {
      const states = targetStates(resource, step.targets);
      if (states.includes(state) === step.until) {
        predictions.push({ verdict: acted ? "wait" : "there", why: "", state });
        continue;
      }
      const ways = reachable(acted ? driftOf(resource) : anyWay(resource), state);
      const next = step.until
        ? states.find((one) => ways.has(one))
        : [...ways].find((one) => !states.includes(one));
      if (next === undefined && !resource.opaque?.includes(state) && resource.states.includes(state)) {
        return refuse(
          `it is ${state === resource.gone.state ? "gone" : state} and cannot ${
            step.until ? "reach" : "leave"
          } ${step.targets.join(" or ")}`,
        );
      }
      state = next ?? states[0] ?? state;
      predictions.push({ verdict: "wait", why: "", state });
    }
  }
  return predictions;
}
