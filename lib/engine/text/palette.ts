/** Colours, where they are wanted, and numbers and names as the views write them. @module */

/** Paints text. */
export type Ink = Record<"bold" | "dim" | "red" | "green" | "yellow" | "cyan", (text: string) => string>;

const code = (on: boolean, start: number, end: number) => (text: string) =>
  on && text !== "" ? `\x1b[${start}m${text}\x1b[${end}m` : text;

const make = (on: boolean): Ink => ({
  bold: code(on, 1, 22),
  dim: code(on, 2, 22),
  red: code(on, 31, 39),
  green: code(on, 32, 39),
  yellow: code(on, 33, 39),
  cyan: code(on, 36, 39),
});
const [plain, coloured] = [make(false), make(true)];

/** The colours, or none. */
export const inkOf = (colors: boolean): Ink => colors ? coloured : plain;

/** A count with separated thousands: `12,034`. */
export const number = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 request`, `12 requests`. */
export const many = (count: number, word: string): string =>
  `${number(count)} ${word}${count === 1 ? "" : "s"}`;

/** Requests per second, with useful precision: `9.8`, `120`. */
export const perSecond = (rate: number): string => rate >= 10 ? number(Math.round(rate)) : rate.toFixed(1);
