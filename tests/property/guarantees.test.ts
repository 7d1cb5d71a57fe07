/**
 * Nothing is destroyed that was not shown and allowed, and "succeeded" means that it happened: in random worlds, with
 * random chains, faults, interference, crashes, resumes and saved plans (see `guarantees.ts` for the promises).
 *
 * The seeds are the same each time. A failure names its seed, and prints the smallest story. For many more worlds:
 * `deno run --allow-read --allow-write --allow-env tests/property/worlds.ts 1 100000`.
 */
import assert from "node:assert/strict";
import { playAll, seedsFrom, smallest } from "./worlds.ts";

/** Worlds in the gate, and the time they may take at most, ms: on a slow machine there are fewer. */
const WORLDS = 600, TIME = 40_000;

Deno.test("nothing unseen or forbidden is destroyed, and what is reported is so, in any world", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const began = performance.now();
    const { broken } = await playAll(seedsFrom(1, WORLDS), {
      folder,
      until: () => performance.now() - began > TIME,
    });
    const [first] = broken;
    assert.equal(first && await smallest(first, folder), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
