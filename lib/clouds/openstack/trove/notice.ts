/** One line to the user. @module */
import { talk } from "../../../engine/run/tell.ts";

/** Says `muster: <line>`. */
export const notice: (line: string) => void = talk;
