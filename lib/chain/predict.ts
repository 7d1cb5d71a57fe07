/**
 * What each step of a chain would do to a member, from the resource's graph alone.
 *
 * @module
 */
import type { AnyAction, AnyResource } from "./describe.ts";
import { anyWay, reachable, statesOf } from "./graph.ts";
import type { Step } from "./steps.ts";

/** What a step would do to a member. */
export interface Prediction {
  readonly verdict:
    /** A request changes it. */
    | "send"
    /** It already is where the action leads. */
    | "skip"
    /** It is waited for. */
    | "wait"
    /** The wait's condition holds already. */
    | "there"
    /** Work that is no API request is done. */
    | "perform"
    /** It meets the others. */
    | "meet"
    /** The step cannot work; the member would fail here. */
    | "refuse";
  /** The reason, for skip and refuse; else empty. */
  readonly why: string;
  /** The state it is expected in after the step. */
  readonly state: string;
}

/** What to do with an action for a member in a state: send it, skip it, or refuse. */
export function verdictOf(
  resource: AnyResource,
  name: string,
  state: string,
  alreadySo: boolean,
): { verdict: "send" | "skip" | "refuse"; why: string } {
  const action = resource.actions[name]!;
  if (alreadySo) return { verdict: "skip", why: "already so" };
  if (action.from.includes(state)) return { verdict: "send", why: "" };
  if (action.enters !== undefined && !action.always && reachable(resource.drift, action.enters).has(state)) {
    return { verdict: "skip", why: `already ${state}` };
  }
  if (!resource.states.includes(state)) {
    return { verdict: "refuse", why: `its state is not known to muster: ${state}` };
  }
  return { verdict: "refuse", why: `its state is ${state}, and ${name} needs ${action.from.join(" or ")}` };
}

/** The part of a member that an action changes. */
export function partOf(resource: AnyResource, name: string): string {
  return resource.actions[name]!.part ?? name;
}

/** Whether a record already is as the action would make it. */
export function alreadySo(action: AnyAction, record: object, args: readonly unknown[]): boolean {
  return action.done?.(record, ...args as never[]) ?? false;
}

/** What the steps would do to a member in `state`; `so[i]` tells whether it already is as step i would make it. */
export function predict(
  resource: AnyResource,
  steps: readonly Step[],
  start: string,
  so: readonly boolean[],
): readonly Prediction[] {
  const predictions: Prediction[] = [];
  let state = start;
  let acted = false;
  // Once an action has changed a part, the record no longer tells whether a later action on it is needed.
  const changed = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (step.kind === "create") {
      state = resource.create!.enters;
      acted = true;
      predictions.push({ verdict: "send", why: "", state });
    } else if (step.kind === "perform") {
      predictions.push({ verdict: "perform", why: "", state });
    } else if (step.kind === "barrier") {
      predictions.push({ verdict: "meet", why: "", state });
    } else if (step.kind === "action") {
      const part = partOf(resource, step.name);
      const { verdict, why } = verdictOf(
        resource,
        step.name,
        state,
        !changed.has(part) && (so[index] ?? false),
      );
      if (verdict === "send") {
        changed.add(part);
        state = resource.actions[step.name]!.enters ?? state;
        acted = true;
      }
      predictions.push({ verdict, why, state });
      if (verdict === "refuse") break;
    } else {
      const states = statesOf(resource, step.targets);
      if (states.includes(state) === step.until) {
        predictions.push({ verdict: acted ? "wait" : "there", why: "", state });
        continue;
      }
      const ways = reachable(acted ? resource.drift : anyWay(resource), state);
      const next = step.until
        ? states.find((one) => ways.has(one))
        : [...ways].find((one) => !states.includes(one));
      if (next === undefined && !resource.opaque?.includes(state) && resource.states.includes(state)) {
        predictions.push({
          verdict: "refuse",
          why: `it is ${state} and does not get ${step.until ? "to" : "away from"} ${
            step.targets.join(" or ")
          }`,
          state,
        });
        break;
      }
      state = next ?? states[0] ?? state;
      predictions.push({ verdict: "wait", why: "", state });
    }
  }
  return predictions;
}
