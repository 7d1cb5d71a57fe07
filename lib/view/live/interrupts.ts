/**
 * Ctrl-C: the first ends the runs in good order, the second ends the process at once.
 *
 * @module
 */
import type { Listener } from "../../engine/run/events.ts";
import { areaOf } from "./live_area.ts";
import { type Device, stderrDevice } from "../output_device.ts";
import { many } from "../../engine/text/palette.ts";
import { wrap } from "../width.ts";
import { realWall, type Wall } from "../wall_clock.ts";
import { MemberPositions } from "../lines/member_positions.ts";

/** What the interrupts need from the process. */
export interface Signals {
  add(listener: () => void): void;
  remove(listener: () => void): void;
  exit(code: number): void;
}

const processSignals: Signals = {
  add: (listener) => Deno.addSignalListener("SIGINT", listener),
  remove: (listener) => Deno.removeSignalListener("SIGINT", listener),
  exit: (code) => Deno.exit(code),
};

/** The exit code of a process that Ctrl-C has ended, by the shells' convention: 128 and the signal's number. */
export const INTERRUPTED = 130;
/** How long it takes to end members without a request in flight, in milliseconds of real time. */
const SETTLING = 50;

interface Follower {
  readonly stop: (reason: string) => void;
  readonly where: MemberPositions;
}

/** All runs of this process share one handler. */
export class Interrupts {
  readonly #signals: Signals;
  readonly #device: Device;
  readonly #wall: Wall;
  readonly #runs = new Set<Follower>();
  #stopped: Follower[] = [];
  #stopping = false;
  #telling: (() => void) | undefined;

  constructor(signals: Signals = processSignals, device: Device = stderrDevice, wall: Wall = realWall) {
    this.#signals = signals;
    this.#device = device;
    this.#wall = wall;
  }

  /** Tracks one run until the returned function is called. */
  follow = (stop: (reason: string) => void, listen: (listener: Listener) => void): () => void => {
    const run: Follower = { stop, where: new MemberPositions() };
    listen((event) => run.where.take(event));
    if (this.#runs.size === 0) {
      this.#stopping = false;
      this.#signals.add(this.interrupt);
    }
    this.#runs.add(run);
    return () => {
      if (!this.#runs.delete(run)) return;
      if (this.#runs.size === 0) {
        this.#signals.remove(this.interrupt);
        this.#telling?.();
        this.#stopping = false;
      }
      if (this.#stopped.includes(run)) this.#print(run.where.lines(this.#device.size().columns));
    };
  };

  /** What one Ctrl-C does. */
  interrupt = (): void => {
    const runs = [...this.#runs];
    if (this.#stopping) {
      this.#telling?.();
      for (const run of runs) this.#print(run.where.lines(this.#device.size().columns));
      return this.#signals.exit(INTERRUPTED);
    }
    this.#stopping = true;
    this.#stopped = runs.filter((run) => run.where.began);
    for (const run of runs) run.stop("Ctrl-C");
    // Members with only a queued request end at once, and often the run with them. Those that are left have one in
    // flight.
    this.#telling = this.#wall.after(SETTLING, () => this.#tell());
  };

  #tell() {
    const flying = this.#stopped.reduce((sum, run) => sum + run.where.unfinished, 0);
    if (flying === 0) return;
    const text = `muster: stopping: no new requests, waiting for ${many(flying, "member")} in flight; ` +
      "Ctrl-C again leaves at once";
    this.#print(wrap(text, "", this.#device.size().columns));
  }
  #print(lines: readonly string[]) {
    if (lines.length > 0) areaOf(this.#device).print(lines.join("\n"));
  }
}
