/**
 * The stream of changes: notifies its listeners when a machine changes, in the format of the API's WebSocket.
 *
 * @module
 */
import { type Machine, machineRecord, visible } from "./records/machine.ts";

/** The parts of a machine that a listener can subscribe to. */
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

/** One change, in the format of the API. */
export interface Change {
  /** The machine's id. */
  changedResourceId: string;
  /** Milliseconds since 1970, as text. */
  published: string;
  changeKind: { resource: "vm"; subResources: string[] };
  /** The backend's name for the state. */
  resourceState: string;
  /** The machine as the API shows it. */
  resourceObject: Record<string, unknown>;
}

/** Changes a message on its way: passes it on once, never, later, several times, or replaces it. */
export type Tamper = (change: Change, pass: (change: Change) => void) => void;

interface Listener {
  owner: string | undefined;
  tell: (change: Change) => void;
  drop: (() => void) | undefined;
}

/** The listeners, with the account whose machines they watch. */
export class ChangeFeed {
  readonly #listeners = new Set<Listener>();
  /** Faults that a test has set. */
  tamper: Tamper | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Listens to the machines of one account, or of all. Returns a function that stops it. `drop` is called when the feed
   * breaks.
   */
  listen(tell: (change: Change) => void, owner?: string, drop?: () => void): () => void {
    const listener = { owner, tell, drop };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The number of listeners. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Breaks the feed: all listeners are dropped, as when the real feed's own source fails. */
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
