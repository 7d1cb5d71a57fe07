/**
 * Prints a task's result on stdout: a table for records, or JSON if asked for.
 *
 * @module
 */
import { manyLines, oneLine, visibleJson } from "../engine/text/visible.ts";
import type { Io } from "./io.ts";
import { table } from "./table.ts";

/** Prints a value. */
export function show(value: unknown, { json }: { json: boolean }, io: Io): void {
  if (value === undefined) return;
  if (json) {
    // One record on each line, because other programs expect that.
    for (const one of Array.isArray(value) ? value : [value]) io.out(`${visibleJson(one)}\n`);
  } else if (typeof value === "string") {
    const text = manyLines(value);
    io.out(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  } else if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
    io.out(table(value as Record<string, unknown>[]));
  } else if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    io.out(value.map((one) => `${oneLine(one)}\n`).join(""));
  } else io.out(`${manyLines(Deno.inspect(value, { depth: 6, colors: false }))}\n`);
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
