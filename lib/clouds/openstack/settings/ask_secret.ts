/** Asks a person on a terminal for a password, without showing it. @module */
import { askHidden, type Terminal } from "../../../platform/terminal.ts";

/** Asks. Undefined if nobody can be asked, or the person gave up (Ctrl-C, Ctrl-D, no input). */
export async function askSecret(question: string, terminal: Terminal): Promise<string | undefined> {
  if (!terminal.present()) return undefined;
  const typed = await askHidden(`${question}: `, terminal);
  return "text" in typed && typed.text !== "" ? typed.text : undefined;
}
