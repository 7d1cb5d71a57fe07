/**
 * The watchers of this process: one for each endpoint and resource, with a source of changes if its API pushes them.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { Endpoint } from "../resource/endpoint.ts";
import { PushedSource } from "./pushed/pushed_source.ts";
import { Watcher } from "./watcher.ts";

const watchers = new Map<string, Watcher>();

/** The process's watcher of a resource at an endpoint. */
export function watcherOf(endpoint: Endpoint, resource: AnyResource): Watcher {
  const follow = endpoint.changes?.(resource.kind);
  const name = `${endpoint.key} ${resource.kind}`;
  // A handle that does not want a feed must not get one through another handle's watcher.
  const key = follow ? `${name} pushed` : name;
  let watcher = watchers.get(key);
  if (!watcher) {
    watcher = new Watcher(
      endpoint,
      resource,
      () => watchers.delete(key),
      follow && ((receiver) => new PushedSource(follow, name, resource, endpoint.clock, receiver)),
    );
    watchers.set(key, watcher);
  }
  return watcher;
}
