/**
 * Protections as data that outlives its process, to be checked again when a member is read later.
 *
 * @module
 */
import type { AnyResource } from "../../resource/describe.ts";
import { isPlain } from "../../resource/fields.ts";
import { type Protection, protects, showProtection } from "../../select/protect.ts";
import { concealed } from "../../text/secrets.ts";

/** A protection as data; `lost` is the text of one that contains a function, and so cannot be saved. */
export type SavedProtection =
  | {
    readonly given: Readonly<Record<string, unknown>>;
    readonly resolved: Readonly<Record<string, unknown>>;
  }
  | { readonly lost: string };

/** Protections as data; `unkept` says why a value cannot be saved. */
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

/** A pattern or an object is written under a key that tells which it is. Everything else stays as it is. */
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

/** Restores saved protections. */
export function restoreProtections(saved: readonly SavedProtection[] = []): Protection[] {
  return saved.flatMap((one) =>
    "lost" in one ? [] : [{ given: decoded(one.given), resolved: decoded(one.resolved) } as Protection]
  );
}

/** A member as it was saved. */
interface Was {
  readonly name: string;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/**
 * Why a member is protected now although it was not when it was planned; undefined if it is not protected.
 *
 * @param begun Whether some of its steps were done. Then its state proves nothing, because they have led there.
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
  // The protection's function is lost. While the member's name and tags are unchanged, it still allows the member.
  const sorted = (tags: object | undefined) => JSON.stringify(Object.entries(tags ?? {}).sort());
  const same = resource.name(record) === was.name && sorted(resource.tags?.(record)) === sorted(was.tags);
  return same
    ? undefined
    : `its name or its tags were changed, and ${lost.lost} has a test that was not kept: it may be protected now`;
}
