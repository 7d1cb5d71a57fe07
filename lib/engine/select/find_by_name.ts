/**
 * Finds a thing by its name. There is one rule, and one message for no match or several matches.
 *
 * @module
 */
import { SelectionError } from "../errors.ts";

/** How many similar names a message lists, and how many things of the same name. */
const NEAR = 5, SEVERAL = 20;
/** If no name is similar, a list of up to this many names is shown completely. */
const SHORT = 12;

/** Collects the names that are similar to an unknown one, from a list of any length. */
export class NearNames {
  readonly #start: string;
  readonly #near = new Set<string>();
  readonly #all = new Set<string>();

  constructor(wanted: string) {
    this.#start = wanted.slice(0, Math.max(3, wanted.length >> 1)).toLowerCase();
  }

  /** Adds an existing name. */
  see(name: string): void {
    const text = String(name ?? "");
    if (text === "") return;
    if (this.#all.size <= SHORT) this.#all.add(text);
    if (this.#near.size < NEAR && text.toLowerCase().includes(this.#start)) this.#near.add(text);
  }

  /** The end of a message: `; there are web-1, web-2`. Empty if there is nothing to list. */
  toString(): string {
    const said = this.#near.size > 0 ? this.#near : this.#all.size > SHORT ? [] : this.#all;
    const names = [...said].join(", ");
    return names === "" ? "" : `; there are ${names}`;
  }
}

/** The error for a name that nothing has. `the` is what was looked for: `machine`. */
export function noneNamed(
  the: string,
  place: string,
  wanted: string,
  near: NearNames | string,
  orId = false,
): SelectionError {
  return new SelectionError(
    `Cannot find the ${the} in ${place}: none has this ${orId ? "id or name" : "name"}: ` +
      `${JSON.stringify(wanted)}${near}`,
  );
}

/** The error for a name that several have; `facts` distinguish them. */
export function severalNamed(
  the: string,
  place: string,
  wanted: string,
  facts: readonly string[],
): SelectionError {
  const shown = facts.slice(0, SEVERAL);
  if (facts.length > SEVERAL) shown.push(`and ${facts.length - SEVERAL} more`);
  return new SelectionError(
    `Cannot tell which ${the} in ${place} is meant: ${facts.length} have the name ${
      JSON.stringify(wanted)
    }: ` +
      `${shown.join(", ")}. Give its id.`,
  );
}

/**
 * A list to search by name.
 *
 * @example
 * ```ts
 * import type { NamedList } from "@muster/muster/api";
 *
 * const pools: NamedList<{ id: string; name: string }> = {
 *   the: "pool",
 *   place: "farm",
 *   all: [{ id: "p1", name: "blue" }],
 *   names: (pool) => [pool.name],
 * };
 * console.log(pools.the);
 * ```
 */
export interface NamedList<T> {
  /** What is looked for, for messages: `package`. */
  readonly the: string;
  /** The endpoint's name, for messages. */
  readonly place: string;
  /** All things, or those that the server found by the name. */
  readonly all: readonly T[];
  /** The names of a thing. Messages show the first. */
  names(one: T): readonly string[];
  /** The ids of a thing, if an id is accepted as well. Default: only names count. */
  ids?(one: T): readonly string[];
  /**
   * Which of two things of the same name is newer: above zero for the first. Then the newest is chosen. 0 if neither
   * is.
   */
  newer?(one: T, other: T): number;
  /** A text that distinguishes things of the same name. Default: the first id, or the name. */
  facts?(one: T): string;
}

/**
 * All things with this name.
 *
 * @throws {SelectionError} when there is none, with similar names.
 *
 * @example
 * ```ts
 * import { allByName } from "@muster/muster/api";
 *
 * const all = [{ id: "p1", name: "blue" }, { id: "p2", name: "blue" }];
 * console.log(allByName({ the: "pool", place: "farm", all, names: (pool) => [pool.name] }, "blue").length);
 * ```
 */
export function allByName<T>(list: NamedList<T>, wanted: string): T[] {
  const { the, place, all, names, ids } = list;
  const found = all.filter((one) => names(one).includes(wanted));
  if (found.length > 0) return found;
  const near = new NearNames(wanted);
  for (const one of all) near.see(names(one)[0]!);
  throw noneNamed(the, place, wanted, near, ids !== undefined);
}

/**
 * The thing with this id, or else with this name. Of several, the newest.
 *
 * @throws {SelectionError} when there is none, or there are several; the message names them.
 *
 * @example
 * ```ts
 * import { oneByName } from "@muster/muster/api";
 *
 * const all = [{ id: "p1", name: "blue" }, { id: "p2", name: "red" }];
 * const pool = oneByName({ the: "pool", place: "farm", all, names: ({ name }) => [name] }, "red");
 * console.log(pool.id);
 * ```
 */
export function oneByName<T>(list: NamedList<T>, wanted: string): T {
  const { the, place, all, names, ids, newer, facts } = list;
  const byId = ids && all.find((one) => ids(one).includes(wanted));
  if (byId !== undefined) return byId;
  const found = allByName(list, wanted);
  if (newer) found.sort((one, other) => newer(other, one));
  const [first, second] = found;
  if (second === undefined || (newer && newer(first!, second) !== 0)) return first!;
  const tells = facts ?? ((one: T) => ids?.(one)[0] ?? names(one)[0]!);
  throw severalNamed(the, place, wanted, found.map(tells));
}
