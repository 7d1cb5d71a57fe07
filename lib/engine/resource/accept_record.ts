/**
 * Checks a server's records. Every record goes through here: listed, read, or in the answer to a creation.
 *
 * A record without an id or a state is refused, and so is a list that contains one, or anything that is not a record.
 * To skip such a record would be dangerous: a member would be left out of what is done, or of what is protected. A
 * record without a name gets its id as the name; one without tags has no tags.
 *
 * @module
 */
import { TransportError } from "../errors.ts";
import type { Listing } from "./listing.ts";

/** The parts of a description that the checks need. */
interface Taking {
  readonly kind: string;
  readonly plural?: string;
  // deno-lint-ignore no-explicit-any
  id(record: any): string;
  // deno-lint-ignore no-explicit-any
  state(record: any): string;
  // deno-lint-ignore no-explicit-any
  name(record: any): string;
  // deno-lint-ignore no-explicit-any
  names?(record: any): readonly string[];
  // deno-lint-ignore no-explicit-any
  tags?(record: any): Record<string, unknown>;
  // deno-lint-ignore no-explicit-any
  complete?(record: any): void;
  // deno-lint-ignore no-explicit-any
  readonly list: Listing<any>;
  read(body: unknown): object;
}

/** Adds the checks to a description. */
export function acceptingRecords<D extends Taking>(description: D): D {
  const { kind, list } = description;
  const complete = description.complete?.bind(description);
  const plural = description.plural ?? `${kind}s`;
  const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
  const name = (record: object): string => {
    const said: unknown = description.name(record);
    return isText(said) ? said : typeof said === "number" ? String(said) : description.id(record);
  };

  /** Completes a record. Returns what is wrong with it; undefined if it is accepted. */
  const flaw = (record: unknown): string | undefined => {
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      return `${
        record === null || record === undefined ? "null" : Array.isArray(record) ? "a list" : typeof record
      } ` +
        `instead of a record`;
    }
    try {
      const id: unknown = description.id(record), state: unknown = description.state(record);
      if (typeof id !== "string" || id === "") return `a record without an id${calledIn(record)}`;
      if (typeof state !== "string" || state === "") return `a record without a state: ${name(record)}`;
      if (complete) complete(record);
      return undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return "a record without a field that every record has";
    }
  };
  const refuse = (what: string, how: string, cause?: unknown) =>
    new TransportError(
      `Cannot ${what}: the server gave ${how}. Nothing can be done to it, because nothing identifies it. Ask the ` +
        `server's operator.`,
      "unknown",
      { cause },
    );

  const takePage = (pages: AsyncIterator<readonly object[]>, page: readonly object[]): void => {
    let wrong = Array.isArray(page) ? undefined : "something that is not a list";
    if (wrong === undefined) {
      for (let at = 0; at < page.length && wrong === undefined; at++) wrong = flaw(page[at]);
    }
    if (wrong === undefined) return;
    void pages.return?.();
    throw refuse(`list the ${plural}`, wrong);
  };

  return {
    ...description,
    name,
    ...(description.names && {
      names: (record: object) => {
        const said = description.names!(record).filter(isText);
        return said.length > 0 ? said : [name(record)];
      },
    }),
    ...(description.tags && {
      tags: (record: object) => {
        const said: unknown = description.tags!(record);
        return typeof said === "object" && said !== null && !Array.isArray(said) ? said : {};
      },
    }),
    list: {
      ...list,
      pages: (...asked: Parameters<typeof list.pages>): AsyncIterable<readonly object[]> => ({
        // Not a generator, because that takes several turns of the event loop for each page.
        [Symbol.asyncIterator]() {
          const pages = list.pages(...asked)[Symbol.asyncIterator]();
          return {
            next: () => pages.next().then((next) => (next.done || takePage(pages, next.value), next)),
            return: async (value) => await pages.return?.(value) ?? { done: true, value },
          };
        },
      }),
    },
    read(body: unknown) {
      let record: object;
      try {
        record = description.read(body);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        throw refuse(`read the ${kind}`, "no record", error);
      }
      const wrong = flaw(record);
      if (wrong !== undefined) throw refuse(`read the ${kind}`, wrong);
      return record;
    },
  };

  function calledIn(record: object): string {
    const said: unknown = description.name(record);
    return isText(said) ? `, called ${JSON.stringify(said)}` : "";
  }
}
