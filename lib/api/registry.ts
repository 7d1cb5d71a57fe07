/**
 * The APIs of this process, by how their handles read: so a journal or a saved plan finds its way back to where its chains
 * ran, and the command finds what there is to list.
 *
 * It is kept on the global object: a task file may import another copy of this library than the command did.
 *
 * @module
 */
import type { AnyResource } from "../engine/resource/describe.ts";
import type { Endpoint } from "../engine/resource/endpoint.ts";

/** A handle that was noted. */
export interface Registered {
  readonly handle: { endpoint(): Promise<Endpoint> };
  /** What was described for it. */
  resources(): readonly AnyResource[];
  /** The members that satisfy conditions on their attributes. */
  select(resource: AnyResource, where: Readonly<Record<string, unknown>>): PromiseLike<object[]>;
}

const KEY: unique symbol = Symbol.for("muster.handles.1");
const place = globalThis as { [KEY]?: Map<string, Registered> };

/** Notes a handle. A later one that reads the same takes its place. */
export function register(written: string, registered: Registered): void {
  (place[KEY] ??= new Map()).set(written, registered);
}

/** The handle that reads so; undefined where this process has none. */
export function registered(written: string): Registered | undefined {
  return place[KEY]?.get(written);
}

/** All handles that were noted. */
export function allRegistered(): readonly Registered[] {
  return [...place[KEY]?.values() ?? []];
}
