/**
 * Finding a thing by its name: one rule, and one way to say that there is none, or that there are several.
 *
 * @module
 */
import { SelectionError } from "../errors.ts";

/** So many names that come near are said, and so many of several things of one name. */
const NEAR = 5, SEVERAL = 20;
/** A list of at most so many names is said whole where none of them comes near. */
const SHORT = 12;

/** Gathers the names that may have been meant by one that nothing has, from a list however long. */
export class NearNames {
  readonly #start: string;
  readonly #near = new Set<string>();
  readonly #all = new Set<string>();

  constructor(wanted: string) {
    this.#start = wanted.slice(0, Math.max(3, wanted.length >> 1)).toLowerCase();
  }

  /** A name that there is. */
  see(name: string): void {
    const text = String(name ?? "");
    if (text === "") return;
    if (this.#all.size <= SHORT) this.#all.add(text);
    if (this.#near.size < NEAR && text.toLowerCase().includes(this.#start)) this.#near.add(text);
  }

  /** How a message ends: `; there are web-1, web-2`. Empty where there is nothing to say. */
  toString(): string {
    const said = this.#near.size > 0 ? this.#near : this.#all.size > SHORT ? [] : this.#all;
    const names = [...said].join(", ");
    return names === "" ? "" : `; there are ${names}`;
  }
}

/** The error for a name that nothing has. `the` is what it was to be: `machine`. */
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

/** The error for a name that several have; `facts` tell each apart. */
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
 * A list in which a thing is looked for by its name.
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
  /** Where, for messages: the endpoint's name. */
  readonly place: string;
  /** All there are, or those that the server found by the name. */
  readonly all: readonly T[];
  /** What each is called; the first one is said in messages. */
  names(one: T): readonly string[];
  /** Its ids, where an id may be given as well. Default: only names count. */
  ids?(one: T): readonly string[];
  /** Which of two of one name is newer, above zero for the first: then the newest is meant. 0 where neither is. */
  newer?(one: T, other: T): number;
  /** What tells those of one name apart. Default: the first of its ids, or its name. */
  facts?(one: T): string;
}

/**
 * All that have this name.
 *
 * @throws {SelectionError} when nothing has it, with the names that come near.
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
 * The one that has this id, or else this name; of several the newest, where one is.
 *
 * @throws {SelectionError} when nothing has it, or several have, naming them.
 *
 * @example
 * ```ts
 * import { oneByName } from "@muster/muster/api";
 *
 * const all = [{ id: "p1", name: "blue" }, { id: "p2", name: "red" }];
 * const list = { the: "pool", place: "farm", all, names: (pool: { name: string }) => [pool.name] };
 * console.log(oneByName(list, "red").id);
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
