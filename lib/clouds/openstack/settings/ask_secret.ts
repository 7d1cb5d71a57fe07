/** Asks somebody at a terminal for a password, without showing it. @module */
import { askHidden, type Terminal } from "../../../platform/terminal.ts";

/** Asks; undefined when nobody can be asked, or the question was given up (Ctrl-C, Ctrl-D, nothing typed). */
export async function askSecret(question: string, terminal: Terminal): Promise<string | undefined> {
  if (!terminal.present()) return undefined;
  const typed = await askHidden(`${question}: `, terminal);
  return "text" in typed && typed.text !== "" ? typed.text : undefined;
}
