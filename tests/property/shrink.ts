/**
 * Finds the smallest story that still fails: it leaves out parts as long as the failure stays.
 */
import type { Story } from "./scenario.ts";

/** A shorter story that `still` is told of, or the same one. */
export async function shortened(story: Story, still: (story: Story) => Promise<boolean>): Promise<Story> {
  let best = story;
  for (let more = true; more;) {
    more = false;
    for (const next of shorter(best)) {
      if (!await still(next).catch(() => false)) continue;
      best = next;
      more = true;
      break;
    }
  }
  return best;
}

function* shorter(story: Story): Generator<Story> {
  for (const key of ["faults", "meanwhile", "chains"] as const) {
    const list: readonly unknown[] = story[key];
    if (key !== "chains" && list.length > 3) {
      const half = list.length >> 1;
      yield { ...story, [key]: list.slice(0, half) };
      yield { ...story, [key]: list.slice(half) };
    }
    for (const n of list.keys()) {
      if (key !== "chains" || list.length > 1) yield { ...story, [key]: list.filter((_, at) => at !== n) };
    }
  }
  for (const [n, chain] of story.chains.entries()) {
    const with_ = (change: Partial<typeof chain>) => ({
      ...story,
      chains: story.chains.map((one, at) => at === n ? { ...one, ...change } : one),
    });
    for (const step of chain.steps.keys()) yield with_({ steps: chain.steps.filter((_, at) => at !== step) });
    if (chain.protect.length > 0) yield with_({ protect: [] });
    const { max: _max, expect: _expect, ...bare } = chain;
    if (_max !== undefined || _expect !== undefined) {
      yield { ...story, chains: story.chains.map((one, at) => at === n ? bare : one) };
    }
  }
  if (story.machines.length > 1) yield { ...story, machines: story.machines.slice(0, -1) };
  if (story.stop) yield { ...story, stop: undefined };
  if (story.kill !== undefined) yield { ...story, kill: undefined };
  if (story.outage) yield { ...story, outage: undefined };
  if (story.feed) yield { ...story, feed: undefined };
  if (story.way === "kept") yield { ...story, way: "run" };
  if (story.pause > 0) yield { ...story, pause: 0 };
  if (story.lag > 0) yield { ...story, lag: 0 };
  if (story.listing > 0) yield { ...story, listing: 0 };
  if (story.distance > 2) yield { ...story, distance: 2 };
  if (story.skew !== 0) yield { ...story, skew: 0 };
  if (!story.filters) yield { ...story, filters: true };
  for (const [n, one] of story.machines.entries()) {
    const plain = {
      name: one.name,
      tags: { type: "test" },
      state: "running" as const,
      guarded: false,
      slow: 0,
    };
    for (const key of ["tags", "state", "guarded", "slow"] as const) {
      if (JSON.stringify(one[key]) === JSON.stringify(plain[key])) continue;
      yield {
        ...story,
        machines: story.machines.map((each, at) => at === n ? { ...each, [key]: plain[key] } : each),
      };
    }
  }
}
