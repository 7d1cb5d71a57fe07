/**
 * The stream of changes: who wants to know is told when a machine changes, in the shape in which the API's
 * websocket pushes it.
 *
 * @module
 */
import { type Machine, machineRecord, visible } from "./records/machine.ts";

/** Parts of a machine that one can be told about. */
export const SUB_RESOURCES = [
  "alias",
  "customer_metadata",
  "destroyed",
  "nics",
  "owner_uuid",
  "server_uuid",
  "state",
  "tags",
] as const;

/** One change, as it is pushed. */
export interface Change {
  /** The machine's id. */
  changedResourceId: string;
  /** Milliseconds since 1970, as text. */
  published: string;
  changeKind: { resource: "vm"; subResources: string[] };
  /** The backend's name of the state. */
  resourceState: string;
  /** The machine as the API shows it. */
  resourceObject: Record<string, unknown>;
}

/** Meddles with a change on its way: passes it on once, never, later, more often, or another one. */
export type Tamper = (change: Change, pass: (change: Change) => void) => void;

interface Listener {
  owner: string | undefined;
  tell: (change: Change) => void;
  drop: (() => void) | undefined;
}

/** Who listens, and to which account's machines. */
export class ChangeFeed {
  readonly #listeners = new Set<Listener>();
  /** Trouble made to order. */
  tamper: Tamper | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Listens to the machines of one account, or of all; the answer ends it. `drop` is called when the feed breaks. */
  listen(tell: (change: Change) => void, owner?: string, drop?: () => void): () => void {
    const listener = { owner, tell, drop };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Breaks: everybody is dropped, as when the real one's own source goes. */
  drop(): void {
    for (const { drop } of [...this.#listeners]) drop?.();
  }

  publish(machine: Machine, changes: readonly string[]): void {
    const told = () =>
      [...this.#listeners].filter(({ owner }) => owner === undefined || owner === machine.owner);
    if (told().length === 0) return;
    const known = changes.filter((each) => (SUB_RESOURCES as readonly string[]).includes(each));
    if (known.length === 0) return;
    const change: Change = {
      changedResourceId: machine.id,
      published: String(Math.floor(this.#now())),
      changeKind: { resource: "vm", subResources: known },
      resourceState: visible(machine),
      resourceObject: machineRecord(machine, { version: "9.0.0" }),
    };
    const pass = (passed: Change) => {
      for (const { tell } of told()) tell(passed);
    };
    if (this.tamper) this.tamper(change, pass);
    else pass(change);
  }
}
