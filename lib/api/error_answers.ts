/**
 * Reads an answer of 400 or more in the shapes that most APIs use, if the description does not read it.
 *
 * @module
 */
import type { Explained, RawResponse } from "../http/send.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/**
 * Reads `{ code, message }`, `{ error: "…" }`, `{ error: { code, message } }`, `{ detail }`, RFC 9457's `{ type, title,
 * detail }`, OpenStack's `{ itemNotFound: { message } }` and `{ errors: [{ message }] }`. Of any other answer it takes
 * the first words.
 */
export function explainCommon({ status, body }: RawResponse): Explained {
  if (typeof body === "string") return { code: "", message: body.slice(0, 200) };
  if (!isObject(body)) return { code: "", message: "" };
  const inner = isObject(body.error) ? body.error : undefined;
  const [name, fault] = Object.entries(body).find(([, value]) => isObject(value)) ?? [];
  const from = inner ?? (text(body.message) || text(body.detail) || text(body.title) ? body : undefined) ??
    (isObject(fault) ? { code: name, ...fault } : body);
  const first = Array.isArray(from.errors) ? from.errors.find(isObject) : undefined;
  const message = text(from.message) || text(from.detail) || text(from.title) || text(body.error) ||
    text(first?.message);
  const code = text(from.code) || text(from.type) || text(first?.code);
  return { code: code === String(status) ? "" : code, message };
}
