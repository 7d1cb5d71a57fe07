/**
 * Parses an answer's text.
 *
 * @module
 */
import { MusterError } from "../engine/errors.ts";
import type { Answer } from "./attempt.ts";

/** A body, or why there is none. */
export interface ReadBody {
  /** The parsed JSON; the text if it is not JSON; undefined if it is empty or incomplete. */
  body: unknown;
  /** Why it was cut off, for `… as <cut>`. */
  cut?: string;
  /** Whether it claims to be JSON, and is not. */
  garbled?: boolean;
  cause?: unknown;
}

/** Reads a body. */
export function readBody(answer: Answer, parse: (text: string) => unknown): ReadBody {
  const { text } = answer;
  if (answer.cut !== undefined) {
    return { body: undefined, cut: `its answer was cut off: ${answer.cut}`, cause: answer.cause };
  }
  if (text === "") return { body: undefined };
  if (!/[/+]json\b|x-json/i.test(answer.headers.get("content-type") ?? "")) return { body: text };
  try {
    return { body: parse(text) };
  } catch (cause) {
    return { body: text, garbled: true, cause };
  }
}

/** A request's body as JSON. */
export function encodeBody(request: { method: string; path: string; body?: unknown }): string | undefined {
  if (request.body === undefined) return undefined;
  let cause: unknown;
  try {
    const text = JSON.stringify(request.body);
    if (text !== undefined) return text;
  } catch (error) {
    cause = error;
  }
  throw new MusterError(
    `Cannot ${request.method} ${request.path}: its body cannot be written as JSON: ${typeof request.body}`,
    { cause },
  );
}
