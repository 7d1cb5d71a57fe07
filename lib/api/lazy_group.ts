/**
 * Groups of methods that are loaded when the first of them is called, because most scripts call none.
 *
 * @module
 */
import { checkArguments, copied } from "../engine/mod.ts";

/** An object with the methods that `load` returns. Each returns a promise. */
export function lazyGroup<G extends object>(name: string, load: () => Promise<G>): G {
  let group: Promise<G> | undefined;
  const asked = (method: string) => async (...given: unknown[]) => {
    const args = copied(`${method}()`, given); // copied before loading: what was given is sent, even if somebody changes it meanwhile
    const loaded = await (group ??= load()) as unknown as Record<string, (...args: unknown[]) => unknown>;
    checkArguments(method, loaded[method]!, args);
    return await loaded[method]!(...args);
  };
  const shown = { value: () => name };
  return new Proxy(Object.create(null, { [Symbol.for("Deno.customInspect")]: shown }) as G, {
    get(target, property, receiver) {
      if (property === Symbol.for("Deno.customInspect")) return Reflect.get(target, property, receiver);
      // It must not look like a promise, although it has every other property.
      return typeof property === "symbol" || property === "then" ? undefined : asked(property);
    },
  });
}
