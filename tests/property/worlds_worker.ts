/** A worker that plays a piece of what `worlds.ts` was asked for. */
import { type Broken, playAll, seedsFrom } from "./worlds.ts";

/** What of a worker's global scope is used: the types are those of a page. */
interface Scope {
  onmessage: (event: MessageEvent<{ first: number; count: number }>) => void;
  postMessage(done: { played: number; broken: Broken[] }): void;
}
const scope = self as unknown as Scope;

scope.onmessage = async ({ data: { first, count } }) => {
  const folder = await Deno.makeTempDir();
  const done = await playAll(seedsFrom(first, count), { folder });
  await Deno.remove(folder, { recursive: true });
  scope.postMessage(done);
};
