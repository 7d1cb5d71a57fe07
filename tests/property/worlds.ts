// deno-lint-ignore-file no-console
/**
 * Plays one story after another and looks for broken promises. By hand, for as many as you like:
 *
 *     deno run --allow-read --allow-write --allow-env tests/property/worlds.ts 1 100000
 *
 * are 100,000 worlds from the seed 1 on (some six minutes on one core). With `--tell` the first one that breaks a promise
 * is made as small as it gets and told.
 */
import { play } from "./play.ts";
import { broken } from "./promises.ts";
import { shortened } from "./shorten.ts";
import { type Story, storyOf } from "./story.ts";

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

if (import.meta.main) {
  const [first = "1", count = "1000"] = Deno.args.filter((one) => !one.startsWith("--"));
  const folder = await Deno.makeTempDir();
  const began = performance.now();
  const kinds = new Map<string, Broken[]>();
  const { played } = await playAll(seedsFrom(Number(first), Number(count)), {
    folder,
    found: (one) => kinds.set(one.promise, [...kinds.get(one.promise) ?? [], one]),
  });
  const seconds = (performance.now() - began) / 1000;
  console.log(`${played} worlds in ${seconds.toFixed(0)} s, ${(played / seconds).toFixed(0)} a second`);
  for (const [promise, found] of kinds) {
    console.log(`${found.length} times broken: ${promise}`);
    for (const { seed, fact } of found.slice(0, 5)) console.log(`  ${seed}: ${fact}`);
    if (Deno.args.includes("--tell")) console.log(await smallest(found[0]!, folder));
  }
  await Deno.remove(folder, { recursive: true });
  if (kinds.size > 0) Deno.exit(1);
}
