/**
 * The part of a terminal that is redrawn, at the bottom, below everything that scrolls.
 *
 * @module
 */
import type { Device } from "../output_device.ts";
import { realWall, type Wall } from "../wall_clock.ts";
import { widthOf } from "../width.ts";

/** The shortest time between two drawings, in milliseconds of real time. */
export const FRAME = 100;
/** Milliseconds between two drawings when only time passes. */
const IDLE = 1000;

/** Text, and the same text with its colours. */
export interface Line {
  readonly text: string;
  readonly ink: string;
}

/** Something that is shown in the area: a run. */
export interface Block {
  /** What to show, in at most this many columns and rows. The cost does not depend on the number of members. */
  lines(columns: number, rows: number): readonly Line[];
  /** Whether it moves without events, like a spinner. */
  readonly lively: boolean;
}

/** A live area. All runs of the process share the one of their device. */
export class LiveArea {
  readonly #device: Device;
  readonly #wall: Wall;
  readonly #blocks = new Set<Block>();
  /** The widths of the lines on the screen. */
  #drawn: number[] = [];
  #shown = "";
  #pauses = 0;
  /** Other output has left a line unfinished: nothing is drawn into it. */
  #midLine = false;
  #last = -Infinity;
  #soon = false;
  #timer: (() => void) | undefined;
  #undo: (() => void)[] = [];
  /** How often it was drawn, for tests. */
  draws = 0;

  constructor(device: Device, wall: Wall = realWall) {
    this.#device = device;
    this.#wall = wall;
  }

  /** Shows a block until the returned function is called. */
  add(block: Block): () => void {
    if (this.#blocks.size === 0) this.#open();
    this.#blocks.add(block);
    this.touch();
    return () => {
      if (!this.#blocks.delete(block)) return;
      this.#erase();
      if (this.#blocks.size === 0) this.#close();
      else this.touch();
    };
  }

  /** Call it after a change: the area is redrawn soon, but at most ten times a second. */
  touch(): void {
    if (this.#soon || this.#blocks.size === 0) return;
    this.#soon = true;
    this.#timer?.();
    this.#timer = this.#wall.after(Math.max(0, this.#last + FRAME - this.#wall.now()), () => this.#draw());
  }

  /** Prints lines that stay, above the area. */
  print(text: string): void {
    this.#erase();
    this.#device.write(`${text}\n`);
    this.touch();
  }

  /** Removes the area from the screen for a question, until the returned function is called. */
  pause(): () => void {
    this.#pauses++;
    this.#erase();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#pauses--;
      this.touch();
    };
  }

  #open() {
    this.#undo = [
      this.#device.onResize(() => {
        this.#erase();
        this.touch();
      }),
      this.#device.guard?.(() => this.#erase(), (endsLine) => {
        this.#midLine = !endsLine;
        this.touch();
      }) ?? (() => {}),
    ];
  }
  #close() {
    this.#timer?.();
    this.#timer = undefined;
    this.#soon = false;
    this.#midLine = false;
    for (const one of this.#undo.splice(0)) one();
  }

  #draw() {
    this.#soon = false;
    this.#last = this.#wall.now();
    if (this.#pauses === 0 && !this.#midLine) this.#show();
    const lively = [...this.#blocks].some((block) => block.lively);
    this.#timer = this.#wall.after(lively ? FRAME : IDLE, () => this.#draw());
  }

  #show() {
    const { columns, rows } = this.#device.size();
    let room = Math.max(1, rows - 1);
    const lines: Line[] = [];
    let left = this.#blocks.size;
    for (const block of this.#blocks) {
      const some = block.lines(columns, Math.max(1, Math.floor(room / left--))).slice(0, room);
      lines.push(...some);
      room -= some.length;
      if (room <= 0) break;
    }
    const text = lines.map((line) => line.ink).join("\n");
    if (text === this.#shown || lines.length === 0) return;
    // Without wrapping, a line with a wrong width is cut off and does not push the others down. Erasing comes first,
    // because after a full line it would remove its last column.
    this.#device.write(`${this.#home()}\x1b[J\x1b[?7l${text}\x1b[?7h\n`);
    this.#drawn = lines.map((line) => widthOf(line.text));
    this.#shown = text;
    this.draws++;
  }

  /**
   * Moves the cursor to the start of the area, even if the terminal has wrapped it in a narrower window. The cursor is
   * kept below the area, where an echoed `^C` or the message of a crash does no harm.
   */
  #home(): string {
    const { columns } = this.#device.size();
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows > 0 ? `\r\x1b[${rows}A` : "\r";
  }
  #erase() {
    if (this.#drawn.length === 0) return;
    this.#device.write(`${this.#home()}\x1b[J`);
    this.#drawn = [];
    this.#shown = "";
  }
}

const areas = new WeakMap<Device, LiveArea>();

/** The one live area of a device. */
export function areaOf(device: Device, wall: Wall = realWall): LiveArea {
  let area = areas.get(device);
  if (!area) areas.set(device, area = new LiveArea(device, wall));
  return area;
}
