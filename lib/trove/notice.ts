/** One line to the user. @module */
import { talk } from "../chain/talk.ts";

/** Says `muster: <line>`. */
export const notice: (line: string) => void = talk;
