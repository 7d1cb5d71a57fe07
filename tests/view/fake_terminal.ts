/**
 * A terminal in memory: it obeys what the views use, scrolls, and rewraps on resizing as terminals do.
 */
import type { Clock } from "../../lib/engine/time/clock.ts";
import type { Device } from "../../lib/view/output_device.ts";
import type { Keyboard } from "../../lib/platform/terminal.ts";
import type { Wall } from "../../lib/view/wall_clock.ts";
import { widthOf } from "../../lib/view/width.ts";

export class FakeTerminal implements Device {
  terminal = true;
  colors = false;
  columns: number;
  rows: number;
  /** Everything ever written. */
  written = "";
  writes = 0;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #wraps = true;
  #resized = new Set<() => void>();
  #others: { before: () => void; after: (endsLine: boolean) => void } | undefined;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }
  size = () => ({ columns: this.columns, rows: this.rows });
  onResize = (then: () => void) => {
    this.#resized.add(then);
    return () => void this.#resized.delete(then);
  };
  guard = (before: () => void, after: (endsLine: boolean) => void) => {
    this.#others = { before, after };
    return () => this.#others = undefined;
  };
  get listeners(): number {
    return this.#resized.size + (this.#others ? 1 : 0);
  }

  /** What a script or anybody else writes to the terminal. */
  writeAsOther(text: string): void {
    this.#others?.before();
    this.#put(text);
    this.#others?.after(text.endsWith("\n"));
  }
  write(text: string): void {
    this.written += text;
    this.writes++;
    this.#put(text);
  }
  resize(columns: number, rows: number): void {
    const before = this.#lines;
    const lines: string[][] = [];
    for (const [index, line] of before.entries()) {
      if (index === this.#row) this.#row = lines.length;
      for (let at = 0; at === 0 || at < line.length; at += columns) lines.push(line.slice(at, at + columns));
    }
    this.#lines = lines;
    this.columns = columns;
    this.rows = rows;
    for (const then of this.#resized) then();
  }

  /** All lines, also those scrolled away. */
  screen(): string[] {
    const lines = this.#lines.map((line) => line.join("").trimEnd());
    while (lines.length > 0 && lines.at(-1) === "") lines.pop();
    return lines;
  }

  #put(text: string): void {
    // deno-lint-ignore no-control-regex
    for (const [piece] of text.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|\p{Extended_Pictographic}\ufe0f?|[^]/gu)) {
      // deno-lint-ignore no-control-regex
      const code = /^\x1b\[(\??)(\d*)[0-9;]*([A-Za-z])$/.exec(piece);
      if (code) this.#obey(code[3]!, code[1] === "?", Number(code[2] || 0));
      else if (piece === "\n") this.#down();
      else if (piece === "\r") this.#column = 0;
      else if (piece === "\b") this.#column = Math.max(0, this.#column - 1);
      else this.#sign(piece);
    }
  }
  #obey(letter: string, own: boolean, number: number): void {
    const line = this.#lines[this.#row]!;
    if (letter === "A") this.#row = Math.max(0, this.#row - (number || 1));
    else if (letter === "K") line.length = Math.min(line.length, this.#column);
    else if (letter === "J") {
      line.length = Math.min(line.length, this.#column);
      this.#lines.length = this.#row + 1;
    } else if (own && number === 7) this.#wraps = letter === "h";
    else if (letter !== "m") throw new Error(`an unknown code: ${letter}`);
  }
  #down(): void {
    this.#column = 0;
    if (++this.#row === this.#lines.length) this.#lines.push([]);
  }
  #sign(sign: string): void {
    const width = widthOf(sign);
    if (this.#column + width > this.columns) {
      if (!this.#wraps) this.#column = this.columns - width;
      else this.#down();
    }
    const line = this.#lines[this.#row]!;
    while (line.length < this.#column) line.push(" ");
    line[this.#column] = sign;
    if (width === 2) line[this.#column + 1] = "";
    this.#column += width;
  }
}

/** A person's time that passes with the run's; `waiting` counts its timers. */
export function wallOf(clock: Clock): Wall & { readonly waiting: number } {
  const timers = new Set<AbortController>();
  return {
    get waiting() {
      return timers.size;
    },
    now: () => clock.now(),
    after(ms, then) {
      const timer = new AbortController();
      timers.add(timer);
      clock.sleep(ms, timer.signal).then(() => timers.delete(timer) && then(), () => {});
      return () => {
        timers.delete(timer);
        timer.abort();
      };
    },
  };
}

/** A person's time that passes when the test says so. */
export class HandWall implements Wall {
  #now = 0;
  #timers = new Set<{ at: number; then: () => void }>();
  now = () => this.#now;
  get waiting(): number {
    return this.#timers.size;
  }
  after(ms: number, then: () => void): () => void {
    const timer = { at: this.#now + ms, then };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
  pass(ms: number): void {
    const until = this.#now + ms;
    while (true) {
      const due = [...this.#timers].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.then();
    }
    this.#now = until;
  }
}

/** Keys pressed by a test. */
export class FakeKeyboard implements Keyboard {
  terminal = true;
  isRaw = false;
  reads = 0;
  #keys: string[] = [];
  #waiting: ((keys: string) => void) | undefined;

  raw(on: boolean): void {
    this.isRaw = on;
  }
  press(...keys: string[]): this {
    for (const key of keys) {
      if (this.#waiting) this.#waiting(key);
      else this.#keys.push(key);
      this.#waiting = undefined;
    }
    return this;
  }
  async read(into: Uint8Array): Promise<number | null> {
    this.reads++;
    const keys = this.#keys.shift() ?? await new Promise<string>((resolve) => this.#waiting = resolve);
    if (keys === "closed") return null;
    return new TextEncoder().encodeInto(keys, into).written;
  }
}
