/**
 * Finds where chains run, from the source text of their handle in a journal or a saved plan.
 *
 * @module
 */
import { registered } from "../api/registry.ts";
import { isChain, stateOf } from "../engine/chain/chain.ts";
import { JournalError } from "../engine/errors.ts";
import { Handle, resourceOf } from "../engine/handle.ts";
import type { AnyResource } from "../engine/resource/describe.ts";
import type { Endpoint } from "../engine/resource/endpoint.ts";
import type { FindPlace } from "../engine/journal/resume.ts";
import { type ChainPlace, type SavedPlan, titleOf } from "../engine/plan/saved/saved_plan.ts";

/** The part of a handle that is needed to find its chains. A handle of another copy of this library works as well. */
export type AnyHandle = Pick<Handle, "endpoint">;

/**
 * Returns a function that finds the place of a saved plan.
 *
 * @param handles Handles to use if they lead to the same server and account. Otherwise a handle is made from the saved
 * text.
 */
export function placesOf(handles: readonly AnyHandle[] = []): FindPlace {
  return async (saved) => {
    for (const handle of handles) {
      const endpoint = await handle.endpoint();
      if (endpoint.key === saved.endpoint.key) return placeOf(handle, endpoint, saved);
    }
    const handle = await handleOf(saved);
    return placeOf(handle, await handle.endpoint(), saved);
  };
}

const placeOf = (handle: AnyHandle, endpoint: Endpoint, saved: SavedPlan): ChainPlace => ({
  endpoint,
  resource: resourceFor(handle, saved),
  handle: String(handle),
});

/** Makes a handle again. Options in an object were not saved, because they may contain secrets. */
async function handleOf(saved: SavedPlan): Promise<AnyHandle> {
  const { handle } = saved.endpoint;
  const known = registered(handle);
  if (known) return known.handle;
  if (/^api\("/.test(handle)) {
    throw new JournalError(
      `Cannot take up ${
        titleOf(saved)
      }: nothing in this process is ${handle}. Name the file that makes it with ` +
        "--api=FILE; in a script, import it, or resume with resume(path, { handles: [handle] }).",
    );
  }
  const [, maker, inner] = /^(dc|dbaas)\((.*)\)$/s.exec(handle) ?? [];
  let name: unknown;
  try {
    name = inner === undefined || inner === "" ? undefined : JSON.parse(inner);
  } catch { /* said below */ }
  if (maker === undefined || (inner !== "" && (typeof name !== "string" || JSON.stringify(name) !== inner))) {
    throw new JournalError(
      `Cannot use ${titleOf(saved)}: its handle cannot be made again from ${handle}. Resume it in a ` +
        "script, with resume(path, { handles: [handle] }).",
    );
  }
  if (maker === "dc") {
    const { dc } = await import("../clouds/cloudapi/datacenter.ts");
    return dc(name as string | undefined);
  }
  const { dbaas } = await import("../clouds/openstack/trove/dbaas.ts");
  return dbaas(name as string | undefined);
}

/** A handle's resource of a kind. */
function resourceFor(handle: AnyHandle, saved: SavedPlan): AnyResource {
  const resource = handle instanceof Handle || "request" in handle
    ? resourceOf(handle, saved.kind)
    : resourceBySelection(handle, saved.kind);
  if (resource) return resource;
  throw new JournalError(`Cannot take up ${titleOf(saved)}: ${String(handle)} has no ${saved.kind}`);
}

/** The resource of a kind of an object that is not one of our handles, found by a selection that it makes. */
function resourceBySelection(handle: AnyHandle, kind: string): AnyResource | undefined {
  const select = kind in Object.prototype ? undefined : (handle as unknown as Record<string, unknown>)[kind];
  const one: unknown = typeof select === "function" ? select.call(handle, "x") : undefined;
  const resource = isChain(one) ? stateOf(one).resource : undefined;
  return resource?.kind === kind ? resource : undefined;
}
