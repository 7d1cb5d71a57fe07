// deno-lint-ignore-file no-console
/**
 * Plays one story after another and looks for broken promises. By hand, for as many as you like:
 *
 *     deno run --allow-read --allow-write --allow-env tests/property/worlds.ts 1 100000
 *
 * are 100,000 worlds from the seed 1 on, some ten minutes on one core (`--jobs=4` takes four). With `--tell` the first one that breaks a promise
 * is made as small as it gets and told.
 */
import { play } from "./run_scenario.ts";
import { broken } from "./guarantees.ts";
import { shortened } from "./shrink.ts";
import { type Story, storyOf } from "./scenario.ts";

/** A promise that was broken, where and how. */
export interface Broken {
  readonly seed: number;
  readonly promise: string;
  readonly fact: string;
}

/** The promises that a story breaks. */
export async function playOne(story: Story, folder: string): Promise<Broken[]> {
  const { seed } = story;
  try {
    return broken(await play(story, folder)).map((said) => {
      const [promise = "", ...fact] = said.split(": ");
      return { seed, promise, fact: fact.join(": ") };
    });
  } catch (error) {
    return [{ seed, promise: "every run ends in time", fact: (error as Error).message }];
  }
}

/** Plays the stories of so many seeds, or for so long, ms; gives what was broken and how many were played. */
export async function playAll(
  seeds: Iterable<number>,
  options: { folder: string; until?: () => boolean; found?: (one: Broken) => void },
): Promise<{ played: number; broken: Broken[] }> {
  const all: Broken[] = [];
  let played = 0;
  for (const seed of seeds) {
    if (options.until?.()) break;
    played++;
    for (const one of await playOne(storyOf(seed), options.folder)) {
      all.push(one);
      options.found?.(one);
    }
  }
  return { played, broken: all };
}

/** The smallest story that breaks the same promise, as text. */
export async function smallest({ seed, promise }: Broken, folder: string): Promise<string> {
  const story = await shortened(
    storyOf(seed),
    async (one) => (await playOne(one, folder)).some((each) => each.promise === promise),
  );
  const [fact] = (await playOne(story, folder)).filter((each) => each.promise === promise);
  return `seed ${seed}: ${promise}: ${fact?.fact}\n${JSON.stringify(story, undefined, 1)}`;
}

export function* seedsFrom(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

/** Seeds that one worker plays: what a process keeps of each server and account adds up. */
const PIECE = 2_000;

/** Plays a piece in a worker of its own. */
function playedApart(first: number, count: number): Promise<{ played: number; broken: Broken[] }> {
  const worker = new Worker(new URL("./worlds_worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => reject(event.error ?? new Error(event.message));
    worker.postMessage({ first, count });
  });
}

if (import.meta.main) {
  const [first = "1", count = "1000"] = Deno.args.filter((one) => !one.startsWith("--"));
  const jobs = Number(Deno.args.find((one) => one.startsWith("--jobs="))?.slice(7) ?? 1);
  const began = performance.now();
  const kinds = new Map<string, Broken[]>();
  let played = 0;
  let next = Number(first);
  const end = next + Number(count);
  await Promise.all(Array.from({ length: jobs }, async () => {
    while (next < end) {
      const from = next;
      next = Math.min(end, next + PIECE);
      const done = await playedApart(from, next - from);
      played += done.played;
      for (const one of done.broken) kinds.set(one.promise, [...kinds.get(one.promise) ?? [], one]);
    }
  }));
  const seconds = (performance.now() - began) / 1000;
  console.log(`${played} worlds in ${seconds.toFixed(0)} s, ${(played / seconds).toFixed(0)} a second`);
  for (const [promise, found] of kinds) {
    console.log(`${found.length} times broken: ${promise}`);
    for (const { seed, fact } of found.slice(0, 5)) console.log(`  ${seed}: ${fact}`);
    if (!Deno.args.includes("--tell")) continue;
    const folder = await Deno.makeTempDir();
    console.log(await smallest(found[0]!, folder));
    await Deno.remove(folder, { recursive: true });
  }
  Deno.exit(kinds.size > 0 ? 1 : 0);
}
