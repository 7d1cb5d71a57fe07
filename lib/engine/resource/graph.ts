/**
 * What follows from a resource's states: what can be reached from where, what was passed on the way, and what has
 * become impossible.
 *
 * @module
 */
import type { AnyResource } from "./describe.ts";

type Edges = { readonly [state: string]: readonly string[] | undefined };

/** Every state that can follow `from` (itself included), without passing `avoiding`. */
export function reachable(edges: Edges, from: string, avoiding?: string): Set<string> {
  const seen = new Set<string>();
  const queue = from === avoiding ? [] : [from];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    for (const next of edges[state] ?? []) if (next !== avoiding) queue.push(next);
  }
  return seen;
}

/** The shortest way from one state to another along the drift, both ends included; undefined if there is none. */
export function path(edges: Edges, from: string, to: string): string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    if (state === to) {
      const way: string[] = [];
      for (let at: string | undefined = to; at !== undefined; at = before.get(at)) way.unshift(at);
      return way;
    }
    for (const next of edges[state] ?? []) {
      if (!before.has(next)) {
        before.set(next, state);
        queue.push(next);
      }
    }
  }
  return undefined;
}

/**
 * Whether a member that was in `start` and is now in `now` must have been in `through` in between: two polls can miss a
 * short state.
 */
export function passed(edges: Edges, start: string, now: string, through: string): boolean {
  if (now === through) return true;
  return reachable(edges, start).has(through) && reachable(edges, through).has(now) &&
    !reachable(edges, start, through).has(now);
}

const withFlights = new WeakMap<AnyResource, Edges>();

/** Where members go by themselves: the drift, and from an in-flight state to where its action leads. */
export function driftOf(resource: AnyResource): Edges {
  let edges = withFlights.get(resource);
  if (edges) return edges;
  edges = resource.drift;
  for (const name in resource.actions) {
    const { inFlight, enters } = resource.actions[name]!;
    if (inFlight === undefined || enters === undefined) continue;
    edges = { ...edges, [inFlight]: [...new Set([...edges[inFlight] ?? [], enters])] };
  }
  withFlights.set(resource, edges);
  return edges;
}

const succeeding = new WeakMap<AnyResource, Edges>();

/** The drift without the ways into failure: the ways of an action that succeeds. */
export function waysOfSuccess(resource: AnyResource): Edges {
  const { failures = [] } = resource;
  const drift = driftOf(resource);
  if (failures.length === 0) return drift;
  let edges = succeeding.get(resource);
  if (!edges) {
    edges = Object.fromEntries(
      Object.entries(drift).map(([from, ways]) => [from, ways?.filter((to) => !failures.includes(to))]),
    );
    succeeding.set(resource, edges);
  }
  return edges;
}

const withActions = new WeakMap<AnyResource, Edges>();

/** The drift, and every way that anybody's action can lead. */
export function anyWay(resource: AnyResource): Edges {
  let edges = withActions.get(resource);
  if (!edges) {
    const all: Record<string, string[]> = {};
    for (const [state, ways] of Object.entries(driftOf(resource))) all[state] = [...ways ?? []];
    for (const state of resource.states) all[state] ??= [];
    for (const action of Object.values(resource.actions)) {
      if (action.enters) {
        for (const from of [...action.from, ...action.foundIn ?? []]) all[from]?.push(action.enters);
      }
    }
    withActions.set(resource, edges = all);
  }
  return edges;
}

/** The states of a wait's targets, with each named set replaced by its states. */
export function targetStates(resource: AnyResource, targets: readonly string[]): string[] {
  return targets.flatMap((target) => resource.sets?.[target]?.states ?? [target]);
}
