/**
 * The machines of one account, each made when it is first read.
 *
 * A seeded machine's id is its scrambled serial number: the serial follows from the id, and the machine from the
 * serial. So a world of 100,000 machines is 100,000 numbers until they are read.
 *
 * @module
 */
import { at32, mix32, unmix32, uuidFrom } from "../../random.ts";
import type { Machine } from "./machine.ts";

/** The machines at the start: how many, and how to make each by its index. */
export interface Seeds {
  count: number;
  /** Makes one machine. */
  make: (id: string, serial: number, index: number) => Machine;
  /** Its name, if it has its own. */
  nameOf: (index: number) => string | undefined;
}

/** The id of the machine number `serial` in a world with this seed. */
export function machineId(seed: number, serial: number): string {
  const head = headOf(seed, serial);
  return uuidFrom(head, at32(seed, 11, serial), at32(seed, 12, serial), at32(seed, 13, serial));
}

const headOf = (seed: number, serial: number) => mix32((serial ^ mix32(seed ^ 0x51ed)) >>> 0);
const serialOf = (seed: number, head: number) => (unmix32(head) ^ mix32(seed ^ 0x51ed)) >>> 0;
const headIn = (id: string) => Number.parseInt(id.slice(0, 8), 16);

/** Machines by id, and in the order of the API's lists: by id, descending. */
export class MachineStore {
  readonly #seed: number;
  readonly #first: number;
  readonly #seeds: Seeds;
  readonly #made = new Map<number, Machine>();
  /** Heads by name; made at the first lookup by name. */
  #names: Map<string, number[]> | undefined;
  /** The first 32 bits of every machine's id, largest first. No two are equal. */
  #heads: number[];

  /** @param first The serial number of the first seeded machine. */
  constructor(seed: number, first: number, seeds: Seeds) {
    this.#seed = seed;
    this.#first = first;
    this.#seeds = seeds;
    const heads = Uint32Array.from({ length: seeds.count }, (_, i) => headOf(seed, first + i));
    this.#heads = Array.from(heads.sort().reverse());
  }

  /** How many there are, including deleted ones that are still kept. */
  get size(): number {
    return this.#heads.length;
  }

  get(id: string): Machine | undefined {
    const head = headIn(id);
    const place = this.#place(head);
    if (this.#heads[place] !== head) return undefined;
    const machine = this.#at(head);
    return machine.id === id ? machine : undefined;
  }

  /** All machines, in the order of the API's lists. */
  *all(): Generator<Machine> {
    for (const head of this.#heads.slice()) yield this.#at(head);
  }

  add(machine: Machine): void {
    const head = headIn(machine.id);
    const place = this.#place(head);
    if (this.#heads[place] === head) {
      throw new RangeError(`Cannot add a machine: its id is too similar to another one: ${machine.id}`);
    }
    this.#heads.splice(place, 0, head);
    this.#made.set(head, machine);
    this.#index(machine.name, head);
  }

  /** All machines with a name, including deleted ones. */
  named(name: string): Machine[] {
    return (this.#byName().get(name) ?? []).map((head) => this.#at(head));
  }

  /** All machines whose name begins with this, in the order of the API's lists, including deleted ones. */
  beginning(start: string): Machine[] {
    const heads: number[] = [];
    for (const [name, some] of this.#byName()) if (name.startsWith(start)) heads.push(...some);
    return heads.sort((a, b) => b - a).map((head) => this.#at(head));
  }

  #byName(): Map<string, number[]> {
    if (this.#names === undefined) {
      this.#names = new Map();
      for (const head of this.#heads) this.#index(this.#nameOf(head), head);
    }
    return this.#names;
  }

  /** Renames a machine. */
  rename(machine: Machine, name: string): void {
    const head = headIn(machine.id);
    this.#forget(machine.name, head);
    machine.name = name;
    this.#index(name, head);
  }

  remove(id: string): void {
    const head = headIn(id);
    const place = this.#place(head);
    if (this.#heads[place] !== head) return;
    this.#forget(this.#nameOf(head), head);
    this.#heads.splice(place, 1);
    this.#made.delete(head);
  }

  #index(name: string, head: number): void {
    const heads = this.#names?.get(name);
    if (heads === undefined) this.#names?.set(name, [head]);
    else heads.push(head);
  }

  #forget(name: string, head: number): void {
    const left = this.#names?.get(name)?.filter((each) => each !== head);
    if (left?.length === 0) this.#names?.delete(name);
    else if (left !== undefined) this.#names?.set(name, left);
  }

  #nameOf(head: number): string {
    const index = serialOf(this.#seed, head) - this.#first;
    return this.#made.get(head)?.name ?? this.#seeds.nameOf(index) ?? head.toString(16).padStart(8, "0");
  }

  #at(head: number): Machine {
    const known = this.#made.get(head);
    if (known !== undefined) return known;
    const serial = serialOf(this.#seed, head);
    const index = serial - this.#first;
    if (index < 0 || index >= this.#seeds.count) throw new Error(`no machine has serial ${serial}`);
    const machine = this.#seeds.make(machineId(this.#seed, serial), serial, index);
    this.#made.set(head, machine);
    return machine;
  }

  /** The index of a head, or where it would be. */
  #place(head: number): number {
    let [low, high] = [0, this.#heads.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#heads[middle]! > head) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
