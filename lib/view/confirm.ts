/**
 * Asks the person at the terminal before many members are destroyed.
 *
 * @module
 */
import type { Question } from "../engine/plan/consent/confirm.ts";
import { type Device, stderrDevice } from "./output_device.ts";
import { inkOf, number } from "../engine/text/palette.ts";
import { type Keyboard, readLine, stdinKeyboard } from "../platform/terminal.ts";
import { areaOf } from "./live/live_area.ts";
import { fit, oneLine, wrap } from "./width.ts";

/** What the question needs from the process. */
export interface Asking {
  readonly keyboard: Keyboard;
  readonly device: Device;
  /** Called for Ctrl-C at the question. */
  interrupt(): void;
}

/** Questions of several runs come one after another. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Asks a question on the terminal.
 *
 * @returns Undefined if stdin or stderr is not a terminal, so that nobody could answer. False for everything except a
 * clear yes; Ctrl-C and a stopped run count as no.
 */
export function confirmOn(
  question: Question,
  signal: AbortSignal | undefined,
  asking: Partial<Asking> = {},
): Promise<boolean | undefined> {
  const { keyboard = stdinKeyboard, device = stderrDevice, interrupt = () => {} } = asking;
  if (!keyboard.terminal || !device.terminal) return Promise.resolve(undefined);
  const answer = turn.then(() =>
    signal?.aborted ? false : ask(question, signal, { keyboard, device, interrupt })
  );
  turn = answer.catch(() => {});
  return answer;
}

async function ask(question: Question, signal: AbortSignal | undefined, asking: Asking): Promise<boolean> {
  const { keyboard, device, interrupt } = asking;
  const resume = areaOf(device).pause();
  try {
    for (const line of questionLines(question, device.size().columns, device.colors)) {
      device.write(`${line}\n`);
    }
    device.write(
      question.typeCount ? `Type ${question.count} to go on, anything else to stop: ` : "Go on? y/N: ",
    );
    const typed = await readLine(keyboard, { write: (text) => device.write(text), signal });
    if ("ended" in typed) {
      if (typed.ended === "Ctrl-C") interrupt();
      return false;
    }
    const text = typed.text.trim();
    if (!question.typeCount) return /^y(es)?$/i.test(text);
    // As the prompt says: anything else means no, even a yes or another count.
    return text === String(question.count);
  } finally {
    resume();
  }
}

/** The text of the question. */
export function questionLines(question: Question, columns: number, colors: boolean): string[] {
  const { bold, yellow } = inkOf(colors);
  const { names, count, irreversible } = question;
  const list = names.map((name) => fit(oneLine(name), 40)).join(", ");
  const rest = count > names.length ? `, and ${number(count - names.length)} more` : "";
  return [
    ...wrap(`muster is about to ${oneLine(question.text)}:`, "", columns).map(bold),
    ...wrap(list + rest, "  ", columns),
    ...(irreversible.length > 0
      ? wrap(`${irreversible.map(oneLine).join(" and ")} cannot be undone.`, "  ", columns).map(yellow)
      : []),
  ];
}
