/**
 * Reads one member during a run, where "gone" must be certain.
 *
 * @module
 */
import type { RunView } from "./run_view.ts";
import type { WireListener } from "../resource/listing.ts";
import { gonePatience, nextLookAtGone } from "../wait/confirm_gone.ts";
import type { Member } from "./member.ts";
import { readOne } from "../select/read.ts";

/** Reads a member. Undefined only if it is certainly gone: the API must say so for `patience` ms. */
export async function readOrGone(
  run: RunView,
  member: Member,
  on: WireListener,
  patience = gonePatience(run.plan.resource, member),
): Promise<object | undefined> {
  const { plan: { resource, endpoint }, clock, signal } = run;
  for (let said = 0;;) {
    const record = await readOne({ resource, endpoint, signal, on }, member.id);
    if (record || said >= patience) {
      const state = record ? resource.state(record) : resource.gone.state;
      run.saw(member, { state, record, at: clock.now() });
      return record;
    }
    const pause = nextLookAtGone(said, patience);
    await clock.sleep(pause, signal);
    said += pause;
  }
}
