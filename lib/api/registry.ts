/**
 * The APIs of this process, by the source text of their handles. With it a journal or a saved plan finds where its
 * chains ran, and the command finds what it can list.
 *
 * It is kept on the global object, because a task file may import another copy of this library than the command.
 *
 * @module
 */
import type { AnyResource } from "../engine/resource/describe.ts";
import type { Endpoint } from "../engine/resource/endpoint.ts";

/** A registered handle. */
export interface Registered {
  readonly handle: { endpoint(): Promise<Endpoint> };
  /** The resources that were described for it. */
  resources(): readonly AnyResource[];
  /** Selects the members that match conditions on their attributes. */
  select(resource: AnyResource, where: Readonly<Record<string, unknown>>): PromiseLike<object[]>;
}

const KEY: unique symbol = Symbol.for("muster.handles.1");
const place = globalThis as { [KEY]?: Map<string, Registered> };

/** Registers a handle. It replaces an earlier one with the same source text. */
export function register(written: string, registered: Registered): void {
  (place[KEY] ??= new Map()).set(written, registered);
}

/** The handle with this source text; undefined if this process has none. */
export function registered(written: string): Registered | undefined {
  return place[KEY]?.get(written);
}

/** All registered handles. */
export function allRegistered(): readonly Registered[] {
  return [...place[KEY]?.values() ?? []];
}
