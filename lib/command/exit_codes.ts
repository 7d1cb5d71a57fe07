/**
 * The command's exit codes, and which error leads to which.
 *
 * @module
 */
import {
  ApiError,
  ConfirmationRequiredError,
  CredentialsError,
  JournalError,
  SelectionError,
  TaskError,
  TransportError,
} from "../engine/errors.ts";
import { ChainError } from "../engine/run/report/chain_error.ts";

import { concealed } from "../engine/text/secrets.ts";

/** How a command ended, as its exit code. */
export const EXIT = {
  done: 0,
  /**
   * Some members failed, or were left out because they had drifted; or the task itself failed, or may have more to do.
   */
  failed: 1,
  usage: 2,
  /** Nothing matched. */
  nothing: 3,
  /** A guard or a person refused; nothing was sent. */
  refused: 4,
  /** The cloud could not be reached, or refused the credentials. */
  unreachable: 5,
  /** The journal cannot be written or resumed. */
  journal: 6,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit codes for `--help`. */
export const EXIT_CODES = `Exit codes:
  0    done
  1    some members failed, or had changed since the plan; or the task failed, or
       (resume) may have more to do than the run that was cut off
  2    wrong usage
  3    nothing matched, or there is nothing to list
  4    refused by a rail or by a person, or there was no terminal to ask on; nothing was sent
  5    the cloud could not be reached, or refused the login
  6    a journal or saved plan cannot be written, read or used
  130  interrupted by Ctrl-C, also at a question; 143 by SIGTERM`;

/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** The command whose `--help` shows more. */
  readonly command: string | undefined;
  constructor(message: string, command?: string) {
    super(concealed(message));
    this.command = command;
  }
}

/** Whether an error has the name of one of our classes: a task file may have loaded another copy of them. */
const is = (error: unknown, ...kinds: { readonly name: string }[]) =>
  error instanceof Error && kinds.some(({ name }) => error.name === name);

/**
 * The exit code of an error.
 *
 * @param planned Whether a plan was made before: then a selection error is a refusal.
 */
export function exitCodeOf(error: unknown, planned: boolean): number {
  if (is(error, UsageError, TaskError)) return EXIT.usage;
  if (is(error, ChainError)) {
    const { report } = error as ChainError;
    return report.cancelled === "Ctrl-C" ? EXIT.interrupted : EXIT.failed;
  }
  if (is(error, ConfirmationRequiredError)) return EXIT.refused;
  if (is(error, SelectionError)) return planned ? EXIT.refused : EXIT.nothing;
  if (is(error, JournalError)) return EXIT.journal;
  if (is(error, CredentialsError, TransportError, ApiError, { name: "ThrottledError" })) {
    return EXIT.unreachable;
  }
  if (error instanceof DOMException && error.name === "AbortError") {
    return error.message === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
  }
  return EXIT.failed;
}
