/**
 * Groups of methods that are loaded when the first of them is called: most scripts call none.
 *
 * @module
 */
import { checkArguments, copied } from "../engine/mod.ts";

/** An object whose methods are those of `load`'s, each of which gives a promise. */
export function lazyGroup<G extends object>(name: string, load: () => Promise<G>): G {
  let group: Promise<G> | undefined;
  const asked = (method: string) => async (...given: unknown[]) => {
    const args = copied(`${method}()`, given); // before it is loaded: what is sent is what was given
    const loaded = await (group ??= load()) as unknown as Record<string, (...args: unknown[]) => unknown>;
    checkArguments(method, loaded[method]!, args);
    return await loaded[method]!(...args);
  };
  const shown = { value: () => name };
  return new Proxy(Object.create(null, { [Symbol.for("Deno.customInspect")]: shown }) as G, {
    get(target, property, receiver) {
      if (property === Symbol.for("Deno.customInspect")) return Reflect.get(target, property, receiver);
      // Not a promise, though it answers to every name.
      return typeof property === "symbol" || property === "then" ? undefined : asked(property);
    },
  });
}
