/**
 * Refuses surplus arguments: the second one of `dc().machine("a", "b")` must not be ignored silently.
 *
 * @module
 */
import { MusterError } from "../errors.ts";

const COUNTS = ["nothing", "one value", "two values", "three values"];
const LEAVE_OUT = "Leave out the rest.";

/** Any function. */
export type Callable = (...given: never[]) => unknown;

/**
 * Refuses arguments that a function would silently ignore.
 *
 * @param method The function's name in messages: `machine()`.
 * @param hint What to do instead.
 * @throws {MusterError} for more arguments than the function accepts.
 */
export function refuseMore(
  method: string,
  given: ArrayLike<unknown>,
  takes: number,
  hint: string = LEAVE_OUT,
): void {
  if (given.length <= takes) return;
  const many = given.length === 1 ? "a value" : `${given.length} values`;
  throw new MusterError(
    `Cannot use ${method} with ${many}: it takes ${COUNTS[takes] ?? `${takes} values`}. ${hint}`,
  );
}

/**
 * The number of a function's parameters. Its `length` does not count optional ones. Infinity if its source text does
 * not show it with certainty.
 */
export function parameterCount(given: Callable): number {
  const text = String(given);
  if (/\barguments\b|\[native code\]/.test(text)) return Infinity;
  const from = text.indexOf("(");
  const arrow = text.indexOf("=>");
  if (from < 0 || arrow >= 0 && arrow < from) return given.length;
  const starts: number[] = [];
  let depth = 0, to = from;
  for (; to < text.length; to++) {
    const char = text[to]!;
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) depth--;
    if (depth === 0) break;
    if (depth === 1 && (char === "(" || char === ",")) starts.push(to + 1);
  }
  // A string, a pattern or a comment may contain brackets, and a rest parameter accepts any number.
  if (/["'`/]|\.\.\./.test(text.slice(from, to))) return Infinity;
  return text.slice(starts.at(-1), to).trim() === "" ? starts.length - 1 : starts.length;
}

/**
 * Refuses arguments that a method would silently ignore.
 *
 * @throws {MusterError} for more arguments than this function has parameters.
 */
export function checkArguments(
  name: string,
  method: Callable,
  given: readonly unknown[],
  hint?: string,
): void {
  if (given.length > method.length) refuseMore(`${name}()`, given, parameterCount(method), hint);
}

const Asynchronous = (async () => {}).constructor;

/**
 * Makes all methods of a class refuse more arguments than they have parameters. An asynchronous method rejects.
 *
 * @param hints For some methods, what to do instead.
 */
export function limitArguments<T extends object>(
  { prototype }: { readonly prototype: T },
  hints: { readonly [K in Exclude<keyof T & string, "toString">]?: string } = {},
): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const known = Object.getOwnPropertyDescriptor(prototype, name)!;
    const method = known.value as Callable | undefined;
    if (typeof method !== "function" || name === "constructor") continue;
    const value = function (this: unknown, ...given: never[]): unknown {
      if (given.length > method.length) {
        try {
          checkArguments(name, method, given, (hints as Record<string, string>)[name]);
        } catch (error) {
          if (method instanceof Asynchronous) return Promise.reject(error);
          throw error;
        }
      }
      return method.apply(this, given);
    };
    Object.defineProperty(value, "name", { value: name });
    Object.defineProperty(prototype, name, { ...known, value });
  }
}
