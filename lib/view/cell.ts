/** Shows a value as the text of a table's cell. @module */
import { oneLine } from "../engine/text/visible.ts";

/** A value as text: `-` for nothing, lists with commas, objects as `key=value`. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return "-";
  if (typeof value === "string") return oneLine(value) || "-";
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(cell).join(",");
  if (typeof value === "object") {
    const pairs = Object.entries(value).filter(([, inner]) => typeof inner !== "object");
    return pairs.length === 0 ? "-" : pairs.map(([key, inner]) => `${oneLine(key)}=${cell(inner)}`).join(",");
  }
  return String(value);
}
