/**
 * What protects, as data that survives its process: a member that is read again later is asked again.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import { isPlain } from "../../resource/fields.ts";
import { type Protection, protects, showProtection } from "../../select/protect.ts";
import { concealed } from "../../text/secrets.ts";

/** A protection as data; `lost` is the text of one that holds a test, and so cannot be written down. */
export type SavedProtection =
  | {
    readonly given: Readonly<Record<string, unknown>>;
    readonly resolved: Readonly<Record<string, unknown>>;
  }
  | { readonly lost: string };

/** Protections as data; `unkept` says why a value cannot be kept. */
export function saveProtections(
  protections: readonly Protection[],
  unkept: (value: unknown) => string | undefined,
): SavedProtection[] {
  return protections.map(({ given, resolved }) => {
    try {
      const saved = { given: encoded(given), resolved: encoded(resolved) } as SavedProtection;
      if (unkept(saved) === undefined) return saved;
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
    return { lost: concealed(showProtection(given)) };
  });
}

class Lost extends Error {}

/** Patterns and objects are told apart by what they are under; the rest is as it is. */
function encoded(value: unknown, top = true): unknown {
  if (value instanceof RegExp) return { pattern: value.source, flags: value.flags };
  if (Array.isArray(value)) return value.map((one) => encoded(one, false));
  if (isPlain(value)) {
    const of = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encoded(one, false)]));
    return top ? of : { of };
  }
  if (typeof value === "function") throw new Lost();
  return value;
}

function decoded(value: unknown, top = true): unknown {
  if (Array.isArray(value)) return value.map((one) => decoded(one, false));
  if (!isPlain(value)) return value;
  if (!top && typeof value.pattern === "string") return new RegExp(value.pattern, String(value.flags ?? ""));
  const of = top ? value : value.of as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(of).map(([key, one]) => [key, decoded(one, false)]));
}

/** The protections that were kept. */
export function restoreProtections(saved: readonly SavedProtection[] = []): Protection[] {
  return saved.flatMap((one) =>
    "lost" in one ? [] : [{ given: decoded(one.given), resolved: decoded(one.resolved) } as Protection]
  );
}

/** A member as it was written down. */
interface Was {
  readonly name: string;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/**
 * Why a member that was not protected when it was planned is now, by its record; undefined where it is not.
 *
 * @param begun Whether steps of it were done: then where it is says nothing, as they have led there.
 */
export function protectedSince(
  resource: AnyResource,
  record: object,
  was: Was,
  saved: readonly SavedProtection[] = [],
  begun = false,
): string | undefined {
  const guard = restoreProtections(saved).find((one) =>
    !(begun && Object.keys(one.given).some((key) => resource.fields?.[key] === "state")) &&
    protects(resource, record, one)
  );
  if (guard) return `it is protected now, by ${showProtection(guard.given)}`;
  const lost = saved.find((one) => "lost" in one);
  if (!lost) return undefined;
  // Its test is not there to be asked. As long as the member is called and tagged as it was, it still lets it through.
  const sorted = (tags: object | undefined) => JSON.stringify(Object.entries(tags ?? {}).sort());
  const same = resource.name(record) === was.name && sorted(resource.tags?.(record)) === sorted(was.tags);
  return same
    ? undefined
    : `its name or its tags were changed, and ${lost.lost} has a test that was not kept: it may be protected now`;
}
