/**
 * Decides which members are never changed, whatever is selected. If something can be read in two ways, the one that
 * protects counts.
 *
 * @module
 */
import type { AnyResource } from "../resource/describe.ts";
import type { WireListener } from "../resource/listing.ts";
import type { Endpoint } from "../resource/endpoint.ts";
import { SelectionError } from "../errors.ts";
import { hasField, isPlain } from "../resource/fields.ts";
import { didYouMean } from "./did_you_mean.ts";
import { hasTags, holds, type Same, satisfies, showConditions, wanted } from "./conditions.ts";

type Conditions = Protection["given"];

/** One `.protect()`. */
export interface Protection {
  /** As it was given: tags are compared with this. */
  readonly given: Readonly<Record<string, unknown>>;
  /** With ids instead of other things' names: attributes are compared with this. */
  readonly resolved: Readonly<Record<string, unknown>>;
}

/** A protection as text: `protect({ keep: true })`. */
export const showProtection = (given: Conditions): string => `protect(${showConditions(given)})`;

/**
 * Case, surrounding blanks and the spelling of a number do not matter, because a difference there is probably a
 * mistake.
 */
const roughly: Same = (value, literal) => {
  const [a, b] = [folded(value), folded(literal)];
  return a === b || (a !== "" && b !== "" && Number(a) === Number(b));
};
const folded = (value: unknown) => String(value).trim().normalize("NFC").toLowerCase();

/** Whether at least one protection matches a record. A protection matches if all its conditions do. */
export function isProtected(
  resource: AnyResource,
  record: object,
  protections: readonly Protection[],
): boolean {
  return protections.some((one) => protects(resource, record, one));
}

/** Whether one protection matches a record. A plain key matches the attribute or the tag of that name. */
export function protects(resource: AnyResource, record: object, { given, resolved }: Protection): boolean {
  return Object.entries(given).every(([key, condition]) => {
    if (key === "tags" && resource.tags && isPlain(condition)) {
      return hasTags(resource, record, condition, roughly);
    }
    const isField = hasField(resource, key) ?? Object.hasOwn(record, key);
    if (isField && holds({ resource, record, key }, resolved[key], roughly)) return true;
    const tags = resource.tags?.(record) ?? {};
    return Object.hasOwn(tags, key) &&
      satisfies(tags[key], condition, { resource, record, key: `the tag ${key}` }, roughly);
  });
}

/** A record stands for its id, so that the member stays protected when other fields change. */
export function asProtection(resource: AnyResource, given: Conditions): Conditions {
  try {
    const { id } = given;
    const isRecord = typeof id === "string" && id !== "" && resource.id(given) === id &&
      typeof resource.state(given) === "string" && typeof resource.name(given) === "string";
    return isRecord ? Object.freeze({ id }) : given;
  } catch {
    return given; // it does not have what a record has
  }
}

/** Names in protections that no record has had yet, as a tag or an attribute. They may be misspelt. */
export class Unproven {
  readonly #resource: AnyResource;
  readonly #left: Set<string>;
  readonly #seen = new Set<string>();
  #records = 0;

  constructor(resource: AnyResource, protections: readonly Protection[]) {
    this.#resource = resource;
    this.#left = new Set(
      protections.flatMap(({ given }) =>
        Object.entries(given).flatMap(([key, condition]) =>
          key === "tags" && resource.tags && isPlain(condition)
            ? Object.keys(condition)
            : hasField(resource, key)
            ? []
            : [key]
        )
      ),
    );
  }

  /** Whether any name was not found in a record yet. */
  get any(): boolean {
    return this.#left.size > 0;
  }

  /** Records the names in a record. */
  see(record: object): void {
    this.#records++;
    if (!this.any) return;
    const names = Object.keys(this.#resource.tags?.(record) ?? {});
    for (const key of this.#resource.fields ? names : [...names, ...Object.keys(record)]) {
      this.#seen.add(key);
      this.#left.delete(key);
    }
  }

  /**
   * Refuses names that no record has, because they would protect nothing. If only part of the list was read, the rest
   * is read first: it may have them.
   *
   * @throws {SelectionError} when there is no such tag or attribute. It names the nearest one.
   */
  async refuse(
    endpoint: Endpoint,
    options: { signal?: AbortSignal | undefined; on?: WireListener | undefined },
  ): Promise<void> {
    if (!this.any || this.#records === 0) return;
    const { list } = this.#resource;
    const query = list.query?.(wanted({ tags: {}, where: [] }));
    const pages = list.pages(endpoint, query, { priority: "action", signal: options.signal, on: options.on });
    for await (const page of pages) {
      for (const record of page) this.see(record);
      if (!this.any) return;
    }
    const [name] = this.#left;
    const { kind, fields = {}, plural = `${kind}s` } = this.#resource;
    const meant = didYouMean(name!, [...this.#seen, ...Object.keys(fields)]);
    throw new SelectionError(
      `Cannot use protect() with ${
        JSON.stringify(name)
      }: it would protect nothing, because none of the ${plural} in ` +
        `${endpoint.name} has ${
          this.#resource.tags ? "a tag or an attribute" : "an attribute"
        } with this name. ` +
        (meant && `${meant} `) +
        "Leave it out if there is nothing to protect.",
    );
  }
}
