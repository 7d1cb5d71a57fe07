/**
 * The handles of this process, by how they read: so a journal or a saved plan finds its way back to where its chains ran,
 * and the command finds what an API has.
 *
 * It is kept on the global object: a task file may import another copy of this library than the command did.
 *
 * @module
 */
import type { AnyResource } from "../engine/resource/describe.ts";
import type { Endpoint } from "../engine/resource/endpoint.ts";

/** A handle, as far as others than its maker need it. */
export interface Registered {
  /** What its requests are sent with. */
  endpoint(): Promise<Endpoint>;
  /** The resource of a kind; undefined where it has none. */
  resourceOf(kind: string): AnyResource | undefined;
  /** The kinds it has. */
  kinds(): readonly string[];
  /** The members of a kind that satisfy conditions on their attributes. */
  select(kind: string, where: Readonly<Record<string, unknown>>): PromiseLike<object[]>;
}

const KEY: unique symbol = Symbol.for("muster.handles.1");
const place = globalThis as { [KEY]?: Map<string, Registered> };

/** Notes a handle. A later one that reads the same takes its place. */
export function register(handle: string, registered: Registered): void {
  (place[KEY] ??= new Map()).set(handle, registered);
}

/** The handle that reads so; undefined where this process has none. */
export function registered(handle: string): Registered | undefined {
  return place[KEY]?.get(handle);
}

/** All handles that were noted, with how they read. */
export function allRegistered(): readonly (readonly [handle: string, registered: Registered])[] {
  return [...place[KEY] ?? []];
}
