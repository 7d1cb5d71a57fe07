/**
 * The machines of one account, made when somebody first looks at them.
 *
 * A seeded machine's id is a scrambled serial number: from an id follows the serial, from the serial the machine.
 * So a world of 100,000 machines is 100,000 numbers until it is looked at.
 *
 * @module
 */
import { at32, mix32, unmix32, uuidFrom } from "../random.ts";
import type { Machine } from "./machine.ts";

/** Makes the machine with a serial number: its place among the seeds of the account is `index`. */
export type Materialise = (id: string, serial: number, index: number) => Machine;

/** The id with which a world of some seed names its machine number `serial`. */
export function machineId(seed: number, serial: number): string {
  const head = headOf(seed, serial);
  return uuidFrom(head, at32(seed, 11, serial), at32(seed, 12, serial), at32(seed, 13, serial));
}

const headOf = (seed: number, serial: number) => mix32((serial ^ mix32(seed ^ 0x51ed)) >>> 0);
const serialOf = (seed: number, head: number) => (unmix32(head) ^ mix32(seed ^ 0x51ed)) >>> 0;
const headIn = (id: string) => Number.parseInt(id.slice(0, 8), 16);

/** Machines by id, and in the order in which the API lists them: by id, last first. */
export class MachineStore {
  readonly #seed: number;
  readonly #first: number;
  readonly #count: number;
  readonly #materialise: Materialise;
  readonly #made = new Map<number, Machine>();
  /** The first 32 bits of every machine's id, largest first. No two are equal. */
  #heads: number[];

  /** @param first The serial number of the first of `count` seeded machines. */
  constructor(seed: number, first: number, count: number, materialise: Materialise) {
    this.#seed = seed;
    this.#first = first;
    this.#count = count;
    this.#materialise = materialise;
    const heads = Uint32Array.from({ length: count }, (_, i) => headOf(seed, first + i));
    this.#heads = Array.from(heads.sort().reverse());
  }

  /** How many there are, deleted ones that are still remembered included. */
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
      throw new RangeError(`Cannot add a machine as its id is too like another's: ${machine.id}`);
    }
    this.#heads.splice(place, 0, head);
    this.#made.set(head, machine);
  }

  remove(id: string): void {
    const head = headIn(id);
    const place = this.#place(head);
    if (this.#heads[place] !== head) return;
    this.#heads.splice(place, 1);
    this.#made.delete(head);
  }

  #at(head: number): Machine {
    const known = this.#made.get(head);
    if (known !== undefined) return known;
    const serial = serialOf(this.#seed, head);
    const index = serial - this.#first;
    if (index < 0 || index >= this.#count) throw new Error(`no machine has serial ${serial}`);
    const machine = this.#materialise(machineId(this.#seed, serial), serial, index);
    this.#made.set(head, machine);
    return machine;
  }

  /** Where a head is, or would be. */
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
