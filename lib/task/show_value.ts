/**
 * A task's result on stdout: a table for records, JSON where that is asked for.
 *
 * @module
 */
import { plainText } from "../chain/show.ts";
import type { Io } from "./io.ts";
import { table } from "./table.ts";

/** Prints a value. */
export function show(value: unknown, { json }: { json: boolean }, io: Io): void {
  if (value === undefined) return;
  if (json) {
    // Records one a line, as other programs take them.
    for (const one of Array.isArray(value) ? value : [value]) io.out(`${JSON.stringify(one)}\n`);
  } else if (typeof value === "string") io.out(value.endsWith("\n") || value === "" ? value : `${value}\n`);
  else if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    io.out(table(value as Record<string, unknown>[]));
  } else if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    io.out(value.map((one) => `${one}\n`).join(""));
  } else io.out(`${plainText(Deno.inspect(value, { depth: 6, colors: false }))}\n`);
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
